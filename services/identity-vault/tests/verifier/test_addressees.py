"""Who asks: ID tokens checked by the verifier itself, handles that belong to a person, limits and alarms."""

import secrets
from datetime import UTC, datetime, timedelta

import grpc
import pytest
from joserfc.jwk import RSAKey

from identity_vault.domain.office_hours import OfficeHours
from paravent.identity_vault.v1 import disclosure_pb2 as wire
from paravent.identity_vault.v1.reporter_pb2 import ReporterServiceViewRequest
from paravent_rpc.identity_vault.v1.disclosure_pb2_grpc import DisclosureServiceStub, PasskeyServiceStub
from paravent_rpc.identity_vault.v1.reporter_pb2_grpc import ReporterServiceStub

THIEF = RSAKey.generate_key(2048, parameters={"kid": "k1"})


def listing(world, token: str):
    return world.disclosure.ListConsents(wire.ListConsentsRequest(id_token=token))


WRONG = {
    "signed by another key": {"key": THIEF},
    "of another issuer": {"iss": "https://idp.example.org"},
    "for another client": {"aud": "casework"},
    "for two clients": {"aud": ["identity-vault", "casework"]},
    "over": {"exp": int(datetime(2026, 11, 24, 10, 0, tzinfo=UTC).timestamp())},
    "without an end": {"exp": None},
    "from the future": {"iat": int(datetime(2026, 11, 24, 11, 5, tzinfo=UTC).timestamp())},
    "too old": {"iat": int(datetime(2026, 11, 24, 10, 28, tzinfo=UTC).timestamp())},
    "without a time": {"iat": None},
    "of no browser (a logout token has no nonce)": {"nonce": None},
    "about nobody": {"sub": ""},
    "about no text": {"sub": 12},
}


@pytest.mark.parametrize("wrong", WRONG)
def test_an_id_token_is_refused(world, refused, wrong):
    with refused("bad-id-token"):
        listing(world, world.token(**WRONG[wrong]))


@pytest.mark.parametrize("token", ["", "a.b.c", "x" * 20_000, "eyJhbGciOiJub25lIn0.e30."])
def test_what_is_no_token_is_refused(world, refused, token):
    with refused("bad-id-token"):
        listing(world, token)


def test_every_method_of_a_person_wants_the_token(world, refused):
    calls = [
        lambda: listing(world, ""),
        lambda: world.disclosure.BeginDisclosure(wire.BeginDisclosureRequest(handle="00", assertion="{}")),
        lambda: world.passkeys.BeginRegistration(wire.BeginRegistrationRequest()),
        lambda: world.passkeys.FinishRegistration(wire.FinishRegistrationRequest(credential="{}")),
        lambda: world.passkeys.BeginAssertion(wire.BeginAssertionRequest(purpose="passkey")),
    ]
    for call in calls:
        with refused("bad-id-token"):
            call()


def test_a_provider_that_is_away_is_said_and_opens_nothing(start_verifier, issuer, refused):
    world = start_verifier(oidc_issuer="http://127.0.0.1:9")
    with refused("provider-away"):
        listing(world, world.token())


def test_a_provider_may_change_its_key(world, issuer):
    listing(world, world.token())
    issuer.key = RSAKey.generate_key(2048, parameters={"kid": "k2", "alg": "RS256", "use": "sig"})
    listing(world, world.token())


# --- handles ------------------------------------------------------------------------------------------------------


def begin(world, handle: str, assertion: str = "{}", subject: str = "referent-1"):
    request = wire.BeginDisclosureRequest(id_token=world.token(subject), handle=handle, assertion=assertion)
    return world.disclosure.BeginDisclosure(request)


def test_a_handle_is_of_one_person(world, refused):
    """A lying discloser puts the addressee's handle together with the token of somebody else who signed in."""
    world.agree(world.file())
    other = world.ready("referent-2")
    handle = world.handle("referent-1")
    with refused("unknown-handle"):
        world.touch(other, f"consent:{handle}", "referent-2")
    with refused("other-addressee"):
        begin(world, handle, world.touch(other, "passkey", "referent-2"), "referent-2")
    assert world.states() == ["effective"]
    assert world.told()[-1] == ("disclosure_refused", "other-addressee")


@pytest.mark.parametrize("handle", ["", "zz", "00" * 16])
def test_a_handle_that_was_never_given_is_refused(world, refused, handle):
    with refused("unknown-handle"):
        begin(world, handle)


def test_a_handle_is_forgotten_after_ten_minutes(world, refused):
    authenticator = world.ready()
    world.agree(world.file())
    handle = world.handle()
    world.wait(minutes=10)
    with refused("unknown-handle"):
        world.touch(authenticator, f"consent:{handle}")
    with refused("unknown-handle"):
        begin(world, handle)


def test_the_same_subject_of_another_issuer_is_somebody_else(world):
    reporter = world.file()
    world.send(reporter, reporter.consent(world.clock.now(), issuer="https://other.example.org"))
    assert world.states() == []


# --- limits and alarms --------------------------------------------------------------------------------------------


def consents(world, count: int, subject: str = "referent-1") -> None:
    for _ in range(count):
        reporter = world.file()
        world.send(reporter, reporter.consent(world.clock.now(), subject))


def test_an_addressee_opens_so_many_in_a_day(start_verifier, refused):
    world = start_verifier(limit_per_addressee=2)
    authenticator = world.ready()
    consents(world, 3)
    world.wait(hours=24)
    world.show(authenticator)
    world.begin(authenticator, handle=effective(world))
    with refused("limit-reached"):
        world.begin(authenticator, handle=effective(world))
    assert world.told()[-2:] == [("disclosure_refused", "limit-reached"), ("alarm", "per-addressee")]
    world.wait(hours=24)
    world.begin(authenticator, handle=effective(world))


def test_the_addressees_of_a_body_open_so_many_in_a_day_and_a_restart_does_not_help(start_verifier, refused):
    world = start_verifier(limit_per_body=1)
    first, second = world.ready("referent-1"), world.ready("referent-2")
    consents(world, 1, "referent-1")
    consents(world, 1, "referent-2")
    world.wait(hours=24)
    world.begin(first, "referent-1")
    again = start_verifier(limit_per_body=1)
    with refused("limit-reached"):
        again.begin(second, "referent-2")
    assert world.told()[-1] == ("alarm", "per-cdg")
    assert again.states("referent-2") == ["effective"]


def effective(world) -> str:
    listed = listing(world, world.token()).consents
    return next(consent.handle for consent in listed if consent.state == "effective")


def test_at_night_a_disclosure_goes_through_with_an_alarm(world, capsys):
    authenticator = world.ready()
    world.agree(world.file())
    world.wait(hours=11)
    world.show(authenticator)
    assert world.told()[-2:] == [("disclosure", "meeting"), ("alarm", "out-of-hours")]
    (line,) = [line for line in capsys.readouterr().out.splitlines() if "disclosure.alarm" in line]
    assert "referent" not in line


def test_at_night_a_disclosure_is_refused_where_the_setting_says_so(start_verifier, refused):
    world = start_verifier(refuse_out_of_hours=True)
    authenticator = world.ready()
    world.agree(world.file())
    world.wait(hours=11)
    with refused("limit-reached"):
        world.begin(authenticator)
    assert world.states() == ["effective"]


@pytest.mark.parametrize(
    ("when", "are_open"),
    [
        ("2026-11-24T07:00+01:00", True),
        ("2026-11-24T06:59+01:00", False),
        ("2026-11-24T19:59+01:00", True),
        ("2026-11-24T20:00+01:00", False),
        ("2026-11-28T12:00+01:00", False),
        ("2026-11-29T12:00+01:00", False),
        ("2026-11-11T12:00+01:00", False),
        ("2026-05-14T12:00+02:00", False),
        ("2026-07-15T07:00+02:00", True),
    ],
)
def test_office_hours(when, are_open):
    assert OfficeHours().are_open(datetime.fromisoformat(when)) is are_open


# --- who may call -------------------------------------------------------------------------------------------------

METHODS = ("ListConsents", "BeginDisclosure", "ApproveReads", "RemoveLayer")


@pytest.mark.parametrize("client", ["web.intake.paravent", "web.casework.paravent", "sealer.identity-vault.paravent"])
def test_only_the_discloser_may_ask(world, channels, client):
    reached = channels(world.address, client)
    disclosure, passkeys = DisclosureServiceStub(reached), PasskeyServiceStub(reached)
    calls = [getattr(disclosure, name) for name in METHODS]
    calls += [passkeys.BeginRegistration, passkeys.FinishRegistration, passkeys.BeginAssertion]
    requests = [getattr(wire, f"{name}Request") for name in METHODS]
    requests += [wire.BeginRegistrationRequest, wire.FinishRegistrationRequest, wire.BeginAssertionRequest]
    for call, request in zip(calls, requests, strict=True):
        with pytest.raises(grpc.RpcError) as caught:
            call(request())
        assert caught.value.code() == grpc.StatusCode.PERMISSION_DENIED


@pytest.mark.parametrize("client", ["discloser.identity-vault.paravent", "opener.casework.paravent"])
def test_only_intakes_pages_may_ask_for_a_view(world, channels, client):
    with pytest.raises(grpc.RpcError) as caught:
        ReporterServiceStub(channels(world.address, client)).View(ReporterServiceViewRequest(query=bytes(1152)))
    assert caught.value.code() == grpc.StatusCode.PERMISSION_DENIED


def test_tokens_that_do_not_hold_leave_nothing_behind(world, refused):
    """Nothing is kept for who does not prove who they are."""
    for _ in range(5):
        with refused("bad-id-token"):
            begin_with = wire.BeginDisclosureRequest(id_token=secrets.token_urlsafe(40), handle="00", assertion="{}")
            world.disclosure.BeginDisclosure(begin_with)
    assert world.told() == []


def test_a_token_serves_for_half_an_hour(world, refused):
    token = world.token()
    world.clock.advance(timedelta(minutes=30))
    listing(world, token)
    world.clock.advance(timedelta(minutes=2))  # and a minute for clocks that disagree
    with refused("bad-id-token"):
        listing(world, token)
