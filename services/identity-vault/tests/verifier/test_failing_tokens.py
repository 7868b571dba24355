"""ID tokens that do not hold: counted and braked, one alarm; and nobody is locked out by them."""

import base64
import json

import grpc
import pytest
from joserfc.jwk import RSAKey

from chassis import idtokens
from identity_vault.usecases.verifier_door import claimed_subject
from paravent.identity_vault.v1 import disclosure_pb2 as wire

FORGED = RSAKey.generate_key(2048, parameters={"kid": "forged", "alg": "RS256", "use": "sig"})


def tried(world, token: str) -> str:
    """What a call with this token ends with: a refusal's code, or "entered"."""
    try:
        world.disclosure.ListConsents(wire.ListConsentsRequest(id_token=token))
    except grpc.RpcError as error:
        return f"{error.code().name} {error.details()}"
    return "entered"


def alarms(world) -> list[tuple[str, str]]:
    return [entry for entry in world.told() if entry[0] == "alarm"]


@pytest.fixture
def forged(world):
    """Tries with tokens in somebody's name that the provider did not sign."""
    return lambda count, subject="referent-1": [
        tried(world, world.issuer.token(subject, world.clock.now(), key=FORGED)) for _ in range(count)
    ]


def test_forged_tokens_are_braked_and_the_addressee_still_enters(world, forged):
    world.agree(world.file())
    outcomes = forged(30)
    assert outcomes[:10] == ["UNAUTHENTICATED bad-id-token"] * 10
    assert set(outcomes[10:]) == {"RESOURCE_EXHAUSTED too-many-tries"}
    assert tried(world, world.token()) == "entered"
    assert world.states() == ["effective"]
    assert set(forged(3)) == {"RESOURCE_EXHAUSTED too-many-tries"}, "what held does not lift the brake"


def test_a_burst_gives_one_alarm_without_content(world, forged):
    forged(40)
    assert alarms(world) == [("alarm", "bad-id-token")]
    (alarm,) = (entry for entry in world.journal() if entry.kind == "alarm")
    assert (alarm.subject, alarm.actor, alarm.sealed) == (b"", b"", b"")
    world.wait(minutes=10)
    forged(40)
    assert len(alarms(world)) == 2


def test_a_few_that_fail_are_no_alarm_and_are_forgotten_after_a_minute(world, forged):
    for _ in range(3):
        assert set(forged(10)) == {"UNAUTHENTICATED bad-id-token"}
        world.wait(minutes=1)
    assert alarms(world) == []


def test_tries_in_many_names_from_one_process_are_braked_too(world, forged):
    outcomes = [forged(1, f"referent-{number}")[0] for number in range(70)]
    assert outcomes[:60] == ["UNAUTHENTICATED bad-id-token"] * 60
    assert set(outcomes[60:]) == {"RESOURCE_EXHAUSTED too-many-tries"}
    assert tried(world, world.token("referent-3")) == "entered"


def test_the_brake_on_one_name_leaves_the_others_alone(world, forged):
    forged(20)
    assert forged(1, "referent-2") == ["UNAUTHENTICATED bad-id-token"]


def test_forged_tokens_do_not_flood_the_provider_and_its_new_key_still_enters(world, forged, monkeypatch):
    asked: list[str] = []
    fetch = idtokens.fetch
    monkeypatch.setattr(world.verifier.door._tokens._keys, "_get", lambda url: (asked.append(url), fetch(url))[1])
    forged(50)
    assert len([url for url in asked if url.endswith("/jwks")]) <= 3
    world.issuer.key = RSAKey.generate_key(2048, parameters={"kid": "k2", "alg": "RS256", "use": "sig"})
    monkeypatch.setattr(idtokens, "AGAIN", 0)  # the seconds between two readings are over
    assert tried(world, world.token()) == "entered"


def test_garbage_counts_as_a_token_that_fails(world):
    outcomes = [tried(world, "x" * 40) for _ in range(12)]
    assert outcomes[-1] == "RESOURCE_EXHAUSTED too-many-tries"


def b64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


@pytest.mark.parametrize("payload", [b"", b"[]", b"null", b"{", b'{"sub": ', b"[" * 8000, b"\xff"])
def test_whom_a_broken_token_claims_is_nobody(payload):
    assert claimed_subject(f"e30.{b64(payload)}.x") == ""
    assert claimed_subject(payload.decode("latin-1")) == ""


def test_whom_a_forged_token_claims_is_read_from_it():
    assert claimed_subject(f"e30.{b64(json.dumps({'sub': 'ada'}).encode())}.x") == "ada"
