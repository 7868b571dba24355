"""An invitation binds an account; a second person confirms; casework is told."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError, ProgrammingError

from billing.domain.adhesion import TypedPerson
from billing.domain.faults import Fault, Refused
from billing.domain.habilitation import Account, Reason, Role, SignedIn, State, StepRefused
from billing.store import tables as t
from billing.usecases import habilitations as usecases
from billing.usecases import reading, team
from billing.usecases.conventions import record_convention
from billing.usecases.habilitations import Unknown
from paravent.billing.v1 import events_pb2 as events

ISSUER = "https://connexion.example.org"
MAXIME, LOU = "maxime.essai@example.org", "lou.factice@example.org"
DELAY = timedelta(hours=48)


def signed_in(email=MAXIME, subject="referent-1", *, verified=True):
    return SignedIn(Account(ISSUER, subject), email, verified)


@pytest.fixture
def member_id(uow, parties, zudausques, typed, clock):
    return record_convention(uow, parties.first, zudausques, typed, clock)


@pytest.fixture
def maxime(uow, parties, member_id, clock):
    """Reads the line of the first referent, as it stands."""

    def line(email=MAXIME):
        lines = reading.member_file(uow, parties.first, member_id, clock).referents
        return next(each for each in lines if each.holder.person.email == email)

    return line


@pytest.fixture
def accepted(uow, maxime, token_of, clock):
    usecases.accept_invitation(uow, token_of(MAXIME), signed_in(), clock)
    return maxime().holder.habilitation


def reason_of(step):
    with pytest.raises(StepRefused) as refused:
        step()
    return refused.value.reason


def test_three_steps_habilitate_after_the_delay(uow, parties, accepted, clock, told):
    assert told(events.HabilitationBound) == []

    usecases.confirm_habilitation(uow, parties.second, accepted.id, clock, DELAY)

    (bound,) = told(events.HabilitationBound)
    assert (bound.issuer, bound.subject, bound.display_name) == (ISSUER, "referent-1", "Maxime Essai")
    assert (bound.role, bound.member_id) == (events.HABILITATION_ROLE_REFERENT, str(accepted.member_id))
    assert (bound.valid_from, bound.valid_until) == ("2026-03-12T09:30:00Z", "")


def test_the_manager_who_recorded_cannot_confirm(uow, parties, accepted, clock, told):
    step = lambda: usecases.confirm_habilitation(uow, parties.first, accepted.id, clock, DELAY)  # noqa: E731 (named)
    assert reason_of(step) is Reason.SAME_MANAGER
    assert told(events.HabilitationBound) == []


def test_the_database_itself_refuses_one_person_for_both_steps(uow, parties, accepted, clock):
    now = clock.now()
    steps = {"confirmed_by": parties.first.id, "confirmed_at": now, "valid_from": now}
    with pytest.raises(IntegrityError, match="second_person"), uow("tamper") as tx:
        tx.session.execute(update(t.habilitations).where(t.habilitations.c.id == accepted.id).values(steps))


def test_the_service_cannot_rewrite_who_designated(uow, parties, accepted):
    with pytest.raises(ProgrammingError, match="permission denied"), uow("tamper") as tx:
        tx.session.execute(update(t.habilitations).values(designated_by=parties.second.id))


def test_a_manager_of_another_cdg_cannot_confirm_nor_remove(uow, parties, accepted, clock):
    with pytest.raises(Unknown):
        usecases.confirm_habilitation(uow, parties.elsewhere, accepted.id, clock, DELAY)
    with pytest.raises(Unknown):
        usecases.remove_habilitation(uow, parties.elsewhere, accepted.id, clock)


def test_a_token_works_once(uow, member_id, token_of, clock):
    token = token_of(MAXIME)
    usecases.accept_invitation(uow, token, signed_in(), clock)
    with pytest.raises(Unknown):
        usecases.accept_invitation(uow, token, signed_in(), clock)
    assert reading.invited_to(uow, token, clock) is None


def test_a_token_expires_after_seven_days(uow, member_id, token_of, clock):
    token = token_of(MAXIME)
    clock.advance(timedelta(days=7))
    with pytest.raises(Unknown):
        usecases.accept_invitation(uow, token, signed_in(), clock)


@pytest.mark.parametrize(
    ("person", "reason"),
    [
        (signed_in("quelqu.un@example.org"), Reason.OTHER_ADDRESS),
        (signed_in(verified=False), Reason.ADDRESS_NOT_VERIFIED),
    ],
)
def test_a_refused_account_leaves_the_invitation_open(uow, member_id, token_of, clock, person, reason):
    token = token_of(MAXIME)
    assert reason_of(lambda: usecases.accept_invitation(uow, token, person, clock)) is reason
    usecases.accept_invitation(uow, token, signed_in(), clock)


def test_one_account_cannot_stand_for_two_persons(uow, accepted, token_of, clock):
    step = lambda: usecases.accept_invitation(uow, token_of(LOU), signed_in(LOU), clock)  # noqa: E731 (named)
    assert reason_of(step) is Reason.OTHER_ACCOUNT


def test_a_person_keeps_one_account(uow, parties, communes, typed, accepted, token_of, clock):
    record_convention(uow, parties.first, communes.by_insee_code("62013"), typed, clock)
    token = token_of(MAXIME)
    step = lambda: usecases.accept_invitation(uow, token, signed_in(subject="other"), clock)  # noqa: E731 (named)
    assert reason_of(step) is Reason.OTHER_ACCOUNT
    usecases.accept_invitation(uow, token, signed_in(), clock)


def test_a_new_invitation_closes_the_older_one(uow, parties, maxime, token_of, clock):
    old = token_of(MAXIME)
    usecases.invite_again(uow, parties.first, maxime().holder.habilitation.id, clock)
    with pytest.raises(Unknown):
        usecases.accept_invitation(uow, old, signed_in(), clock)
    usecases.accept_invitation(uow, token_of(MAXIME), signed_in(), clock)


def test_who_accepted_is_not_invited_again(uow, parties, accepted, clock):
    assert reason_of(lambda: usecases.invite_again(uow, parties.first, accepted.id, clock)) is Reason.NOT_WAITING


def test_a_removal_is_told_at_once(uow, parties, accepted, clock, told):
    usecases.confirm_habilitation(uow, parties.second, accepted.id, clock, DELAY)
    usecases.remove_habilitation(uow, parties.first, accepted.id, clock)
    usecases.remove_habilitation(uow, parties.first, accepted.id, clock)

    first, last = sorted(told(events.HabilitationBound), key=lambda event: event.version)
    assert first.habilitation_id == last.habilitation_id
    assert last.valid_until == "2026-03-10T09:30:00Z"


def test_a_removal_before_confirmation_closes_the_invitation_and_tells_nothing(
    uow, parties, maxime, token_of, clock, told
):
    token = token_of(MAXIME)
    usecases.remove_habilitation(uow, parties.first, maxime().holder.habilitation.id, clock)
    with pytest.raises(Unknown):
        usecases.accept_invitation(uow, token, signed_in(), clock)
    assert told(events.HabilitationBound) == []


NEW = TypedPerson("Noa Maquette", "Agente", "noa.maquette@example.org", "03 53 01 00 05")


def test_a_member_has_two_referents_at_most(uow, parties, member_id, clock):
    with pytest.raises(Refused) as refused:
        usecases.designate_for_member(uow, parties.first, member_id, NEW, clock)
    assert refused.value.faults == {"form": Fault.TWO_ALREADY}


def test_a_removed_referent_can_be_replaced(uow, parties, member_id, maxime, clock):
    usecases.remove_habilitation(uow, parties.first, maxime().holder.habilitation.id, clock)
    usecases.designate_for_member(uow, parties.first, member_id, NEW, clock)
    assert maxime(NEW.email).state is State.INVITED


def test_the_same_person_can_be_designated_again_after_a_removal(uow, parties, member_id, maxime, typed, clock):
    usecases.remove_habilitation(uow, parties.first, maxime().holder.habilitation.id, clock)
    usecases.designate_for_member(uow, parties.second, member_id, typed.referents[0], clock)
    assert maxime().holder.habilitation.designated_by == parties.second.id


def test_roles_that_exclude_each_other_are_not_one_persons(uow, parties, member_id, communes, typed, clock):
    """A member's referent answers to its authority; who reads first knows what is masked to the others."""
    cdg = "Centre de gestion du Pas-de-Calais"
    sam = TypedPerson("Sam Imaginaire", "Juriste", "sam@example.org", "03 53 01 00 09")

    def faults(work, *given):
        with pytest.raises(Refused) as refused:
            work(*given)
        return refused.value.faults

    for role in (Role.AUTHORITY_REFERENT, Role.SCREENER):
        given = (uow, parties.first, role, typed.referents[0], cdg, clock)
        assert faults(team.designate, *given) == {"email": Fault.OTHER_ROLE}
    team.designate(uow, parties.first, Role.SCREENER, sam, cdg, clock)
    other = replace(typed, referents=(typed.referents[0], sam))
    recorded = (uow, parties.first, communes.by_insee_code("62041"), other, clock)
    assert faults(record_convention, *recorded) == {"referent_2_email": Fault.OTHER_ROLE}


def test_who_acts_for_a_whole_cdg_is_announced_to_the_others(uow, parties, token_of, clock, told):
    cdg = "Centre de gestion du Pas-de-Calais"
    for n, role in enumerate((Role.SCREENER, Role.AUTHORITY_REFERENT)):
        email = f"equipe-{n}@example.org"
        team.designate(
            uow, parties.first, role, TypedPerson(f"Personne {n}", "Juriste", email, "0353010009"), cdg, clock
        )
        usecases.accept_invitation(uow, token_of(email), signed_in(email, f"equipe-{n}"), clock)
        with uow("find") as tx:
            [waiting] = tx.habilitations.to_confirm(parties.first.cdg_id)
        usecases.confirm_habilitation(uow, parties.second, waiting.habilitation.id, clock, DELAY)
    letters = [each for each in told(events.LetterAsked) if each.kind == events.LETTER_KIND_REFERENT_DESIGNATED]
    assert len(letters) == 1
    assert told(events.ReferentDesignated) == []
