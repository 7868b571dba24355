"""Conventions, as they really run: what was concluded, cut short by what ended it."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Row, Select, case, func, insert, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from billing.domain.convention import Convention, Milestones
from billing.domain.ending import Cause
from billing.store import tables as t
from billing.store.life_tables import endings, referent_confirmations
from billing.store.members import Headcount

_C = t.conventions.c
# The last day, included: the ending's, where something ends the convention before its market.
LAST_DAY = func.coalesce(endings.c.last_day, _C.until_on)
_DAY = timedelta(1)


class Conventions:
    """Conventions are added and read, never altered; an ending stands beside."""

    def __init__(self, session: Session, today: date) -> None:
        self._session = session
        # The day in Paris: what pages and lists call today.
        self.today = today

    def add(self, convention: Convention, headcount: Headcount, *, recorded_by: uuid.UUID, at: datetime) -> None:
        """A concluded convention, with the headcount that it declares; one declared before for the same day stays."""
        row = {
            "id": convention.id,
            "member_id": convention.member_id,
            "market_id": convention.market_id,
            **asdict(convention.milestones),
            "effect_on": convention.effect_on,
            "until_on": convention.until_on,
            "follows": convention.follows,
            "recorded_by": recorded_by,
            "recorded_at": at,
        }
        self._session.execute(insert(t.conventions).values(row))
        declared = postgresql.insert(t.headcounts).values(
            member_id=convention.member_id,
            at_day=headcount.at_day,
            agents=headcount.agents,
            declared_on=convention.milestones.signed_on,
        )
        self._session.execute(declared.on_conflict_do_nothing(index_elements=["member_id", "at_day"]))

    def latest(self, member_ids: Iterable[uuid.UUID], day: date | None = None) -> dict[uuid.UUID, Convention]:
        """The convention that counts for each of these members, with the last headcount declared.

        The one in force on the day (today); else the one to come; else the last. Members without any are left out.
        """
        day = day or self.today
        rank = case((_C.effect_on > day, 1), (day > LAST_DAY, 2), else_=0)
        query = (
            _running()
            .where(_C.member_id.in_(list(member_ids)))
            .ext(postgresql.distinct_on(_C.member_id))
            .order_by(_C.member_id, rank, _C.effect_on.desc())
        )
        return {row.member_id: _convention(row) for row in self._session.execute(query)}

    def get(self, convention_id: uuid.UUID, cdg_id: uuid.UUID | None = None) -> Convention | None:
        """A convention; of this CdG only, when one is given."""
        query = _running().where(_C.id == convention_id)
        if cdg_id is not None:
            query = query.where(t.members.c.cdg_id == cdg_id)
        row = self._session.execute(query).one_or_none()
        return None if row is None else _convention(row)

    def of_member(self, member_id: uuid.UUID) -> list[Convention]:
        """Every convention of a member, the first one first."""
        rows = self._session.execute(_running().where(_C.member_id == member_id).order_by(_C.effect_on))
        return [_convention(row) for row in rows]

    def in_force(self, cdg_id: uuid.UUID, day: date) -> list[Convention]:
        """The conventions of a CdG that are in force on a day, by the members' names."""
        query = _running().where(t.members.c.cdg_id == cdg_id, _C.effect_on <= day, day <= LAST_DAY)
        rows = self._session.execute(query.order_by(t.members.c.sort_key, t.members.c.id))
        return [_convention(row) for row in rows]

    def under(self, cdg_id: uuid.UUID, market_id: uuid.UUID, day: date) -> list[Convention]:
        """The conventions of a CdG under a market that are in force on a day or to come, by the members' names."""
        query = _running().where(t.members.c.cdg_id == cdg_id, _C.market_id == market_id, day <= LAST_DAY)
        rows = self._session.execute(query.order_by(t.members.c.sort_key, t.members.c.id))
        return [_convention(row) for row in rows]

    def with_anniversary(self, day: date, limit: int) -> list[Convention]:
        """Conventions in force, of any CdG, whose anniversary has come and about whose referents nobody asked since."""
        year_before = day.replace(year=day.year - 1, day=min(day.day, 28) if day.month == 2 else day.day)
        asked = select(referent_confirmations.c.member_id).where(
            referent_confirmations.c.member_id == _C.member_id, referent_confirmations.c.due_on > year_before
        )
        query = _running().where(_C.effect_on <= year_before, day <= LAST_DAY, ~asked.exists())
        return [_convention(row) for row in self._session.execute(query.order_by(_C.effect_on, _C.id).limit(limit))]

    def followed(self, convention_ids: Iterable[uuid.UUID]) -> set[uuid.UUID]:
        """Which of these are renewed by another already."""
        rows = self._session.scalars(select(_C.follows).where(_C.follows.in_(list(convention_ids))))
        return {each for each in rows if each is not None}

    def headcounts(self, member_id: uuid.UUID) -> list[Headcount]:
        """Declarations of a member, the last one first."""
        query = select(t.headcounts).where(t.headcounts.c.member_id == member_id).order_by(t.headcounts.c.at_day.desc())
        return [Headcount(row.at_day, row.agents) for row in self._session.execute(query)]

    def count_by_force(self, cdg_id: uuid.UUID, day: date) -> tuple[int, int]:
        """How many conventions of a CdG are in force on a day, and how many take effect later."""
        query = (
            select(
                func.count().filter(_C.effect_on <= day, day <= LAST_DAY),
                func.count().filter(_C.effect_on > day, _C.effect_on <= LAST_DAY),
            )
            .select_from(t.conventions)
            .join(t.members, t.members.c.id == _C.member_id)
            .outerjoin(endings, endings.c.convention_id == _C.id)
            .where(t.members.c.cdg_id == cdg_id)
        )
        in_force, later = self._session.execute(query).one()
        return in_force, later


def span(conventions: Sequence[Convention], of: Convention) -> tuple[date, date]:
    """First and last day of the membership that `of` is a part of: conventions that follow each other without a gap.

    `conventions`: all of the member's, the first one first.
    """
    first, last = of.effect_on, of.until_on
    for each in conventions:
        last = each.until_on if each.effect_on == last + _DAY else last
    for each in reversed(conventions):
        first = each.effect_on if each.until_on == first - _DAY else first
    return first, last


def _running() -> Select[Any]:
    """Conventions with their real last day, its cause, and the last headcount that the member declared."""
    agents = (
        select(t.headcounts.c.agents)
        .where(t.headcounts.c.member_id == _C.member_id)
        .order_by(t.headcounts.c.at_day.desc())
        .limit(1)
        .scalar_subquery()
    )
    return (
        select(t.conventions, agents.label("agents"), LAST_DAY.label("last_day"), endings.c.cause)
        .select_from(t.conventions)
        .join(t.members, t.members.c.id == _C.member_id)
        .outerjoin(endings, endings.c.convention_id == _C.id)
    )


def _convention(row: Row[Any]) -> Convention:
    return Convention(
        row.id,
        row.member_id,
        row.market_id,
        Milestones(row.deliberated_on, row.signed_on, row.received_on),
        row.effect_on,
        row.last_day,
        row.agents,
        row.follows,
        Cause(row.cause) if row.cause else Cause.MARKET,
    )
