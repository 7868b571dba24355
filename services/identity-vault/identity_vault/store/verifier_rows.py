"""How the verifier's rows are written inside their sealed columns: JSON, padded, under its data key."""

import base64
import json
from datetime import UTC, datetime
from typing import Any

from chassis.sealing import padding, statements
from chassis.sealing.fields import FieldCipher
from chassis.sealing.statements import Statement
from identity_vault.domain.consents import Consent, Terms
from identity_vault.domain.passkeys import Passkey
from identity_vault.domain.reporters import AddedName, NewKey, Reporter, Signed
from paravent.identity_vault.v1.record_pb2 import SignedStatement


class SealedRows:
    """Seals a row's content for its place: moved to another row, it does not open."""

    def __init__(self, cipher: FieldCipher) -> None:
        self._cipher = cipher

    def seal(self, table: str, tag: bytes, content: dict[str, Any]) -> bytes:
        return self._cipher.seal(f"{table}/{tag.hex()}", padding.pad_to_bucket(json.dumps(content).encode()))

    def open(self, table: str, tag: bytes, sealed: bytes) -> dict[str, Any]:
        """Raises CannotOpen for altered or moved content."""
        content: dict[str, Any] = json.loads(padding.unpad(self._cipher.open(f"{table}/{tag.hex()}", sealed)))
        return content


def signed_of(message: SignedStatement) -> Signed:
    return Signed(bytes(message.statement), bytes(message.signature))


def message_of(signed: Signed) -> SignedStatement:
    return SignedStatement(statement=signed.statement, signature=signed.signature)


def terms_of(statement: Statement) -> Terms:
    """The terms of a statement of kind consent."""
    values = statement.values
    return Terms(
        id=statement.id,
        ref=statement.ref,
        issuer=values["issuer"],
        subject=values["subject"],
        name=values["name"],
        body=values["body"],
        purpose=values["purpose"],
        case_label=values["case_label"],
        regime=values["regime"],
        fields=tuple(values["fields"]),
        signed_at=statement.at,
        until=datetime.fromisoformat(values["until"]).date(),
        text=values["text"],
    )


def reporter_out(reporter: Reporter) -> dict[str, Any]:
    return {
        "first_key": _out(reporter.first_key),
        "new_keys": [
            {
                "id": _out(new.id),
                "key": _out(new.key),
                "received_at": _at(new.received_at),
                "signed": _signed_out(new.signed),
                "withdrawn": new.withdrawn,
            }
            for new in reporter.new_keys
        ],
        "names": [
            {
                "number": name.number,
                "digest": _out(name.digest),
                "signed_at": _at(name.signed_at),
                "signed": _signed_out(name.signed),
            }
            for name in reporter.names
        ],
        "name_withdrawn_at": _at(reporter.name_withdrawn_at),
    }


def reporter_in(content: dict[str, Any]) -> Reporter:
    return Reporter(
        _in(content["first_key"]),
        tuple(
            NewKey(
                _in(new["id"]), _in(new["key"]), _instant(new["received_at"]), _signed(new["signed"]), new["withdrawn"]
            )
            for new in content["new_keys"]
        ),
        tuple(
            AddedName(name["number"], _in(name["digest"]), _instant(name["signed_at"]), _signed(name["signed"]))
            for name in content["names"]
        ),
        _maybe(content["name_withdrawn_at"]),
    )


_TIMES = ("hastened_at", "withdrawn_at", "used_at", "disclosed_at")


def consent_out(consent: Consent, signed: Signed) -> dict[str, Any]:
    return {"signed": _signed_out(signed)} | {name: _at(getattr(consent, name)) for name in _TIMES}


def consent_in(content: dict[str, Any]) -> tuple[Consent, Signed]:
    """Terms are never stored beside what was signed: they are read from it."""
    signed = _signed(content["signed"])
    terms = terms_of(statements.read(message_of(signed)))
    return Consent(terms, **{name: _maybe(content[name]) for name in _TIMES}), signed


def passkey_out(passkey: Passkey) -> dict[str, Any]:
    return {
        "id": _out(passkey.id),
        "public_key": _out(passkey.public_key),
        "sign_count": passkey.sign_count,
        "registered_at": _at(passkey.registered_at),
        "ready_at": _at(passkey.ready_at),
        "withdrawn_at": _at(passkey.withdrawn_at),
    }


def passkey_in(content: dict[str, Any]) -> Passkey:
    times = (_instant(content["registered_at"]), _instant(content["ready_at"]))
    withdrawn_at = _maybe(content.get("withdrawn_at"))
    return Passkey(_in(content["id"]), _in(content["public_key"]), content["sign_count"], *times, withdrawn_at)


def _signed_out(signed: Signed) -> list[str]:
    return [_out(signed.statement), _out(signed.signature)]


def _signed(content: list[str]) -> Signed:
    return Signed(*(_in(part) for part in content))


def _out(value: bytes) -> str:
    return base64.b64encode(value).decode()


def _in(value: str) -> bytes:
    return base64.b64decode(value)


def _at(instant: datetime | None) -> str | None:
    return None if instant is None else instant.astimezone(UTC).isoformat()


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _maybe(text: str | None) -> datetime | None:
    return None if text is None else _instant(text)
