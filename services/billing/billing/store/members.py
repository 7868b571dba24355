"""Members: who they are. Their conventions are in `billing.store.conventions`."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any

from sqlalchemy import Row, Select, bindparam, func, or_, select, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from billing.domain.kinds import Kind
from billing.domain.parties import Member
from billing.domain.people import folded
from billing.store import tables as t

# Columns that the service's database role may change.
_CHANGING = ("name", "sort_key", "kind", "siret", "affiliated", "time_zone", "listed_agents", "mail_domains")


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
        self.add_all([member])
        query = select(t.members).where(t.members.c.siren == member.siren).with_for_update()
        return _member(self._session.execute(query).one())

    def get(self, member_id: uuid.UUID, cdg_id: uuid.UUID, *, lock: bool = False) -> Member | None:
        """A member of this CdG; None for another CdG's, as for none."""
        query = select(t.members).where(t.members.c.id == member_id, t.members.c.cdg_id == cdg_id)
        row = self._session.execute(query.with_for_update() if lock else query).one_or_none()
        return None if row is None else _member(row)

    def any(self, member_id: uuid.UUID) -> Member | None:
        """A member of whichever CdG: for who was let in by the member itself."""
        row = self._session.execute(select(t.members).where(t.members.c.id == member_id)).one_or_none()
        return None if row is None else _member(row)

    def many(self, member_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, Member]:
        query = select(t.members).where(t.members.c.id.in_(list(member_ids)))
        return {row.id: _member(row) for row in self._session.execute(query)}

    def add_all(self, new: Sequence[Member]) -> set[uuid.UUID]:
        """Insert these; answer which are new: a SIREN that is known already is left as it is."""
        if not new:
            return set()
        written = postgresql.insert(t.members).on_conflict_do_nothing(index_elements=["siren"])
        return set(self._session.scalars(written.returning(t.members.c.id), [_row(member) for member in new]))

    def change(self, member: Member) -> None:
        """Write back what a manager may change. Neither its version, which events carry, nor where it stands."""
        self.change_all([member])

    def change_all(self, changed: Sequence[Member]) -> None:
        """The same for many."""
        if not changed:
            return
        query = update(t.members).where(t.members.c.id == bindparam("which"))
        query = query.values({name: bindparam(name) for name in _CHANGING})
        rows = [_row(member) for member in changed]
        values = [{"which": row["id"], **{name: row[name] for name in _CHANGING}} for row in rows]
        self._session.connection().execute(query, values)

    def next_version(self, member: Member) -> int:
        """A new version of what others know of this member, for its events."""
        query = update(t.members).where(t.members.c.id == member.id).values(version=t.members.c.version + 1)
        return int(self._session.execute(query.returning(t.members.c.version)).scalar_one())

    def next_versions(self, member_ids: Iterable[uuid.UUID]) -> None:
        """The same for many, that nobody else is told of: a form that was opened before is out of date."""
        query = update(t.members).where(t.members.c.id.in_(list(member_ids)))
        self._session.execute(query.values(version=t.members.c.version + 1))

    def page(self, cdg_id: uuid.UUID, words: str, *, offset: int, limit: int) -> list[Member]:
        """Members by name; `words` narrows to names that hold them all, or to a SIREN or code that starts so."""
        query = self._matching(select(t.members), cdg_id, words).order_by(t.members.c.sort_key, t.members.c.id)
        return [_member(row) for row in self._session.execute(query.offset(offset).limit(limit))]

    def count(self, cdg_id: uuid.UUID, words: str = "") -> int:
        query = self._matching(select(func.count()).select_from(t.members), cdg_id, words)
        return int(self._session.execute(query).scalar_one())

    def by_siren(self, sirens: Iterable[str], *, lock: bool = False) -> dict[str, Member]:
        """The members with these numbers, of whichever CdG. `lock`: nobody changes them until the end."""
        query = select(t.members).where(t.members.c.siren.in_(list(sirens)))
        query = query.order_by(t.members.c.id).with_for_update() if lock else query
        return {row.siren: _member(row) for row in self._session.execute(query)}

    def _matching(self, query: Select[Any], cdg_id: uuid.UUID, words: str) -> Select[Any]:
        query = query.where(t.members.c.cdg_id == cdg_id)
        for word in folded(words).split():
            in_name = t.members.c.sort_key.contains(word, autoescape=True)
            codes = (t.members.c.siren, t.members.c.insee_code)
            query = query.where(or_(in_name, *(code.startswith(word, autoescape=True) for code in codes)))
        return query


def _member(row: Row[Any]) -> Member:
    named = {field.name: getattr(row, field.name) for field in fields(Member)}
    return Member(**named | {"mail_domains": tuple(row.mail_domains), "kind": Kind(row.kind)})


def _row(member: Member) -> dict[str, Any]:
    return asdict(member) | {"sort_key": folded(member.name), "mail_domains": list(member.mail_domains)}
