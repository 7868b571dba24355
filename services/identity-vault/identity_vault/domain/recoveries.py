"""The way back of somebody who lost every passkey: two custodians of two bodies meet them, and say so.

The person asks while signed in, and gets a code. They bring it, with a proof of who they are, to two custodians; each
types it and signs. A custodian thus cannot confirm somebody whom they have not heard from, and whoever is signed in as
somebody else (an identity provider's administrator) would have to show up.
"""

import json
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from hmac import compare_digest
from typing import Any

from identity_vault.domain.orders import (
    GATHERING,
    Custodian,
    NotACustodian,
    Signature,
    digest_of,
    has_signed,
    of_two_bodies,
    with_one_more,
)

_LABEL = b"paravent/recovery/v1\x00"
# Neither 0 and O, nor 1, I and L: it is read aloud. 40 bits and ten tries.
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_HALF = 4
WRONG_CODES = 10


class RecoveryState(StrEnum):
    WAITING = "waiting"
    # Two bodies signed: the passkeys are withdrawn, and a new one may be registered.
    CONFIRMED = "confirmed"
    DONE = "done"
    ENDED = "ended"
    EXPIRED = "expired"


class WrongCode(Exception):
    """Not the code that the person was given."""


@dataclass(frozen=True, slots=True)
class Recovery:
    """`id`: hexadecimal. Times are RFC 3339, empty before. `wrong`: how many times another code was typed."""

    id: str
    issuer: str = field(repr=False)
    subject: str = field(repr=False)
    name: str = field(repr=False)
    code: str = field(repr=False)
    asked: str
    signatures: tuple[Signature, ...] = ()
    wrong: int = 0
    confirmed: str = ""
    done: str = ""
    ended: str = ""

    @classmethod
    def ask(cls, issuer: str, subject: str, name: str, now: datetime) -> "Recovery":
        return cls(secrets.token_hex(16), issuer, subject, name, draw_code(), _at(now))

    def state(self, now: datetime) -> RecoveryState:
        if self.ended:
            return RecoveryState.ENDED
        if self.done:
            return RecoveryState.DONE
        if self.confirmed:
            return RecoveryState.CONFIRMED
        late = now - datetime.fromisoformat(self.asked) > GATHERING
        return RecoveryState.EXPIRED if late else RecoveryState.WAITING

    def may_sign(self, custodian: Custodian, now: datetime) -> bool:
        """Once for each body, and nobody for themselves."""
        themselves = (custodian.issuer, custodian.subject) == (self.issuer, self.subject)
        return (
            self.state(now) is RecoveryState.WAITING and not themselves and not has_signed(self.signatures, custodian)
        )

    def check(self, custodian: Custodian, code: str, now: datetime) -> None:
        """Raises NotACustodian, WrongCode."""
        if not self.may_sign(custodian, now):
            raise NotACustodian
        if not compare_digest(_plain(code), _plain(self.code)):
            raise WrongCode

    def with_signature(self, custodian: Custodian, assertion: str, now: datetime) -> "Recovery":
        """The second one of another body confirms. Raises NotACustodian."""
        if not self.may_sign(custodian, now):
            raise NotACustodian
        signatures = with_one_more(self.signatures, custodian, assertion, now)
        return replace(self, signatures=signatures, confirmed=_at(now) if of_two_bodies(signatures) else "")

    def with_wrong_code(self, now: datetime) -> "Recovery":
        """After ten, the person has to ask again."""
        wrong = self.wrong + 1
        return replace(self, wrong=wrong, ended=_at(now) if wrong >= WRONG_CODES else "")

    def closed(self, now: datetime) -> "Recovery":
        """Taken back, or asked again."""
        return replace(self, ended=_at(now))

    def used(self, now: datetime) -> "Recovery":
        """A new passkey is registered."""
        return replace(self, done=_at(now))

    def digest(self) -> bytes:
        """32 bytes: what a custodian's passkey signs. The code is in it: who signed knew it."""
        return digest_of(
            _LABEL, {name: getattr(self, name) for name in ("id", "issuer", "subject", "name", "code", "asked")}
        )

    def content(self) -> dict[str, Any]:
        content: dict[str, Any] = json.loads(json.dumps(asdict(self)))
        return content

    @classmethod
    def of_content(cls, content: Mapping[str, Any]) -> "Recovery":
        signatures = tuple(Signature(**signature) for signature in content["signatures"])
        return cls(**(dict(content) | {"signatures": signatures}))


def draw_code() -> str:
    """Eight letters and digits in two groups."""
    drawn = "".join(secrets.choice(_ALPHABET) for _ in range(2 * _HALF))
    return f"{drawn[:_HALF]}-{drawn[_HALF:]}"


def _plain(code: str) -> bytes:
    return "".join(sign for sign in code.upper() if sign.isalnum()).encode()


def _at(now: datetime) -> str:
    return now.astimezone(UTC).isoformat(timespec="seconds")
