"""Privileged events: signed by their producer or refused."""

import secrets
import uuid

import pytest

from chassis.signing import BadSignature, EventSigner, EventVerifier, check, public_half, sign

SEED = secrets.token_bytes(32)
EVENT = uuid.uuid4()


@pytest.fixture
def verifier():
    return EventVerifier({"billing": public_half(SEED)})


def test_a_signed_event_is_taken(verifier):
    verifier.check("billing", EVENT, "a.B", b"x", EventSigner(SEED).sign(EVENT, "a.B", b"x"))


@pytest.mark.parametrize(
    ("producer", "event", "type_name", "payload"),
    [
        ("casework", EVENT, "a.B", b"x"),
        ("billing", uuid.uuid4(), "a.B", b"x"),
        ("billing", EVENT, "a.C", b"x"),
        ("billing", EVENT, "a.B", b"y"),
    ],
)
def test_a_signature_holds_for_one_producer_event_type_and_payload(verifier, producer, event, type_name, payload):
    signature = EventSigner(SEED).sign(EVENT, "a.B", b"x")

    with pytest.raises(BadSignature):
        verifier.check(producer, event, type_name, payload, signature)


@pytest.mark.parametrize("signature", [None, b"", b"short", bytes(64)])
def test_no_signature_no_event(verifier, signature):
    with pytest.raises(BadSignature):
        verifier.check("billing", EVENT, "a.B", b"x", signature)


def test_parts_cannot_slide_into_each_other():
    signature = sign(SEED, b"domain", b"ab", b"c")

    check(public_half(SEED), signature, b"domain", b"ab", b"c")
    with pytest.raises(BadSignature):
        check(public_half(SEED), signature, b"domain", b"a", b"bc")
