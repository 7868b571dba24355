"""What billing tells the other services, always inside the transaction that makes it true. All of it is signed."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from billing.domain.convention import Convention
from billing.domain.habilitation import Habilitation, Role
from billing.domain.headcount import size_band
from billing.domain.parties import Cdg, Member
from billing.domain.people import Person
from billing.store.conventions import span
from billing.store.transaction import Transaction
from billing.usecases.public_events import public_member
from paravent.billing.v1 import events_pb2 as events

_ROLES = {
    Role.REFERENT: events.HABILITATION_ROLE_REFERENT,
    Role.AUTHORITY_REFERENT: events.HABILITATION_ROLE_AUTHORITY_REFERENT,
    Role.SCREENER: events.HABILITATION_ROLE_SCREENER,
}


def membership(tx: Transaction, cdg: Cdg, member: Member, convention: Convention) -> None:
    """Tell intake who can be reported to, and casework what it needs of a member. Same version for both.

    They are told the days of the whole membership: conventions that follow each other without a gap are one.
    """
    version = tx.members.next_version(member)
    days = span(tx.conventions.of_member(member.id), convention)
    tx.outbox.add(_listed(cdg, member, days, version), signed=True)
    tx.outbox.add(_changed(cdg, member, convention, days, version), signed=True)


def begun(tx: Transaction, member: Member, convention: Convention) -> None:
    """Tell other public systems that a convention has taken effect."""
    event = events.MembershipActivated(
        member=public_member(member),
        from_day=convention.effect_on.isoformat(),
        until_day=convention.until_on.isoformat(),
    )
    tx.outbox.add(event, signed=True)


def ended(tx: Transaction, member: Member, convention: Convention) -> None:
    """Tell other public systems that a member takes no new report any more."""
    event = events.MembershipEnded(
        member=public_member(member), until_day=convention.until_on.isoformat(), cause=str(convention.cause)
    )
    tx.outbox.add(event, signed=True)


def referent_designated(tx: Transaction, member: Member, bound: Habilitation) -> None:
    """Tell other public systems that a member has a new referent, not who it is."""
    assert bound.valid_from is not None
    first = bound.valid_from.astimezone(ZoneInfo(member.time_zone)).date()
    event = events.ReferentDesignated(member=public_member(member), from_day=first.isoformat())
    tx.outbox.add(event, signed=True)


def habilitation(tx: Transaction, bound: Habilitation, person: Person) -> None:
    """Tell casework who may act, and intake to whom a reporter may confide their name as they file.

    Raises ValueError for a habilitation that nobody confirmed.
    """
    if bound.account is None or bound.valid_from is None:
        raise ValueError("only a confirmed habilitation is told to others")
    event = events.HabilitationBound(
        habilitation_id=str(bound.id),
        version=bound.version,
        person_id=str(person.id),
        issuer=bound.account.issuer,
        subject=bound.account.subject,
        display_name=person.name,
        role=_ROLES[bound.role],
        cdg_id=str(bound.cdg_id),
        member_id=str(bound.member_id) if bound.member_id else "",
        valid_from=_instant(bound.valid_from),
        valid_until=_instant(bound.removed_at) if bound.removed_at else "",
    )
    tx.outbox.add(event, signed=True)
    if bound.role is not Role.SCREENER:
        tx.outbox.add(_referent(bound, event), signed=True)


def contact(tx: Transaction, person: Person) -> None:
    """Tell notifications where to write to a person."""
    event = events.ContactChanged(person_id=str(person.id), version=person.version, email=person.email)
    tx.outbox.add(event, signed=True)


def invitation(tx: Transaction, person: Person, token: str) -> None:
    """Ask notifications to mail an invitation link."""
    tx.outbox.add(events.InvitationIssued(person_id=str(person.id), token=token), signed=True)


def _listed(cdg: Cdg, member: Member, days: tuple[date, date], version: int) -> events.MemberListed:
    return events.MemberListed(
        member_id=str(member.id),
        version=version,
        name=member.name,
        siren=member.siren,
        insee_code=member.insee_code,
        department=member.department,
        cdg_id=str(cdg.id),
        cdg_name=cdg.name,
        from_day=days[0].isoformat(),
        until_day=days[1].isoformat(),
        cdg_contact=cdg.contact,
        mail_domains=member.mail_domains,
        time_zone=member.time_zone,
    )


def _changed(
    cdg: Cdg, member: Member, convention: Convention, days: tuple[date, date], version: int
) -> events.MembershipChanged:
    return events.MembershipChanged(
        member_id=str(member.id),
        version=version,
        name=member.name,
        cdg_id=str(cdg.id),
        size_band=size_band(convention.headcount),
        from_day=days[0].isoformat(),
        until_day=days[1].isoformat(),
        cdg_name=cdg.name,
        time_zone=member.time_zone,
    )


def _referent(bound: Habilitation, told: events.HabilitationBound) -> events.ReferentListed:
    """The same habilitation as reporters are shown it: with function and body, without the person's id."""
    return events.ReferentListed(
        habilitation_id=told.habilitation_id,
        version=told.version,
        member_id=told.member_id,
        cdg_id=told.cdg_id,
        issuer=told.issuer,
        subject=told.subject,
        display_name=told.display_name,
        function=bound.function,
        body=bound.body,
        role=told.role,
        valid_from=told.valid_from,
        valid_until=told.valid_until,
    )


def _instant(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
