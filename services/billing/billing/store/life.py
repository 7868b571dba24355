"""What a convention goes through after its reception, what it says of data, and what was told of its days."""

import json
import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, delete, exists, func, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from billing.domain.data_roles import DEFAULTS, DataRole, DataRoles, Processing
from billing.domain.ending import Cause, Ending, Notice
from billing.domain.steps import Step, StepKind
from billing.store import tables as t
from billing.store.conventions import LAST_DAY
from billing.store.life_tables import convention_steps, convention_terms, endings, membership_days, processing_roles


@dataclass(frozen=True, slots=True)
class KnownEnding:
    """The ending of a convention, with the letters that led to it, if letters did."""

    ending: Ending
    notice: Notice | None


@dataclass(frozen=True, slots=True)
class DayToTell:
    """A convention that has begun, or ended, and of which nobody was told."""

    convention_id: uuid.UUID
    member_id: uuid.UUID
    cdg_id: uuid.UUID
    time_zone: str
    # The first day of the change: of the convention, or the one after its last.
    on_day: date


class Life:
    """Steps are added and never altered; an ending is replaced, or removed when what led to it is withdrawn."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add_step(self, step: Step) -> bool:
        """False for a countersignature that is there already: nothing is added."""
        row = {
            "id": step.id,
            "convention_id": step.convention_id,
            "kind": step.kind,
            "on_day": step.on_day,
            "number": step.number,
            "content": json.dumps(step.content or {}, ensure_ascii=False),
            "recorded_by": step.recorded_by,
            "recorded_at": step.recorded_at,
        }
        new = postgresql.insert(convention_steps).values(row).on_conflict_do_nothing()
        return self._session.execute(new.returning(convention_steps.c.id)).first() is not None

    def steps(self, convention_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, list[Step]]:
        """The steps of each of these conventions, as they were recorded."""
        c = convention_steps.c
        query = select(convention_steps).where(c.convention_id.in_(list(convention_ids)))
        found: dict[uuid.UUID, list[Step]] = defaultdict(list)
        for row in self._session.execute(query.order_by(c.recorded_at, c.number, c.id)):
            found[row.convention_id].append(_step(row))
        return found

    def next_amendment(self, convention_id: uuid.UUID) -> int:
        """The number of the next one. The member's row is locked by the caller."""
        c = convention_steps.c
        last = self._session.scalar(select(func.max(c.number)).where(c.convention_id == convention_id))
        return (last or 0) + 1

    def end(self, convention_id: uuid.UUID, known: KnownEnding, *, by: uuid.UUID, at: datetime) -> None:
        """From now on the convention ends so; what was recorded before is replaced."""
        values = {
            "last_day": known.ending.last_day,
            "cause": known.ending.cause,
            "cdg_letter_on": known.notice.cdg_received_on if known.notice else None,
            "provider_letter_on": known.notice.provider_received_on if known.notice else None,
            "recorded_by": by,
            "recorded_at": at,
        }
        new = postgresql.insert(endings).values(values | {"convention_id": convention_id})
        self._session.execute(new.on_conflict_do_update(index_elements=["convention_id"], set_=values))

    def ending(self, convention_id: uuid.UUID) -> KnownEnding | None:
        return self.endings([convention_id]).get(convention_id)

    def endings(self, convention_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, KnownEnding]:
        """Of these conventions, those that do not just run to the end of their market."""
        rows = self._session.execute(select(endings).where(endings.c.convention_id.in_(list(convention_ids))))
        return {
            row.convention_id: KnownEnding(
                Ending(row.last_day, Cause(row.cause)),
                Notice(row.cdg_letter_on, row.provider_letter_on) if row.cdg_letter_on else None,
            )
            for row in rows
        }

    def forget_ending(self, convention_id: uuid.UUID) -> None:
        """The convention runs to its market's end again."""
        self._session.execute(delete(endings).where(endings.c.convention_id == convention_id))

    def written_end(self, convention_id: uuid.UUID) -> date:
        """The last day that a convention says itself, its market's, whatever ends it."""
        c = t.conventions.c
        found: date = self._session.execute(select(c.until_on).where(c.id == convention_id)).scalar_one()
        return found

    def recorded_with(self, step: Step) -> dict[uuid.UUID, uuid.UUID]:
        """The conventions of the steps that were recorded at once with this one, its own too, with their members.

        By the members' ids: the order in which their rows are locked.
        """
        s, c = convention_steps.c, t.conventions.c
        query = (
            select(c.id, c.member_id)
            .join(convention_steps, s.convention_id == c.id)
            .where(s.kind == step.kind, s.recorded_by == step.recorded_by, s.recorded_at == step.recorded_at)
            .order_by(c.member_id, c.id)
        )
        return {row.id: row.member_id for row in self._session.execute(query)}

    def roles(self, convention_id: uuid.UUID) -> list[DataRoles]:
        """Who answers for which data; where nothing was recorded, what article 8 says."""
        query = select(processing_roles).where(processing_roles.c.convention_id == convention_id)
        known = {Processing(row.processing): row for row in self._session.execute(query)}
        return [_roles(known[each.processing]) if each.processing in known else each for each in DEFAULTS]

    def set_roles(self, convention_id: uuid.UUID, roles: Sequence[DataRoles]) -> None:
        new = postgresql.insert(processing_roles)
        rows = [
            {
                "convention_id": convention_id,
                "processing": each.processing,
                "cdg": each.cdg,
                "member": each.member,
                "provider": each.provider,
            }
            for each in roles
        ]
        changed = {name: new.excluded[name] for name in ("cdg", "member", "provider")}
        index = ["convention_id", "processing"]
        self._session.execute(new.on_conflict_do_update(index_elements=index, set_=changed), rows)

    def terms(self, cdg_id: uuid.UUID, market_id: uuid.UUID) -> dict[str, Any]:
        """What a CdG's conventions say under a market, as it wrote them; empty until it did."""
        c = convention_terms.c
        found = self._session.scalar(select(c.data).where(c.cdg_id == cdg_id, c.market_id == market_id))
        return dict(json.loads(found)) if found else {}

    def set_terms(
        self, cdg_id: uuid.UUID, market_id: uuid.UUID, data: Mapping[str, Any], *, by: uuid.UUID | None, at: datetime
    ) -> None:
        values = {"data": json.dumps(data, ensure_ascii=False), "changed_by": by, "changed_at": at}
        new = postgresql.insert(convention_terms).values(values | {"cdg_id": cdg_id, "market_id": market_id})
        self._session.execute(new.on_conflict_do_update(index_elements=["cdg_id", "market_id"], set_=values))

    def begun_untold(self, until: date) -> list[DayToTell]:
        """Conventions that took effect by a day somewhere on Earth, and whose beginning nobody was told."""
        first = t.conventions.c.effect_on
        return self._untold("begun", first, (first <= until) & (first <= LAST_DAY))

    def ended_untold(self, until: date) -> list[DayToTell]:
        """Conventions whose last day is over by a day somewhere on Earth, and whose end nobody was told.

        One that never takes effect ends unheard, unless its beginning was told: a default may be recorded afterwards.
        """
        after, m = LAST_DAY + 1, membership_days.c
        begun = exists().where(m.convention_id == t.conventions.c.id, m.what == "begun").correlate(t.conventions)
        return self._untold("ended", after, (after <= until) & ((t.conventions.c.effect_on <= LAST_DAY) | begun))

    def mark_told(self, convention_id: uuid.UUID, what: str, on_day: date, at: datetime) -> bool:
        """Once: False where somebody was faster."""
        row = {"convention_id": convention_id, "what": what, "on_day": on_day, "told_at": at}
        new = postgresql.insert(membership_days).values(row).on_conflict_do_nothing()
        return self._session.execute(new.returning(membership_days.c.convention_id)).first() is not None

    def _untold(self, what: str, on_day: Any, due: Any) -> list[DayToTell]:
        c = t.conventions.c
        told = select(membership_days.c.convention_id).where(
            membership_days.c.convention_id == c.id, membership_days.c.what == what
        )
        query = (
            select(c.id, c.member_id, t.members.c.cdg_id, t.members.c.time_zone, on_day.label("on_day"))
            .select_from(t.conventions)
            .join(t.members, t.members.c.id == c.member_id)
            .outerjoin(endings, endings.c.convention_id == c.id)
            .where(due, ~told.exists())
            .order_by(c.effect_on, c.id)
        )
        rows = self._session.execute(query)
        return [DayToTell(row.id, row.member_id, row.cdg_id, row.time_zone, row.on_day) for row in rows]


def _step(row: Row[Any]) -> Step:
    return Step(
        row.id,
        row.convention_id,
        StepKind(row.kind),
        row.on_day,
        row.recorded_by,
        row.recorded_at,
        row.number,
        json.loads(row.content),
    )


def _roles(row: Row[Any]) -> DataRoles:
    return DataRoles(Processing(row.processing), DataRole(row.cdg), DataRole(row.member), DataRole(row.provider))
