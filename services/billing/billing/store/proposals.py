"""Proposals: conventions that are not concluded yet; at most one open for each member."""

import json
import uuid
from collections.abc import Iterable
from dataclasses import asdict
from datetime import date
from typing import Any

from sqlalchemy import Row, select, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from billing.domain.adhesion import TypedPerson, TypedSubstitute
from billing.domain.convention import Market
from billing.domain.proposal import Draft, Proposal
from billing.store import tables as t
from billing.store.life_tables import proposals

_OPEN = proposals.c.closed_on.is_(None) & proposals.c.convention_id.is_(None)


class Proposals:
    """What was drafted, sent, concluded or given up."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, new: Proposal) -> bool:
        """False where the member has an open one already: nothing is added."""
        row = {
            "id": new.id,
            "cdg_id": new.cdg_id,
            "member_id": new.member_id,
            "market_id": new.market_id,
            "renews": new.renews,
            "content": _text(new.draft),
            "drafted_by": new.drafted_by,
            "drafted_at": new.drafted_at,
        }
        added = postgresql.insert(proposals).values(row).on_conflict_do_nothing().returning(proposals.c.id)
        return self._session.execute(added).first() is not None

    def get(self, proposal_id: uuid.UUID, cdg_id: uuid.UUID, *, lock: bool = False) -> Proposal | None:
        """One of this CdG; None for another CdG's, as for none. `lock`: nobody else takes a step until the end."""
        query = select(proposals).where(proposals.c.id == proposal_id, proposals.c.cdg_id == cdg_id)
        row = self._session.execute(query.with_for_update() if lock else query).one_or_none()
        return None if row is None else _proposal(row)

    def save(self, changed: Proposal) -> None:
        """Write back what a step changed, of one read with `lock`."""
        values = {
            "content": _text(changed.draft),
            "sent_on": changed.sent_on,
            "closed_on": changed.closed_on,
            "convention_id": changed.convention_id,
        }
        self._session.execute(update(proposals).where(proposals.c.id == changed.id).values(values))

    def open_of(self, member_id: uuid.UUID) -> Proposal | None:
        """The member's open one."""
        row = self._session.execute(select(proposals).where(proposals.c.member_id == member_id, _OPEN)).one_or_none()
        return None if row is None else _proposal(row)

    def open(self, cdg_id: uuid.UUID) -> list[Proposal]:
        """Every open one of a CdG, by the members' names."""
        query = select(proposals).join(t.members).where(proposals.c.cdg_id == cdg_id, _OPEN)
        rows = self._session.execute(query.order_by(t.members.c.sort_key, t.members.c.id))
        return [_proposal(row) for row in rows]

    def having_open(self, member_ids: Iterable[uuid.UUID]) -> set[uuid.UUID]:
        """Which of these members have an open one."""
        of = select(proposals.c.member_id).where(proposals.c.member_id.in_(list(member_ids)), _OPEN)
        return set(self._session.scalars(of))

    def markets(self, cdg_id: uuid.UUID) -> list[Market]:
        """The markets of a CdG's groupement, the first one first."""
        query = (
            select(t.markets)
            .join(t.cdgs, t.cdgs.c.groupement_id == t.markets.c.groupement_id)
            .where(t.cdgs.c.id == cdg_id)
            .order_by(t.markets.c.starts_on)
        )
        return [
            Market(row.id, row.groupement_id, row.provider_id, row.starts_on, row.ends_on)
            for row in self._session.execute(query)
        ]

    def next_market(self, cdg_id: uuid.UUID, after: date) -> Market | None:
        """The first market that starts after a day, if it is known."""
        return next((market for market in self.markets(cdg_id) if market.starts_on > after), None)


def _text(draft: Draft) -> str:
    return json.dumps(asdict(draft), ensure_ascii=False)


def _draft(text: str) -> Draft:
    known = json.loads(text)
    substitute = known["substitute"]
    return Draft(
        headcount=known["headcount"],
        signatory=known["signatory"],
        referents=tuple(TypedPerson(**person) for person in known["referents"]),
        substitute=substitute and TypedSubstitute(**(substitute | {"person": TypedPerson(**substitute["person"])})),
        notes=known["notes"],
    )


def _proposal(row: Row[Any]) -> Proposal:
    return Proposal(
        row.id,
        row.cdg_id,
        row.member_id,
        row.market_id,
        row.renews,
        _draft(row.content),
        row.drafted_by,
        row.drafted_at,
        row.sent_on,
        row.closed_on,
        row.convention_id,
    )
