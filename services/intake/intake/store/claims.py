"""Offers that wait, each under a code: who holds the code takes it, once."""

from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from intake.store.tables import claims


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """What intake knows of an offer."""

    claim_id: bytes = field(repr=False)
    report_id: bytes = field(repr=False)
    cdg_id: str
    envelope: bytes = field(repr=False)
    until_day: date


class Claims:
    """One outstanding offer per report."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def put(self, claim: ClaimRow) -> None:
        """Offer, in the place of what waited for the same report. The caller holds the report (Reports.hold)."""
        self._session.execute(delete(claims).where(claims.c.report_id == claim.report_id))
        self._session.execute(insert(claims).values(_values(claim)))

    def keep(self, claim: ClaimRow) -> bool:
        """Offer, unless something waits for this report, or under this code, already; False then."""
        row = insert(claims).values(_values(claim)).on_conflict_do_nothing().returning(claims.c.claim_id)
        return self._session.execute(row).first() is not None

    def find(self, claim_id: bytes, today: date) -> ClaimRow | None:
        """What waits under this code; None once it was taken or replaced, or after its last day."""
        waiting = select(*claims.c).where(claims.c.claim_id == claim_id, claims.c.until_day >= today)
        row = self._session.execute(waiting).first()
        return ClaimRow(**row._mapping) if row else None

    def take(self, claim: ClaimRow) -> bool:
        """Use an offer up; False when somebody else did meanwhile. Of two at once, the second waits for the first."""
        taken = delete(claims).where(claims.c.claim_id == claim.claim_id, claims.c.envelope == claim.envelope)
        return self._session.execute(taken.returning(claims.c.claim_id)).first() is not None

    def sweep(self, today: date) -> None:
        """Delete what can be used no more."""
        self._session.execute(delete(claims).where(claims.c.until_day < today))


def _values(claim: ClaimRow) -> dict[str, object]:
    return {column.name: getattr(claim, column.name) for column in claims.c}
