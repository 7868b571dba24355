"""CdGs, markets and managers: what the groupement set up, read here and written by the seed."""

import uuid
from datetime import date

from sqlalchemy import Table, insert, select
from sqlalchemy.orm import Session

from billing.domain.convention import Market
from billing.domain.habilitation import Account
from billing.domain.parties import Cdg, Manager
from billing.store import tables as t


class Parties:
    """The groupement's side of every convention."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def cdg(self, cdg_id: uuid.UUID) -> Cdg:
        row = self._session.execute(select(t.cdgs).where(t.cdgs.c.id == cdg_id)).one()
        return Cdg(row.id, row.department, row.name, row.contact)

    def market(self, cdg_id: uuid.UUID, day: date) -> Market | None:
        """The market of a CdG's groupement: the one that covers the day, else the last one."""
        query = (
            select(t.markets)
            .join(t.cdgs, t.cdgs.c.groupement_id == t.markets.c.groupement_id)
            .where(t.cdgs.c.id == cdg_id)
            .order_by((t.markets.c.starts_on <= day).desc(), t.markets.c.starts_on.desc())
            .limit(1)
        )
        row = self._session.execute(query).one_or_none()
        return None if row is None else Market(row.id, row.groupement_id, row.provider_id, row.starts_on, row.ends_on)

    def manager(self, account: Account) -> Manager | None:
        """Who runs conventions with this account, if anybody."""
        query = select(t.managers).where(t.managers.c.issuer == account.issuer, t.managers.c.subject == account.subject)
        row = self._session.execute(query).one_or_none()
        return None if row is None else Manager(row.id, row.cdg_id, row.issuer, row.subject, row.name)

    def manager_names(self, cdg_id: uuid.UUID) -> dict[uuid.UUID, str]:
        rows = self._session.execute(select(t.managers.c.id, t.managers.c.name).where(t.managers.c.cdg_id == cdg_id))
        return {row.id: row.name for row in rows}

    def ensure(self, table: Table, natural_key: dict[str, object], **values: object) -> uuid.UUID:
        """The id of the row with this natural key, inserted when there is none."""
        matches = [table.c[name] == value for name, value in natural_key.items()]
        found = self._session.scalar(select(table.c.id).where(*matches))
        if found is not None:
            return uuid.UUID(str(found))
        new = uuid.uuid4()
        self._session.execute(insert(table).values(id=new, **natural_key, **values))
        return new
