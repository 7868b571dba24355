"""The search across everything that a CdG holds.

Orders that the CdG pays for itself are never found: a number that leads to one would give it away.
"""

import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from billing.domain.people import folded
from billing.store import tables as t
from billing.store.order_tables import orders
from billing.store.party_tables import correspondents

# How a plain letter may be written in a name, as `folded` reads it.
_WRITTEN = {"a": "aàâäáãå", "c": "cç", "e": "eéèêë", "i": "iíìîï", "n": "nñ", "o": "oóòôöõ", "u": "uúùûü", "y": "yýÿ"}


@dataclass(frozen=True, slots=True)
class Found:
    """Something found: what it is called, what tells it apart, and where it stands (a member's id, or its own)."""

    id: uuid.UUID
    title: str
    detail: str
    member_id: uuid.UUID | None


class Lookup:
    """Each method answers `limit` at most."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def members(self, cdg_id: uuid.UUID, words: str, limit: int) -> list[Found]:
        """By words of the name, or by how the SIREN, SIRET or INSEE code starts."""
        m = t.members.c
        query = select(m.id, m.name, m.siren, m.siret).where(m.cdg_id == cdg_id)
        digits = "".join(words.split())
        for word in [digits] if digits.isdecimal() else folded(words).split():
            codes = (column.startswith(word, autoescape=True) for column in (m.siren, m.siret, m.insee_code))
            query = query.where(or_(m.sort_key.contains(word, autoescape=True), *codes))
        rows = self._session.execute(query.order_by(m.sort_key, m.id).limit(limit))
        return [Found(row.id, row.name, row.siret or row.siren, row.id) for row in rows]

    def invoices(self, cdg_id: uuid.UUID, words: str, limit: int) -> list[Found]:
        """By a part of the number; the newest first."""
        i = t.invoices.c
        query = select(i.id, i.number, i.member_id, t.members.c.name).join(t.members)
        query = query.where(i.cdg_id == cdg_id, _in_number(i.number, words))
        rows = self._session.execute(query.order_by(i.year.desc(), i.rank.desc()).limit(limit))
        return [Found(row.id, row.number, row.name, row.member_id) for row in rows]

    def orders(self, cdg_id: uuid.UUID, words: str, limit: int) -> list[Found]:
        """Members' orders by a part of the number; the newest first."""
        o = orders.c
        query = select(o.id, o.number, o.member_id, t.members.c.name).join(t.members, t.members.c.id == o.member_id)
        query = query.where(o.cdg_id == cdg_id, o.by_cdg.is_(False), _in_number(o.number, words))
        rows = self._session.execute(query.order_by(o.asked_on.desc(), o.number).limit(limit))
        return [Found(row.id, row.number, row.name, row.member_id) for row in rows]

    def persons(self, cdg_id: uuid.UUID, words: str, limit: int) -> list[Found]:
        """Who holds a habilitation or receives a member's letters, by words of the name. Once for each member."""
        h, p = t.habilitations.c, t.people.c
        sought = folded(words).split()
        if any(word.isdecimal() for word in sought):  # no name: a number of something else
            return []
        named = [p.name.regexp_match(_pattern(word), flags="i") for word in sought]
        held = select(h.person_id, h.member_id).where(h.cdg_id == cdg_id, h.removed_at.is_(None))
        written = select(correspondents.c.person_id, correspondents.c.member_id).join(
            t.members, t.members.c.id == correspondents.c.member_id
        )
        tied = held.union(written.where(t.members.c.cdg_id == cdg_id)).subquery("tied")
        query: Any = (
            select(p.id, p.name, tied.c.member_id, func.coalesce(t.members.c.name, "").label("member"))
            .join(tied, tied.c.person_id == p.id)
            .outerjoin(t.members, t.members.c.id == tied.c.member_id)
            .where(*named)
            .order_by(p.name, p.id, t.members.c.sort_key)
        )
        rows = self._session.execute(query.limit(limit))
        return [Found(row.id, row.name, row.member, row.member_id) for row in rows]


def _pattern(word: str) -> str:
    """A folded word (letters and digits only), with whatever accents."""
    return "".join(f"[{_WRITTEN[letter]}]" if letter in _WRITTEN else letter for letter in word)


def _in_number(column: ColumnElement[str], words: str) -> ColumnElement[bool]:
    """Numbers are written in capitals; spaces are how people read them."""
    return column.contains("".join(words.upper().split()), autoescape=True)
