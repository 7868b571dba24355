"""Statements: one form, one key, one meaning."""

import json
import secrets
from datetime import UTC, date, datetime, timedelta

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from chassis.sealing import statements
from chassis.sealing.statements import BadStatement, Statement
from chassis.signing import public_half, sign
from paravent.identity_vault.v1.record_pb2 import SignedStatement

SEED = bytes(range(32))
KEY = public_half(SEED)
AT = datetime(2026, 11, 22, 9, 30, 15, tzinfo=UTC)
LINE = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=60)
ID = st.binary(min_size=16, max_size=16)
HASH = st.binary(min_size=32, max_size=32)

CONSENT = {
    "issuer": "https://fournisseur.example.org",
    "subject": "agent-1",
    "name": "Une référente",
    "body": "CdG d’exemple",
    "purpose": "meeting",
    "case_label": "K7Q-4F2",
    "regime": "avdhas",
    "fields": ["name", "contact"],
    "until": "2026-12-31",
    "text": statements.text_hash("J’accepte."),
}
EXAMPLES = {
    statements.CONSENT: CONSENT,
    statements.WITHDRAWAL: {"consent": bytes(16)},
    statements.HASTENING: {"consent": bytes(16)},
    statements.NAME_ADDED: {"number": 1, "inner": bytes(32)},
    statements.NAME_WITHDRAWN: {},
    statements.KEY_REPLACED: {"key": bytes(32)},
    statements.CONTACT: {"contact_id": bytes(16)},
    statements.CONTACT_WITHDRAWN: {},
}

consents = st.fixed_dictionaries(
    {
        "issuer": LINE,
        "subject": LINE,
        "name": LINE,
        "body": LINE,
        "purpose": st.sampled_from(statements.PURPOSES),
        "case_label": LINE,
        "regime": st.sampled_from(("avdhas", "alert")),
        "fields": st.lists(st.sampled_from(statements.FIELDS), min_size=1, unique=True),
        "until": st.dates(date(2020, 1, 1), date(2100, 1, 1)).map(date.isoformat),
        "text": HASH,
    }
)


def _statement(kind: str = statements.CONSENT, **changes: object) -> Statement:
    return Statement(kind, bytes(16), AT, EXAMPLES[kind] | changes)


def test_every_kind_has_an_example_here():
    assert EXAMPLES.keys() == statements.KINDS.keys()


@pytest.mark.parametrize("kind", statements.KINDS)
def test_what_was_signed_is_what_is_read(kind):
    statement = _statement(kind)
    assert statements.verify(statement.signed(SEED), KEY) == statement


@given(values=consents, ref=ID, identifier=ID, seconds=st.integers(0, 10**9))
@settings(deadline=None)
def test_any_consent_survives_and_has_one_form(values, ref, identifier, seconds):
    statement = Statement(statements.CONSENT, ref, AT + timedelta(seconds=seconds), values, identifier)
    try:
        signed = statement.signed(SEED)
    except BadStatement:
        return  # too long
    assert statements.verify(signed, KEY) == statement
    assert rfc8785.dumps(json.loads(signed.statement)) == signed.statement


@given(values=consents, place=st.integers(0), bit=st.integers(0, 7))
@settings(deadline=None)
def test_no_bit_of_a_statement_can_change(values, place, bit):
    try:
        signed = Statement(statements.CONSENT, bytes(16), AT, values).signed(SEED)
    except BadStatement:
        return
    changed = bytearray(signed.statement)
    changed[place % len(changed)] ^= 1 << bit
    with pytest.raises(BadStatement):
        statements.verify(SignedStatement(statement=bytes(changed), signature=signed.signature), KEY)


@given(place=st.integers(0, 63), bit=st.integers(0, 7))
def test_no_bit_of_a_signature_can_change(place, bit):
    signed = _statement().signed(SEED)
    changed = bytearray(signed.signature)
    changed[place] ^= 1 << bit
    with pytest.raises(BadStatement):
        statements.verify(SignedStatement(statement=signed.statement, signature=bytes(changed)), KEY)


def test_another_key_is_refused():
    with pytest.raises(BadStatement):
        statements.verify(_statement().signed(secrets.token_bytes(32)), KEY)


def test_a_signature_made_for_something_else_is_refused():
    signed = _statement().signed(SEED)
    other = sign(SEED, b"paravent/notice/v1", signed.statement)
    with pytest.raises(BadStatement):
        statements.verify(SignedStatement(statement=signed.statement, signature=other), KEY)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: b" " + data,
        lambda data: data + b"\n",
        lambda data: json.dumps(json.loads(data)).encode(),
        lambda data: data.replace(b'"v":1', b'"v":2'),
        lambda data: data.replace(b'"v":1', b'"v":1,"v":1'),
        lambda data: data.replace(b'"v":1', b'"v":1,"w":1'),
        lambda data: data.replace(b'"kind":"consent"', b'"kind":"everything"'),
        lambda data: data.replace(b'"meeting"', b'"curiosity"'),
        lambda data: data.replace(b'["name","contact"]', b"[]"),
        lambda data: data.replace(b'["name","contact"]', b'["name","name"]'),
        lambda data: data.replace(b'["name","contact"]', b'["name","everything"]'),
        lambda data: data.replace(b'"2026-12-31"', b'"2026-12-31T00"'),
        lambda data: data.replace(b"2026-11-22T09:30:15Z", b"2026-11-22T09:30:15"),
        lambda data: b"[]",
        lambda data: b"null",
        lambda data: b"\xff",
        lambda data: b"[" * 5000,
    ],
    ids=[
        "space before",
        "newline after",
        "not canonical",
        "version 2",
        "twice",
        "one more",
        "other kind",
        "other purpose",
        "no fields",
        "field twice",
        "other field",
        "until with hour",
        "no zone",
        "a list",
        "null",
        "noise",
        "deep",
    ],
)
def test_what_is_not_a_statement_is_refused_even_with_a_good_signature(spoil):
    data = spoil(_statement().canonical())
    signed = SignedStatement(statement=data, signature=sign(SEED, b"paravent/statement/v1", data))
    with pytest.raises(BadStatement):
        statements.verify(signed, KEY)


@pytest.mark.parametrize(
    "changes",
    [{"more": "x"}, {"fields": "name"}, {"text": "x"}, {"purpose": "curiosity"}, {"name": "x" * 2000}],
    ids=lambda changes: next(iter(changes)),
)
def test_nothing_but_a_statement_can_be_signed(changes):
    with pytest.raises(BadStatement):
        _statement(**changes).signed(SEED)


def test_a_consent_says_nothing_in_a_repr():
    assert "référente" not in repr(_statement())
