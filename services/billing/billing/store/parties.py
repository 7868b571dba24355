"""CdGs, markets and managers, set up by the groupement; where members are billed, and whom they are written to."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from sqlalchemy import Row, Table, delete, func, insert, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from billing.domain.convention import Market
from billing.domain.groupement import Groupement
from billing.domain.habilitation import Account
from billing.domain.parties import BillingAddress, Cdg, Manager, Member, Provider
from billing.domain.people import Correspondent, Person
from billing.store import tables as t
from billing.store.party_tables import correspondents


class Parties:
    """The groupement's side of every convention."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def cdg(self, cdg_id: uuid.UUID) -> Cdg:
        return _cdg(self._session.execute(select(t.cdgs).where(t.cdgs.c.id == cdg_id)).one())

    def market(self, cdg_id: uuid.UUID, day: date) -> Market | None:
        """The market of a CdG's groupement: the last that has started on the day, else the first to come."""
        query = (
            select(t.markets)
            .join(t.cdgs, t.cdgs.c.groupement_id == t.markets.c.groupement_id)
            .where(t.cdgs.c.id == cdg_id)
            .order_by((t.markets.c.starts_on <= day).desc(), func.abs(t.markets.c.starts_on - day))
            .limit(1)
        )
        row = self._session.execute(query).one_or_none()
        return None if row is None else _market(row)

    def manager(self, account: Account) -> Manager | None:
        """Who runs conventions with this account, if anybody."""
        query = select(t.managers).where(t.managers.c.issuer == account.issuer, t.managers.c.subject == account.subject)
        row = self._session.execute(query).one_or_none()
        return None if row is None else Manager(row.id, row.cdg_id, row.issuer, row.subject, row.name)

    def manager_names(self, cdg_id: uuid.UUID) -> dict[uuid.UUID, str]:
        rows = self._session.execute(select(t.managers.c.id, t.managers.c.name).where(t.managers.c.cdg_id == cdg_id))
        return {row.id: row.name for row in rows}

    def groupement(self, cdg_id: uuid.UUID) -> Groupement:
        """Who buys together with this CdG, from whom and for how long."""
        row = self._session.execute(
            select(t.groupements)
            .join(t.cdgs, t.cdgs.c.groupement_id == t.groupements.c.id)
            .where(t.cdgs.c.id == cdg_id)
        ).one()
        cdgs = select(t.cdgs).where(t.cdgs.c.groupement_id == row.id).order_by(t.cdgs.c.department)
        markets = select(t.markets).where(t.markets.c.groupement_id == row.id).order_by(t.markets.c.starts_on)
        return Groupement(
            row.name,
            row.signed_on,
            tuple(_cdg(each) for each in self._session.execute(cdgs)),
            tuple((_market(each), self.provider(each.provider_id)) for each in self._session.execute(markets)),
        )

    def provider(self, provider_id: uuid.UUID) -> Provider:
        row = self._session.execute(select(t.providers).where(t.providers.c.id == provider_id)).one()
        return Provider(**row._mapping)

    def correspondent(self, member_id: uuid.UUID) -> Person | None:
        """Whom a member's letters go to; None until somebody is named."""
        return self.correspondents([member_id]).get(member_id)

    def correspondents(self, member_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, Person]:
        """The same for many members; those without one are left out."""
        return {each: known.person for each, known in self.correspondences(member_ids).items()}

    def correspondences(self, member_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, Correspondent]:
        """The same with what each does there and since when."""
        query = (
            select(t.people, correspondents.c.member_id, correspondents.c.function, correspondents.c.set_on)
            .join(correspondents, correspondents.c.person_id == t.people.c.id)
            .where(correspondents.c.member_id.in_(list(member_ids)))
        )
        return {
            row.member_id: Correspondent(
                Person(row.id, row.version, row.name, row.email, row.phone), row.function, row.set_on
            )
            for row in self._session.execute(query)
        }

    def set_correspondent(self, member_id: uuid.UUID, person: Person, function: str, on: date) -> None:
        """From now on letters of this member go to this person. Whoever changes it closes the older links."""
        self.set_correspondents([(member_id, person.id, function)], on)

    def set_correspondents(self, rows: Sequence[tuple[uuid.UUID, uuid.UUID, str]], on: date) -> None:
        """The same for many: member, person, function."""
        if not rows:
            return
        new = postgresql.insert(correspondents)
        changed = {name: new.excluded[name] for name in ("person_id", "function", "set_on")}
        values = [
            {"member_id": member, "person_id": person, "function": function, "set_on": on}
            for member, person, function in rows
        ]
        self._session.execute(new.on_conflict_do_update(index_elements=["member_id"], set_=changed), values)

    def remove_correspondent(self, member_id: uuid.UUID) -> None:
        """Nobody is written to any more. Whoever removes one closes the older links."""
        self._session.execute(delete(correspondents).where(correspondents.c.member_id == member_id))

    def buyers(self, member_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, BillingAddress]:
        """Where each of these members is billed; those whose address is unknown are left out."""
        query = select(t.buyers).where(t.buyers.c.member_id.in_(list(member_ids)))
        return {
            row.member_id: BillingAddress(row.street, row.postcode, row.city, row.service_code, row.engagement)
            for row in self._session.execute(query)
        }

    def set_buyers(self, rows: Sequence[tuple[Member, BillingAddress]]) -> None:
        """Write where these members are billed, and their SIRET as Chorus Pro knows them."""
        if not rows:
            return
        new = postgresql.insert(t.buyers)
        values = [{"member_id": member.id, "siret": member.siret, **asdict(address)} for member, address in rows]
        changed = {name: new.excluded[name] for name in values[0] if name != "member_id"}
        self._session.execute(new.on_conflict_do_update(index_elements=["member_id"], set_=changed), values)

    def ensure(self, table: Table, natural_key: dict[str, object], **values: object) -> uuid.UUID:
        """The id of the row with this natural key, inserted when there is none."""
        matches = [table.c[name] == value for name, value in natural_key.items()]
        found = self._session.scalar(select(table.c.id).where(*matches))
        if found is not None:
            return uuid.UUID(str(found))
        new = uuid.uuid4()
        self._session.execute(insert(table).values(id=new, **natural_key, **values))
        return new


def _cdg(row: Row[Any]) -> Cdg:
    return Cdg(row.id, row.department, row.name, row.contact)


def _market(row: Row[Any]) -> Market:
    return Market(row.id, row.groupement_id, row.provider_id, row.starts_on, row.ends_on)
