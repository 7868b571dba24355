"""Erasures in PostgreSQL: the eraser's side and the verifier's, each with what its role may do."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert as insert_or
from sqlalchemy.orm import Session

from identity_vault.domain.erasure import DUE, ERASED, GRACE, HELD, NEW, OPEN, UNDONE, Rules, Target
from identity_vault.store.erasure_tables import erasure_bursts, erasure_orders, erasures, linker_erasures
from identity_vault.store.tables import record_keys

_TARGET = (erasures.c.order_tag, erasures.c.subject, erasures.c.paths, erasures.c.to_linker, erasures.c.reason)
_NOTHING = {"subject": None, "paths": None, "to_linker": None}


@dataclass(frozen=True, slots=True)
class Listed:
    """An erasure as an operator sees it."""

    order: bytes = field(repr=False)
    state: str
    reason: str
    asked_on: date | None
    due_on: date | None
    finished_on: date | None


class Orders:
    """Sealed orders: the eraser puts them in, the verifier takes them out."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, frames: Sequence[bytes]) -> None:
        """The same frame twice is one order."""
        for frame in frames:
            row = insert_or(erasure_orders).values(id=sha256(frame).digest(), frame=frame)
            self._session.execute(row.on_conflict_do_nothing())

    def waiting(self, limit: int = 50) -> list[tuple[bytes, bytes]]:
        """Id and frame."""
        query = select(erasure_orders.c.id, erasure_orders.c.frame).order_by(erasure_orders.c.id).limit(limit)
        return [(row.id, row.frame) for row in self._session.execute(query)]

    def remove(self, identifier: bytes) -> None:
        self._session.execute(delete(erasure_orders).where(erasure_orders.c.id == identifier))


class Forgetting:
    """The verifier's side: it says what an order is about, and that its own rows are gone."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def enter(self, target: Target) -> bool:
        """False when the order is known already."""
        row = insert_or(erasures).values(_values(target)).on_conflict_do_nothing()
        return self._session.execute(row.returning(erasures.c.order_tag)).first() is not None

    def due(self) -> list[tuple[bytes, bytes, bool]]:
        """Order and subject of what the verifier has to forget now; False where it is some names alone."""
        whole = erasures.c.to_linker.is_not(None).label("whole")
        query = select(erasures.c.order_tag, erasures.c.subject, whole)
        found = self._session.execute(query.where(erasures.c.state == DUE, ~erasures.c.forgotten))
        return [(row.order_tag, row.subject, row.whole) for row in found]

    def forgotten(self, order: bytes, kinds: Sequence[str]) -> None:
        row = update(erasures).where(erasures.c.order_tag == order)
        self._session.execute(row.values(forgotten=True, kinds=list(kinds)))


class Erasures:
    """The eraser's side."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def notice(self, today: date, rules: Rules) -> None:
        """The days of grace of new orders begin."""
        noticed = {"state": GRACE, "asked_on": today, "due_on": rules.due_on(today)}
        self._session.execute(update(erasures).where(erasures.c.state == NEW).values(noticed))

    def counts(self) -> list[tuple[date, int]]:
        """How many orders came on each day that is not over yet, undone ones not counted; no day confirmed before."""
        confirmed = select(erasure_bursts.c.day).where(erasure_bursts.c.confirmed)
        waiting = select(erasures.c.asked_on).where(erasures.c.state.in_((GRACE, HELD)))
        query = select(erasures.c.asked_on, func.count()).where(
            erasures.c.asked_on.in_(waiting), erasures.c.asked_on.not_in(confirmed), erasures.c.state != UNDONE
        )
        return [(row[0], row[1]) for row in self._session.execute(query.group_by(erasures.c.asked_on))]

    def hold(self, day: date) -> bool:
        """Hold what came on a day; True when the day was not known to be one of too many."""
        self._move(GRACE, HELD, day)
        row = insert_or(erasure_bursts).values(day=day).on_conflict_do_nothing()
        return self._session.execute(row.returning(erasure_bursts.c.day)).first() is not None

    def confirm(self, day: date) -> int:
        """Let what came on a day take its course; answers how many."""
        row = insert_or(erasure_bursts).values(day=day, confirmed=True)
        self._session.execute(row.on_conflict_do_update(index_elements=["day"], set_={"confirmed": True}))
        return self._move(HELD, GRACE, day)

    def undo(self, order: bytes) -> bytes | None:
        """Call an order off; answers the subject, None when there is no such order or it is too late."""
        waiting = (erasures.c.order_tag == order, erasures.c.state.in_(OPEN))
        subject = self._session.scalar(select(erasures.c.subject).where(*waiting).with_for_update())
        if subject is not None:
            self._session.execute(update(erasures).where(*waiting).values(state=UNDONE, **_NOTHING))
        return subject

    def subject(self, order: bytes) -> bytes | None:
        """Of an order that can be called off; None when there is none."""
        open_one = (erasures.c.order_tag == order, erasures.c.state.in_(OPEN))
        return self._session.scalar(select(erasures.c.subject).where(*open_one))

    def begin(self, today: date) -> None:
        """Orders whose grace is over are due."""
        over = (erasures.c.state == GRACE, erasures.c.due_on <= today)
        self._session.execute(update(erasures).where(*over).values(state=DUE))

    def to_unlock(self) -> list[Target]:
        """What is due, and whose keys are still there."""
        return self._targets(~erasures.c.keyless)

    def to_destroy(self) -> list[Target]:
        """What is due, has no keys any more, and whose records are still there."""
        return self._targets(erasures.c.keyless, ~erasures.c.destroyed)

    def remove_keys(self, target: Target) -> None:
        """Nothing opens the records any more; of a whole report, the linker learns that it has a contact to forget."""
        self._session.execute(delete(record_keys).where(record_keys.c.path.in_(target.paths)))
        if target.whole:
            letter = insert_or(linker_erasures).values(order_tag=target.order, frame=target.to_linker)
            self._session.execute(letter.on_conflict_do_nothing())
        self._set(target.order, keyless=True)

    def destroyed(self, target: Target) -> None:
        self._set(target.order, destroyed=True)

    def finish(self, today: date) -> list[tuple[bytes, str]]:
        """Keep only the proof of what is gone everywhere; answers the subjects and reasons."""
        done = (erasures.c.state == DUE, erasures.c.destroyed, erasures.c.forgotten)
        query = select(erasures.c.order_tag, erasures.c.subject, erasures.c.reason).where(*done).with_for_update()
        finished = list(self._session.execute(query))
        for row in finished:
            self._set(row.order_tag, state=ERASED, finished_on=today, **_NOTHING)
        return [(row.subject, row.reason) for row in finished]

    def again(self, target: Target, today: date) -> bool:
        """Due again, unless this database says that it was carried out; answers whether it is due."""
        anew = {"state": DUE, "keyless": False, "destroyed": False, "forgotten": False}
        row = insert_or(erasures).values(_values(target) | anew | {"asked_on": today, "due_on": today})
        again = anew | {name: row.excluded[name] for name in _NOTHING}
        other = row.on_conflict_do_update(index_elements=["order_tag"], set_=again, where=erasures.c.state != ERASED)
        return self._session.execute(other.returning(erasures.c.order_tag)).first() is not None

    def listed(self) -> list[Listed]:
        """Everything, newest first."""
        c = erasures.c
        columns = (c.order_tag, c.state, c.reason, c.asked_on, c.due_on, c.finished_on)
        query = select(*columns).order_by(c.asked_on.desc(), c.order_tag)
        return [Listed(*row) for row in self._session.execute(query)]

    def _move(self, old: str, new: str, day: date) -> int:
        chosen = (erasures.c.state == old, erasures.c.asked_on == day)
        moved = update(erasures).where(*chosen).values(state=new).returning(erasures.c.order_tag)
        return len(self._session.execute(moved).all())

    def _set(self, order: bytes, **values: object) -> None:
        self._session.execute(update(erasures).where(erasures.c.order_tag == order).values(values))

    def _targets(self, *conditions: object) -> list[Target]:
        query = select(*_TARGET).where(erasures.c.state == DUE, *conditions)  # type: ignore[arg-type]
        return [_target(row) for row in self._session.execute(query)]


def _values(target: Target) -> dict[str, object]:
    return {
        "order_tag": target.order,
        "subject": target.subject,
        "paths": list(target.paths),
        "to_linker": target.to_linker or None,
        "reason": target.reason,
    }


def _target(row: Any) -> Target:
    return Target(row.order_tag, row.subject, tuple(row.paths), row.to_linker or b"", row.reason)


class LinkerOrders:
    """What the linker has to forget."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def waiting(self, limit: int = 50) -> list[tuple[bytes, bytes]]:
        """Order tag and frame."""
        query = select(linker_erasures.c.order_tag, linker_erasures.c.frame).limit(limit)
        return [(row.order_tag, row.frame) for row in self._session.execute(query)]

    def remove(self, order: bytes) -> None:
        self._session.execute(delete(linker_erasures).where(linker_erasures.c.order_tag == order))
