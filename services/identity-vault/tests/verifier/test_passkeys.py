"""Passkeys: made after sign-in, used after a delay, and each touch for one thing of one person."""

import json

import pytest

from paravent.identity_vault.v1 import disclosure_pb2 as wire

ELSEWHERE = [{"verified": False}, {"present": False}, {"origin": "https://evil.example"}, {"rp": "evil.example"}]


@pytest.fixture
def another(world):
    """Makes software passkeys of the kind that the world uses."""
    kind = type(world.ready("somebody-else"))
    return lambda **changed: kind(**changed)


def test_a_first_passkey_is_made_after_sign_in_and_used_after_two_days(world, another, refused):
    authenticator = another()
    world.agree(world.file())
    handle = world.handle()
    with refused("bad-passkey"):
        world.touch(authenticator, f"consent:{handle}")
    ready_at = world.register(authenticator)
    listed = world.disclosure.ListConsents(wire.ListConsentsRequest(id_token=world.token()))
    assert (listed.passkey_ready, listed.passkey_ready_at) == (False, ready_at)
    with refused("passkey-waits"):
        world.touch(authenticator, f"consent:{handle}")
    world.wait(hours=48)
    world.show(authenticator)
    assert ("passkey_registered", "") in world.told()


def test_a_further_passkey_needs_a_touch_of_one_in_use(world, another, refused):
    first = world.ready()
    with refused("bad-passkey"):
        world.register(another())
    second = another()
    world.register(second, assertion=world.touch(first, "passkey"))
    world.wait(hours=48)
    world.agree(world.file())
    world.show(second)


def test_a_passkey_that_waits_lets_no_other_one_in(world, another, refused):
    world.register(another())
    with refused("passkey-waits"):
        world.register(another())


def test_two_first_registrations_at_once_give_one_passkey(world, another, refused):
    """Both were begun while there was none: the second one would come in without a touch."""
    begin = [world.passkeys.BeginRegistration(wire.BeginRegistrationRequest(id_token=world.token())) for _ in range(2)]
    first, second = (another().create(begun.options) for begun in begin)
    world.passkeys.FinishRegistration(wire.FinishRegistrationRequest(id_token=world.token(), credential=first))
    with refused("bad-passkey"):
        world.passkeys.FinishRegistration(wire.FinishRegistrationRequest(id_token=world.token(), credential=second))


def test_a_registration_is_finished_by_who_began_it_once_and_in_two_minutes(world, another, refused):
    def finish(credential: str, subject: str = "referent-1"):
        request = wire.FinishRegistrationRequest(id_token=world.token(subject), credential=credential)
        return world.passkeys.FinishRegistration(request)

    def begin() -> str:
        return world.passkeys.BeginRegistration(wire.BeginRegistrationRequest(id_token=world.token())).options

    with refused("bad-passkey"):
        finish(another().create(begin()), "referent-2")
    late = another().create(begin())
    world.wait(minutes=2)
    with refused("bad-passkey"):
        finish(late)
    made = another().create(begin())
    finish(made)
    with refused("bad-passkey"):
        finish(made)


def test_one_credential_belongs_to_one_person(world, another, refused):
    authenticator = another()
    world.register(authenticator, "referent-1")
    with refused("bad-passkey"):
        world.register(authenticator, "referent-2")


@pytest.mark.parametrize("wrong", ELSEWHERE)
def test_a_passkey_made_elsewhere_or_without_its_user_is_refused(world, another, refused, wrong):
    with refused("bad-passkey"):
        world.register(another(**wrong))


@pytest.mark.parametrize("wrong", ELSEWHERE)
def test_a_touch_made_elsewhere_or_without_its_user_opens_nothing(world, refused, wrong):
    authenticator = world.ready()
    world.agree(world.file())
    for name, value in wrong.items():
        setattr(authenticator, name, value)
    with refused("bad-passkey"):
        world.begin(authenticator)
    assert world.states() == ["effective"]


def begin(world, handle: str, assertion: str, subject: str = "referent-1"):
    request = wire.BeginDisclosureRequest(id_token=world.token(subject), handle=handle, assertion=assertion)
    return world.disclosure.BeginDisclosure(request)


def test_without_a_touch_nothing_opens(world, refused):
    world.ready()
    world.agree(world.file())
    for assertion in ("", "{}", "[]", "null", '{"id": "x", "response": {"clientDataJSON": "e30"}}', "x" * 70_000):
        with refused("bad-passkey"):
            begin(world, world.handle(), assertion)
    assert world.states() == ["effective"]


def test_a_touch_for_one_consent_does_not_open_another(world, refused):
    authenticator = world.ready()
    world.agree(world.file())
    world.agree(world.file())
    listed = world.disclosure.ListConsents(wire.ListConsentsRequest(id_token=world.token())).consents
    first, second = (consent.handle for consent in listed)
    assertion = world.touch(authenticator, f"consent:{first}")
    with refused("bad-passkey"):
        begin(world, second, assertion)


def test_a_touch_for_a_passkey_does_not_open_a_consent(world, refused):
    authenticator = world.ready()
    world.agree(world.file())
    with refused("bad-passkey"):
        begin(world, world.handle(), world.touch(authenticator, "passkey"))


def test_a_touch_counts_once(world, refused):
    authenticator = world.ready()
    reporter = world.file()
    world.send(reporter, reporter.consent(world.clock.now()))
    handle = world.handle()
    assertion = world.touch(authenticator, f"consent:{handle}")
    with refused("not-yet"):
        begin(world, handle, assertion)
    with refused("bad-passkey"):
        begin(world, handle, assertion)


def test_a_touch_is_stale_after_two_minutes(world, refused):
    authenticator = world.ready()
    world.agree(world.file())
    handle = world.handle()
    assertion = world.touch(authenticator, f"consent:{handle}")
    world.wait(minutes=2)
    with refused("bad-passkey"):
        begin(world, handle, assertion)


def test_somebody_elses_touch_opens_nothing(world, refused):
    """A colleague with a passkey of their own signs the challenge that was drawn for the addressee."""
    mine, theirs = world.ready(), world.ready("referent-2")
    world.agree(world.file())
    handle = world.handle()
    request = wire.BeginAssertionRequest(id_token=world.token(), purpose=f"consent:{handle}")
    options = world.passkeys.BeginAssertion(request).options
    assert [allowed["id"] for allowed in json.loads(options)["allowCredentials"]] == [
        json.loads(mine.get(options))["id"]
    ]
    with refused("bad-passkey"):
        begin(world, handle, theirs.get(options))


def test_a_copied_passkey_whose_counter_falls_back_is_refused(world, refused):
    authenticator = world.ready()
    world.agree(world.file())
    authenticator.count = 40
    world.show(authenticator)
    authenticator.count = 20
    world.agree(world.file())
    with refused("bad-passkey"):
        world.begin(authenticator)


def test_an_altered_signature_is_refused(world, refused):
    authenticator = world.ready()
    world.agree(world.file())
    handle = world.handle()
    content = json.loads(world.touch(authenticator, f"consent:{handle}"))
    content["response"]["signature"] = content["response"]["signature"][:-8] + "AAAAAAAA"
    with refused("bad-passkey"):
        begin(world, handle, json.dumps(content))


@pytest.mark.parametrize("purpose", ["", "consent", "consent:", "consent:zz", "order:00", "anything", "passkey:"])
def test_a_touch_is_asked_for_a_known_purpose_only(world, refused, purpose):
    world.ready()
    with refused("unknown-handle"):
        world.passkeys.BeginAssertion(wire.BeginAssertionRequest(id_token=world.token(), purpose=purpose))


def test_options_ask_for_the_user_and_name_this_origin_only(world):
    options = json.loads(
        world.passkeys.BeginRegistration(wire.BeginRegistrationRequest(id_token=world.token())).options
    )
    assert options["rp"]["id"] == "localhost"
    assert options["authenticatorSelection"]["userVerification"] == "required"
    assert "referent-1" not in json.dumps(options)
