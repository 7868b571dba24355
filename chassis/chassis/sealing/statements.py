"""Statements: what a reporter signs with the key that the receipt gives.

A statement is a flat JSON object in its one canonical form (RFC 8785), signed with Ed25519 under a label of its own, so
that a signature made for another purpose never counts here, nor one of these elsewhere. It is built in intake's memory
while the receipt is there, and checked by identity-vault alone.
"""

import base64
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any

import rfc8785

from chassis.signing import BadSignature, check, sign
from paravent.identity_vault.v1.record_pb2 import SignedStatement

VERSION = 1
_LABEL = b"paravent/statement/v1"
# Bytes of a statement, so that it fits a letter with its signature.
LARGEST = 1800
ID = 16

CONSENT = "consent"
WITHDRAWAL = "withdrawal"
HASTENING = "hastening"
NAME_ADDED = "name_added"
NAME_WITHDRAWN = "name_withdrawn"
KEY_REPLACED = "key_replaced"
CONTACT = "contact"
CONTACT_WITHDRAWN = "contact_withdrawn"

# Kind -> its own fields and their types; every statement also has `v`, `kind`, `id`, `ref` and `at`.
KINDS: Mapping[str, Mapping[str, type]] = {
    # The reporter lets one person know who they are. `text`: SHA-256 of the sentence that was shown.
    CONSENT: {
        "issuer": str,
        "subject": str,
        "name": str,
        "body": str,
        "purpose": str,
        "case_label": str,
        "regime": str,
        "fields": list,
        "until": str,
        "text": bytes,
    },
    # A consent is taken back; `consent` is its id.
    WITHDRAWAL: {"consent": bytes},
    # A consent takes effect at once.
    HASTENING: {"consent": bytes},
    # A name is given after the report: record `number` (1, 2...), SHA-256 of its `inner` frame.
    NAME_ADDED: {"number": int, "inner": bytes},
    # The name given with the report, or since, may not be disclosed any more, by any consent.
    NAME_WITHDRAWN: {},
    # Another key signs from now on. Ed25519 public key.
    KEY_REPLACED: {"key": bytes},
    CONTACT: {"contact_id": bytes},
    CONTACT_WITHDRAWN: {},
}

# What a disclosure may be for.
PURPOSES = ("meeting", "support", "protection", "inquiry", "procedure")
FIELDS = ("name", "position", "contact")


class BadStatement(ValueError):
    """Not a statement of this version, not canonical, or not signed by this key. Says no more on purpose."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement. `id`: 16 random bytes, used once. `at`: when it was signed, to the second."""

    kind: str
    ref: bytes = field(repr=False)
    at: datetime
    values: Mapping[str, Any] = field(default_factory=dict, repr=False)
    id: bytes = field(default_factory=lambda: secrets.token_bytes(ID), repr=False)

    def canonical(self) -> bytes:
        """The bytes that are signed. Raises BadStatement for values that the kind does not have, or too many bytes."""
        _check_values(self.kind, self.values)
        content = {name: _out(value) for name, value in self.values.items()}
        content |= {
            "v": VERSION,
            "kind": self.kind,
            "id": _out(self.id),
            "ref": _out(self.ref),
            "at": self.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        }
        data: bytes = rfc8785.dumps(content)
        if len(data) > LARGEST:
            raise BadStatement("the statement is too long")
        return data

    def signed(self, seed: bytes) -> SignedStatement:
        """Signed with an Ed25519 seed."""
        data = self.canonical()
        return SignedStatement(statement=data, signature=sign(seed, _LABEL, data))


def text_hash(text: str) -> bytes:
    """What stands for the sentence that the reporter read: SHA-256 of its UTF-8 bytes."""
    return sha256(text.encode()).digest()


def read(signed: SignedStatement) -> Statement:
    """What a statement says, before anybody checked who signed it. Raises BadStatement unless it is canonical."""
    try:
        content = json.loads(signed.statement)
        if not isinstance(content, dict) or rfc8785.dumps(content) != signed.statement:
            raise BadStatement("not canonical")
        return _parsed(content, len(signed.statement))
    except (ValueError, KeyError, TypeError, RecursionError, rfc8785.CanonicalizationError):
        raise BadStatement("not a statement") from None


def verify(signed: SignedStatement, key: bytes) -> Statement:
    """What was signed with this Ed25519 public key. Raises BadStatement."""
    statement = read(signed)
    try:
        check(key, signed.signature, _LABEL, signed.statement)
    except (BadSignature, ValueError):
        raise BadStatement("another key signed it, or none") from None
    return statement


def _parsed(content: dict[str, Any], size: int) -> Statement:
    if content.pop("v") != VERSION or size > LARGEST:
        raise BadStatement("another version")
    kind = content.pop("kind")
    identifier, ref = _in(content.pop("id"), bytes), _in(content.pop("ref"), bytes)
    at = datetime.strptime(content.pop("at"), "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    if len(identifier) != ID or len(ref) != ID:
        raise BadStatement("an id has a wrong size")
    types = KINDS[kind]
    values = {name: _in(value, types[name]) for name, value in content.items()}
    _check_values(kind, values)
    return Statement(kind, ref, at, values, identifier)


def _check_values(kind: str, values: Mapping[str, Any]) -> None:
    types = KINDS.get(kind)
    if types is None or values.keys() != types.keys():
        raise BadStatement("not the values of its kind")
    for name, kind_of in types.items():
        if type(values[name]) is not kind_of:
            raise BadStatement("a value has a wrong type")
    if kind == CONSENT and not _is_consent(values):
        raise BadStatement("not a consent")


def _is_consent(values: Mapping[str, Any]) -> bool:
    fields = values["fields"]
    known = all(isinstance(name, str) and name in FIELDS for name in fields)
    if date.fromisoformat(values["until"]).isoformat() != values["until"]:
        return False
    return known and 0 < len(fields) == len(set(fields)) and values["purpose"] in PURPOSES


def _out(value: Any) -> Any:
    return base64.urlsafe_b64encode(value).decode() if isinstance(value, bytes) else value


def _in(value: Any, kind: type) -> Any:
    return base64.b64decode(value, altchars=b"-_", validate=True) if kind is bytes else value
