"""Three steps, three persons."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest

from billing.domain.habilitation import (
    Account,
    Habilitation,
    Reason,
    Role,
    SignedIn,
    State,
    StepRefused,
    accept,
    confirm,
    remove,
)
from billing.domain.parties import Manager

NOW = datetime(2026, 3, 10, 9, 30, tzinfo=UTC)
ISSUER = "https://connexion.example.org"
CDG = uuid.uuid4()
EMAIL = "maxime.essai@example.org"
ONE = Manager(uuid.uuid4(), CDG, ISSUER, "gestion-1", "Camille Exemple")
OTHER = Manager(uuid.uuid4(), CDG, ISSUER, "gestion-2", "Dominique Modèle")
DELAY = timedelta(hours=48)


@pytest.fixture
def designated() -> Habilitation:
    return Habilitation(
        id=uuid.uuid4(),
        person_id=uuid.uuid4(),
        role=Role.REFERENT,
        cdg_id=CDG,
        member_id=uuid.uuid4(),
        function="Secrétaire",
        body="Zudausques",
        designated_by=ONE.id,
        designated_at=NOW,
    )


def signed_in(email=EMAIL, *, verified=True, subject="referent-1"):
    return SignedIn(Account(ISSUER, subject), email, verified)


def reason_of(step):
    with pytest.raises(StepRefused) as refused:
        step()
    return refused.value.reason


def test_the_invited_person_binds_an_account(designated):
    accepted = accept(designated, EMAIL, signed_in("Maxime.Essai@Example.org"), NOW)
    assert accepted.account == Account(ISSUER, "referent-1")
    assert (designated.state(NOW), accepted.state(NOW)) == (State.INVITED, State.ACCEPTED)


def test_another_address_is_refused(designated):
    assert reason_of(lambda: accept(designated, EMAIL, signed_in("x@example.org"), NOW)) is Reason.OTHER_ADDRESS


def test_an_address_that_nobody_verified_is_refused(designated):
    step = lambda: accept(designated, EMAIL, signed_in(verified=False), NOW)  # noqa: E731 (one step, named)
    assert reason_of(step) is Reason.ADDRESS_NOT_VERIFIED


def test_nothing_is_accepted_twice(designated):
    accepted = accept(designated, EMAIL, signed_in(), NOW)
    assert reason_of(lambda: accept(accepted, EMAIL, signed_in(subject="other"), NOW)) is Reason.NOT_WAITING


def test_another_manager_confirms_and_it_takes_effect_after_the_delay(designated):
    confirmed = confirm(accept(designated, EMAIL, signed_in(), NOW), OTHER, NOW, DELAY)
    assert confirmed.valid_from == NOW + DELAY
    assert confirmed.state(NOW) is State.CONFIRMED
    assert confirmed.state(NOW + DELAY) is State.ACTIVE


def test_who_designated_cannot_confirm(designated):
    accepted = accept(designated, EMAIL, signed_in(), NOW)
    assert reason_of(lambda: confirm(accepted, ONE, NOW, DELAY)) is Reason.SAME_MANAGER


def test_nobody_confirms_their_own_habilitation(designated):
    accepted = accept(designated, EMAIL, signed_in(subject=OTHER.subject), NOW)
    assert reason_of(lambda: confirm(accepted, OTHER, NOW, DELAY)) is Reason.OWN_HABILITATION


def test_what_nobody_accepted_cannot_be_confirmed(designated):
    assert reason_of(lambda: confirm(designated, OTHER, NOW, DELAY)) is Reason.NOT_WAITING


def test_a_removal_is_immediate_and_makes_a_newer_version(designated):
    confirmed = confirm(accept(designated, EMAIL, signed_in(), NOW), OTHER, NOW, DELAY)
    removed = remove(confirmed, ONE, NOW)
    assert removed.state(NOW) is State.REMOVED
    assert removed.version > confirmed.version
    assert remove(removed, OTHER, NOW + DELAY) == removed


def test_a_removed_habilitation_comes_back_by_no_step(designated):
    removed = remove(accept(designated, EMAIL, signed_in(), NOW), ONE, NOW)
    assert reason_of(lambda: confirm(removed, OTHER, NOW, DELAY)) is Reason.NOT_WAITING
    assert reason_of(lambda: accept(removed, EMAIL, signed_in(), NOW)) is Reason.NOT_WAITING
