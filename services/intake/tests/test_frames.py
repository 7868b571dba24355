"""Every frame for identity-vault has the same parts of the same sizes; what they say is for one process each."""

import secrets
from dataclasses import dataclass

import pytest

from chassis.sealing import age, padding, receipts
from chassis.signing import public_half
from intake.domain.identity import Identity
from intake.usecases.frames import call_back_frame, cover_frame, named_record, report_frame, statement_frame
from intake.usecases.keys import VaultKeys
from paravent.identity_vault.v1.record_pb2 import (
    CallBack,
    ContactAddress,
    CourierLetter,
    DiscloserLayer,
    LinkerLetter,
    SignedStatement,
    TransportLayer,
    VerifierLayer,
    VerifierLetter,
)

REF = secrets.token_bytes(16)
KEY = public_half(bytes(32))
NAME = Identity(given_name="Zoé", family_name="Durand")
LONG = SignedStatement(statement=b"x" * 1800, signature=bytes(64))
ADDRESS = ContactAddress(contact_id=bytes(16), email="z" * 240 + "@exemple.fr")
SIZES = {"locator": 32, "sealed_record": 4096, "to_verifier": 2688, "to_linker": 1152, "to_courier": 1152}


@dataclass
class Opened:
    """A frame as the processes of identity-vault see it."""

    transport: TransportLayer
    record: VerifierLayer
    inner: DiscloserLayer
    verifier: VerifierLetter
    linker: LinkerLetter
    courier: CourierLetter


@pytest.fixture
def to(vault, keys, ready, clock) -> VaultKeys:
    return keys.vault(clock.now().date())


@pytest.fixture
def opened(vault):
    def letter(pair: age.Identity, framed: bytes) -> bytes:
        return padding.unpad(age.open_fixed(pair.secret, framed))

    def open_all(frame: bytes) -> Opened:
        transport = TransportLayer.FromString(age.open_fixed(vault.transport.secret, frame))
        record = VerifierLayer.FromString(age.open_fixed(vault.verifier.secret, transport.sealed_record))
        return Opened(
            transport,
            record,
            DiscloserLayer.FromString(age.open_fixed(vault.discloser.secret, record.inner)),
            VerifierLetter.FromString(letter(vault.verifier, transport.to_verifier)),
            LinkerLetter.FromString(letter(vault.linker, transport.to_linker)),
            CourierLetter.FromString(letter(vault.courier, transport.to_courier)),
        )

    return open_all


@pytest.mark.parametrize(
    "make",
    [
        lambda to: report_frame(to, REF, KEY, None),
        lambda to: report_frame(to, REF, KEY, NAME, "z@exemple.fr"),
        lambda to: statement_frame(to, verifier=LONG),
        lambda to: statement_frame(to, linker=SignedStatement(statement=b"x" * 300, signature=bytes(64))),
        lambda to: statement_frame(to, address=ADDRESS),
        lambda to: statement_frame(to, verifier=LONG, record=named_record(to, REF, 1, KEY, NAME)[:2]),
        lambda to: call_back_frame(to, CallBack(ticket=bytes(16), phone="06 12 34 56 78", cdg_id="cdg-62")),
        cover_frame,
    ],
    ids=["anonymous", "named", "consent", "contact", "address", "name", "call-back", "cover"],
)
def test_every_frame_has_the_same_parts_of_the_same_sizes(to, opened, make):
    frame = make(to)
    transport = opened(frame).transport
    assert len(frame) == 10_240
    assert {part: len(getattr(transport, part)) for part in SIZES} == SIZES


def test_a_report_registers_its_key_and_says_no_more_than_each_needs(to, opened):
    frame = opened(report_frame(to, REF, KEY, NAME))
    assert frame.transport.locator == receipts.locator(REF, 0)
    assert (frame.record.ref, frame.record.reporter_key) == (REF, KEY)
    assert (frame.inner.ref, frame.inner.identity.family_name) == (REF, "Durand")
    assert (frame.verifier.registration.ref, frame.verifier.registration.reporter_key) == (REF, KEY)
    assert frame.linker.registration.contact_id == b""
    assert frame.courier == CourierLetter()


def test_an_address_goes_to_the_courier_and_its_tie_to_the_linker(to, opened):
    frame = opened(report_frame(to, REF, KEY, None, "zoe@exemple.fr"))
    link, address = frame.linker.registration, frame.courier.address
    assert (link.ref, link.reporter_key) == (REF, KEY)
    assert len(link.contact_id) == 16
    assert (address.contact_id, address.email) == (link.contact_id, "zoe@exemple.fr")
    assert not frame.inner.HasField("identity")


def test_a_cover_is_an_anonymous_report_of_nobody(to, opened):
    cover, report = opened(cover_frame(to)), opened(report_frame(to, REF, KEY, None))
    seen = cover.verifier.registration
    assert cover.transport.locator == receipts.locator(seen.ref, 0)
    assert cover.record.ref == cover.inner.ref == cover.linker.registration.ref == seen.ref
    assert cover.record.reporter_key == seen.reporter_key == cover.linker.registration.reporter_key
    assert seen.ref != opened(cover_frame(to)).verifier.registration.ref
    for part in ("record", "inner", "verifier", "linker", "courier"):
        assert _shape(getattr(cover, part)) == _shape(getattr(report, part))


def test_the_key_of_a_cover_is_a_point_of_the_curve(to, opened):
    """Half of all random strings are none: who looks would tell covers from reports."""
    keys = [opened(cover_frame(to)).record.reporter_key for _ in range(24)]
    assert len(set(keys)) == 24
    assert all(_on_curve(key) for key in keys)
    assert not all(_on_curve(secrets.token_bytes(32)) for _ in range(64))


def test_a_statement_says_its_own_and_fills_the_rest(to, opened):
    frame = opened(statement_frame(to, verifier=LONG))
    assert frame.verifier.statement == LONG
    assert (frame.linker, frame.courier) == (LinkerLetter(), CourierLetter())
    assert frame.transport.locator != receipts.locator(frame.record.ref, 0)
    assert not frame.inner.HasField("identity")
    frame = opened(statement_frame(to, linker=SignedStatement(statement=b"{}"), address=ADDRESS))
    assert frame.verifier.registration.ref == frame.record.ref
    assert frame.linker.statement.statement == b"{}"
    assert frame.courier.address == ADDRESS


def test_a_name_added_later_is_a_record_of_its_own(to, opened):
    locator, sealed, inner = named_record(to, REF, 1, KEY, NAME)
    frame = opened(statement_frame(to, verifier=LONG, record=(locator, sealed)))
    assert locator == receipts.locator(REF, 1) == frame.transport.locator
    assert frame.record.inner == inner
    assert frame.inner.identity.given_name == "Zoé"


def test_what_does_not_fit_is_refused(to):
    with pytest.raises(ValueError, match="fit"):
        report_frame(to, REF, KEY, Identity(given_name="x" * 2000))
    with pytest.raises(ValueError, match="fit"):
        report_frame(to, REF, KEY, None, "z" * 500)
    with pytest.raises(ValueError, match="fit"):
        named_record(to, REF, 1, KEY, Identity(given_name="x" * 3000))


def _on_curve(key: bytes) -> bool:
    """Does the compressed point decode (RFC 8032, 5.1.3)?"""
    p = 2**255 - 19
    d = -121665 * pow(121666, p - 2, p) % p
    y = int.from_bytes(key, "little") & (2**255 - 1)
    if y >= p:
        return False
    x2 = (y * y - 1) * pow(d * y * y + 1, p - 2, p) % p
    return x2 == 0 or pow(x2, (p - 1) // 2, p) == 1


def _shape(message) -> tuple[list[str], int]:
    return [field.name for field, _ in message.ListFields()], message.ByteSize()
