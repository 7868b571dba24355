"""Members, their conventions and the headcounts that they declared."""

import uuid
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, Select, func, insert, or_, select, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from billing.domain.convention import Convention, Milestones
from billing.domain.parties import Member
from billing.domain.people import folded
from billing.store import tables as t


@dataclass(frozen=True, slots=True)
class Headcount:
    """Agents that a member declared present on a 31 December."""

    at_day: date
    agents: int


class Members:
    """The bodies that joined, of every CdG: callers narrow by CdG."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def claim(self, member: Member) -> Member:
        """The member with this SIREN, inserted if new, locked until the transaction ends."""
        values = asdict(member) | {"sort_key": folded(member.name), "mail_domains": list(member.mail_domains)}
        self._session.execute(
            postgresql.insert(t.members).values(values).on_conflict_do_nothing(index_elements=["siren"])
        )
        query = select(t.members).where(t.members.c.siren == member.siren).with_for_update()
        return _member(self._session.execute(query).one())

    def get(self, member_id: uuid.UUID, cdg_id: uuid.UUID, *, lock: bool = False) -> Member | None:
        """A member of this CdG; None for another CdG's, as for none."""
        query = select(t.members).where(t.members.c.id == member_id, t.members.c.cdg_id == cdg_id)
        row = self._session.execute(query.with_for_update() if lock else query).one_or_none()
        return None if row is None else _member(row)

    def next_version(self, member: Member) -> int:
        """A new version of what others know of this member, for its events."""
        query = update(t.members).where(t.members.c.id == member.id).values(version=t.members.c.version + 1)
        return int(self._session.execute(query.returning(t.members.c.version)).scalar_one())

    def page(self, cdg_id: uuid.UUID, words: str, *, offset: int, limit: int) -> list[Member]:
        """Members by name; `words` narrows to names that hold them all, or to a SIREN or code that starts so."""
        query = self._matching(select(t.members), cdg_id, words).order_by(t.members.c.sort_key, t.members.c.id)
        return [_member(row) for row in self._session.execute(query.offset(offset).limit(limit))]

    def count(self, cdg_id: uuid.UUID, words: str = "") -> int:
        query = self._matching(select(func.count()).select_from(t.members), cdg_id, words)
        return int(self._session.execute(query).scalar_one())

    def by_siren(self, sirens: Iterable[str]) -> dict[str, Member]:
        query = select(t.members).where(t.members.c.siren.in_(list(sirens)))
        return {row.siren: _member(row) for row in self._session.execute(query)}

    def _matching(self, query: Select[Any], cdg_id: uuid.UUID, words: str) -> Select[Any]:
        query = query.where(t.members.c.cdg_id == cdg_id)
        for word in folded(words).split():
            in_name = t.members.c.sort_key.contains(word, autoescape=True)
            codes = (t.members.c.siren, t.members.c.insee_code)
            query = query.where(or_(in_name, *(code.startswith(word, autoescape=True) for code in codes)))
        return query


class Conventions:
    """Conventions are added and read, never altered."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, convention: Convention, headcount: Headcount, *, recorded_by: uuid.UUID, at: datetime) -> None:
        row = {
            "id": convention.id,
            "member_id": convention.member_id,
            "market_id": convention.market_id,
            **asdict(convention.milestones),
            "effect_on": convention.effect_on,
            "until_on": convention.until_on,
            "recorded_by": recorded_by,
            "recorded_at": at,
        }
        self._session.execute(insert(t.conventions).values(row))
        self._session.execute(
            insert(t.headcounts).values(
                member_id=convention.member_id,
                at_day=headcount.at_day,
                agents=headcount.agents,
                declared_on=convention.milestones.signed_on,
            )
        )

    def latest(self, member_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, Convention]:
        """The last convention of each of these members, with the last headcount declared."""
        agents = (
            select(t.headcounts.c.agents)
            .where(t.headcounts.c.member_id == t.conventions.c.member_id)
            .order_by(t.headcounts.c.at_day.desc())
            .limit(1)
            .scalar_subquery()
        )
        query = (
            select(t.conventions, agents.label("agents"))
            .where(t.conventions.c.member_id.in_(list(member_ids)))
            .ext(postgresql.distinct_on(t.conventions.c.member_id))
            .order_by(t.conventions.c.member_id, t.conventions.c.effect_on.desc())
        )
        return {row.member_id: _convention(row) for row in self._session.execute(query)}

    def headcounts(self, member_id: uuid.UUID) -> list[Headcount]:
        """Declarations of a member, the last one first."""
        query = select(t.headcounts).where(t.headcounts.c.member_id == member_id).order_by(t.headcounts.c.at_day.desc())
        return [Headcount(row.at_day, row.agents) for row in self._session.execute(query)]

    def count_by_force(self, cdg_id: uuid.UUID, day: date) -> tuple[int, int]:
        """How many conventions of a CdG are in force on a day, and how many take effect later."""
        c = t.conventions.c
        query = (
            select(
                func.count().filter(c.effect_on <= day, c.until_on >= day),
                func.count().filter(c.effect_on > day),
            )
            .join(t.members, t.members.c.id == c.member_id)
            .where(t.members.c.cdg_id == cdg_id)
        )
        in_force, later = self._session.execute(query).one()
        return in_force, later


def _member(row: Row[Any]) -> Member:
    domains = tuple(row.mail_domains)
    return Member(row.id, row.version, row.cdg_id, row.name, row.siren, row.insee_code, row.department, domains)


def _convention(row: Row[Any]) -> Convention:
    milestones = Milestones(row.deliberated_on, row.signed_on, row.received_on)
    return Convention(row.id, row.member_id, row.market_id, milestones, row.effect_on, row.until_on, row.agents)
