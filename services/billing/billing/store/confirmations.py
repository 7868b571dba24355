"""Once a year: are these still your referents? What was asked, reminded and answered."""

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from billing.store.life_tables import referent_confirmations

_C = referent_confirmations.c


@dataclass(frozen=True, slots=True)
class Confirmation:
    """One year's question to a member, and its answer."""

    member_id: uuid.UUID
    # An anniversary of the adhesion.
    due_on: date
    asked_on: date | None = None
    reminded_on: date | None = None
    confirmed_on: date | None = None
    by_person: uuid.UUID | None = None
    by_manager: uuid.UUID | None = None
    habilitations: tuple[str, ...] = ()


class Confirmations:
    """By member and anniversary."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def of(self, member_id: uuid.UUID, due_on: date) -> Confirmation | None:
        query = select(referent_confirmations).where(_C.member_id == member_id, _C.due_on == due_on)
        row = self._session.execute(query).one_or_none()
        return None if row is None else _confirmation(row)

    def ask(self, member_id: uuid.UUID, due_on: date, on: date) -> bool:
        """Note that the member was asked; False where it was already, or had answered."""
        row = {"member_id": member_id, "due_on": due_on, "asked_on": on}
        new = postgresql.insert(referent_confirmations).values(row).on_conflict_do_nothing()
        return self._session.execute(new.returning(_C.member_id)).first() is not None

    def remind(self, member_id: uuid.UUID, due_on: date, on: date) -> bool:
        """Note that the member was reminded; False where it was already, or has answered meanwhile."""
        due = (_C.member_id == member_id) & (_C.due_on == due_on) & _C.reminded_on.is_(None) & _C.confirmed_on.is_(None)
        changed = referent_confirmations.update().where(due).values(reminded_on=on).returning(_C.member_id)
        return self._session.execute(changed).first() is not None

    def confirm(
        self,
        member_id: uuid.UUID,
        due_on: date,
        on: date,
        habilitations: Sequence[uuid.UUID],
        *,
        person: uuid.UUID | None = None,
        manager: uuid.UUID | None = None,
    ) -> None:
        """Keep the answer; the first one counts."""
        values = {
            "confirmed_on": on,
            "confirmed_by_person": person,
            "confirmed_by_manager": manager,
            "confirmed_habilitations": json.dumps([str(each) for each in habilitations]),
        }
        new = postgresql.insert(referent_confirmations).values(values | {"member_id": member_id, "due_on": due_on})
        answered = new.on_conflict_do_update(
            index_elements=["member_id", "due_on"], set_=values, where=_C.confirmed_on.is_(None)
        )
        self._session.execute(answered)

    def to_remind(self, asked_by: date) -> list[Confirmation]:
        """Asked by a day, neither answered nor reminded."""
        query = select(referent_confirmations).where(
            _C.asked_on <= asked_by, _C.confirmed_on.is_(None), _C.reminded_on.is_(None)
        )
        return [_confirmation(row) for row in self._session.execute(query)]


def _confirmation(row: Row[Any]) -> Confirmation:
    return Confirmation(
        row.member_id,
        row.due_on,
        row.asked_on,
        row.reminded_on,
        row.confirmed_on,
        row.confirmed_by_person,
        row.confirmed_by_manager,
        tuple(json.loads(row.confirmed_habilitations or "[]")),
    )
