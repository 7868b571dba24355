"""What the worker does: store what came, without opening any of it."""

from datetime import datetime
from zoneinfo import ZoneInfo

from casework.domain.routing import Habilitation, Pool, Role, admits
from casework.store.people import day_or_none
from casework.store.transaction import Transaction
from chassis.clock import PARIS
from paravent.billing.v1.events_pb2 import HabilitationBound, HabilitationRole, MembershipChanged
from paravent.intake.v1.events_pb2 import ReporterSpoke, ReportSubmitted, VoiceJoined

_ROLES = {
    HabilitationRole.HABILITATION_ROLE_REFERENT: Role.REFERENT,
    HabilitationRole.HABILITATION_ROLE_AUTHORITY_REFERENT: Role.AUTHORITY_REFERENT,
    HabilitationRole.HABILITATION_ROLE_SCREENER: Role.SCREENER,
}


def receive_report(tx: Transaction, event: ReportSubmitted) -> None:
    """Queue a report for the opener."""
    tx.inbound.put_report(event.report_id, event.cdg_id, event.key_period, event.envelope)


def receive_message(tx: Transaction, event: ReporterSpoke) -> None:
    """Queue what a reporter said for the opener."""
    tx.inbound.put_message(event.report_id, event.message_id, event.cdg_id, event.key_period, event.envelope)


def receive_voice(tx: Transaction, event: VoiceJoined) -> None:
    """Queue somebody who joins a case for the opener."""
    tx.inbound.put_voice(event.report_id, event.joins, event.cdg_id, event.key_period, event.envelope)


def record_membership(tx: Transaction, event: MembershipChanged) -> None:
    """Replace what we knew of a member; reports that waited for it are tried again.

    Raises ZoneInfoNotFoundError for an unknown time zone.
    """
    newer = tx.people.put_membership(
        event.member_id,
        event.version,
        name=event.name,
        cdg_id=event.cdg_id,
        size_band=event.size_band,
        from_day=day_or_none(event.from_day),
        until_day=day_or_none(event.until_day),
        cdg_name=event.cdg_name,
        time_zone=ZoneInfo(event.time_zone or PARIS.key).key,
    )
    if newer:
        tx.inbound.awaken()


def record_habilitation(tx: Transaction, event: HabilitationBound) -> None:
    """Replace what we knew of a habilitation, and let its person see the cases that it opens.

    Raises KeyError for a role that is not ours and ValueError for an instant that cannot be read.
    """
    role = _ROLES[event.role]
    tx.people.hold(event.cdg_id, to_change=True)
    newer = tx.people.put_habilitation(
        event.habilitation_id,
        event.version,
        person_id=event.person_id,
        issuer=event.issuer,
        subject=event.subject,
        role=str(role),
        cdg_id=event.cdg_id,
        member_id=event.member_id or None,
        valid_from=_instant(event.valid_from),
        valid_until=_instant(event.valid_until) if event.valid_until else None,
    )
    if newer:
        _admit(tx, Habilitation(event.habilitation_id, event.person_id, role, event.cdg_id, event.member_id or None))


def _admit(tx: Transaction, newcomer: Habilitation) -> None:
    people = tx.people.of_cdgs({newcomer.cdg_id})
    if newcomer not in people:
        return  # it has ended: nothing rests on it any more
    tx.people.give(
        [
            (case.case_id, newcomer)
            for case in tx.people.cases_open_to(newcomer)
            if admits(Pool(case.pool), case.member_id, case.cdg_id, newcomer, people)
        ]
    )


def _instant(text: str) -> datetime:
    """An RFC 3339 instant. Raises ValueError, also for one without an offset."""
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError("an instant without an offset")
    return instant
