"""Who is in office, from billing's events."""

from datetime import UTC, datetime, timedelta

from chassis.clock import paris_day
from intake.domain.referents import Referent
from intake.store.transaction import Transaction
from paravent.billing.v1.events_pb2 import HABILITATION_ROLE_AUTHORITY_REFERENT, ReferentListed

_A_DAY = timedelta(days=1)


def list_referent(tx: Transaction, event: ReferentListed, now: datetime) -> None:
    """Keep the newest version of a person. Days only: one who is not in office yet is offered from the next day on,
    one who was removed from now on no more, and then nothing of them is kept but that.
    """
    begins = _instant(event.valid_from)
    ends = _instant(event.valid_until) if event.valid_until else None
    over = ends is not None and ends <= now
    tx.referents.keep(
        Referent(
            habilitation_id=event.habilitation_id,
            member_id=event.member_id,
            cdg_id=event.cdg_id,
            issuer="" if over else event.issuer,
            subject="" if over else event.subject,
            name="" if over else event.display_name,
            function="" if over else event.function,
            body="" if over else event.body,
            authority=event.role == HABILITATION_ROLE_AUTHORITY_REFERENT,
            from_day=paris_day(begins) if begins <= now else paris_day(begins) + _A_DAY,
            until_day=None if ends is None else paris_day(ends) - _A_DAY,
        ),
        event.version,
    )


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
