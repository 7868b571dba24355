"""Eight words that others replaced. They open no report; the row says when, and holds what only they open."""

from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from intake.store.tables import former_words


@dataclass(frozen=True, slots=True)
class FormerRow:
    """`envelope`: intake.v1.Replacement, sealed to the former words. `objected`: their holder did."""

    lookup_id: bytes = field(repr=False)
    report_id: bytes = field(repr=False)
    day: date
    envelope: bytes = field(repr=False)
    objected: bool


class FormerWords:
    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, row: FormerRow) -> None:
        values = {column.name: getattr(row, column.name) for column in former_words.c}
        self._session.execute(insert(former_words).values(values))

    def find(self, lookup_id: bytes) -> FormerRow | None:
        row = self._session.execute(select(*former_words.c).where(former_words.c.lookup_id == lookup_id)).first()
        return FormerRow(**row._mapping) if row else None

    def object(self, lookup_id: bytes) -> bool:
        """Note the objection; False when there is one already."""
        unheard = (former_words.c.lookup_id == lookup_id) & ~former_words.c.objected
        noted = update(former_words).where(unheard).values(objected=True).returning(former_words.c.lookup_id)
        return self._session.execute(noted).first() is not None
