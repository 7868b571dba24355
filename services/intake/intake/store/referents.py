"""Who is in office, as billing tells: intake's own copy, shown to reporters."""

from typing import Any

from sqlalchemy import Row, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from intake.domain.referents import Referent
from intake.store.tables import referents


class Referents:
    def __init__(self, session: Session) -> None:
        self._session = session

    def keep(self, referent: Referent, version: int) -> None:
        """Add a person or replace an older version of them; an older or equal version changes nothing."""
        values = {name: getattr(referent, name) for name in _REFERENT} | {"version": version}
        row = insert(referents).values(values)
        newer = {name: row.excluded[name] for name in values if name != "habilitation_id"}
        self._session.execute(
            row.on_conflict_do_update(
                index_elements=[referents.c.habilitation_id],
                set_=newer,
                where=referents.c.version < row.excluded.version,
            )
        )

    def of_member(self, member_id: str, cdg_id: str) -> list[Referent]:
        """Those of a member and those of its whole CdG, in office or not."""
        near = or_(referents.c.member_id == member_id, referents.c.member_id == "")
        rows = self._session.execute(select(*_COLUMNS).where(referents.c.cdg_id == cdg_id, near))
        return [_referent(row) for row in rows]


_COLUMNS = [column for column in referents.c if column.name != "version"]
_REFERENT = [column.name for column in _COLUMNS]


def _referent(row: Row[Any]) -> Referent:
    return Referent(**row._mapping)
