"""Orders of two custodians: the only way to an identity without the reporter's yes.

Elements that identify a reporter may go to a judicial authority alone, when those who treat the report must denounce
the facts or are required to by it; the reporter is then told, with written explanations, unless that would endanger
the proceedings (loi 2016-1691, art. 9-I). A lost receipt is the third case: the reporter stands there, and two
custodians learn whether the name on record is theirs, and nothing else.
"""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Any

_LABEL = b"paravent/order/v1\x00"
_EXTENSION = b"paravent/notice-extension/v1\x00"
# Days in which both signatures must come, and longest postponement of the notice before it is reviewed.
GATHERING = timedelta(days=15)
LONGEST_DEFERRAL = timedelta(days=366)
_LONGEST = 200
# Characters of the reason for telling the reporter later still.
LONGEST_REASON = 500
_RECIPIENT = re.compile(r"age1[02-9ac-hj-np-z]{58}")


class Basis(StrEnum):
    DENUNCIATION = "denunciation"
    REQUISITION = "requisition"
    LOST_RECEIPT = "lost_receipt"


class OrderState(StrEnum):
    WAITING = "waiting"
    SIGNED = "signed"
    CARRIED_OUT = "carried_out"
    EXPIRED = "expired"


class BadOrder(ValueError):
    """The order cannot be taken. The message names the field, never its content."""


class NotACustodian(Exception):
    """This person may not sign: no custodian, or their body has signed already."""


@dataclass(frozen=True, slots=True)
class Custodian:
    """A person named in the verifier's settings. `body`: whom they answer to, neither a member nor the provider."""

    issuer: str
    subject: str
    name: str
    body: str


@dataclass(frozen=True, slots=True)
class Order:
    """What two custodians sign. `token`: SHA-256 of the sealed block, hexadecimal; days are YYYY-MM-DD."""

    id: str
    basis: str
    reference: str
    authority: str
    dated: str
    recipient: str
    notice: str
    review_on: str
    case_label: str
    token: str
    created: str

    def check(self, today: date, longest: timedelta = LONGEST_DEFERRAL) -> None:
        """`longest`: from today to the review. Raises BadOrder."""
        if self.basis not in set(Basis):
            raise BadOrder("basis")
        for name in ("reference", "authority"):
            value = getattr(self, name)
            if not value.strip() or len(value) > _LONGEST or not value.isprintable():
                raise BadOrder(name)
        if _day(self.dated, "dated") > today:
            raise BadOrder("dated")
        self._check_recipient()
        self._check_notice(today, longest)

    def _check_recipient(self) -> None:
        """A judicial result leaves encrypted to the authority; for a lost receipt nothing leaves."""
        judicial = self.basis != Basis.LOST_RECEIPT
        if judicial != bool(_RECIPIENT.fullmatch(self.recipient)) or (not judicial and self.recipient):
            raise BadOrder("recipient")

    def _check_notice(self, today: date, longest: timedelta) -> None:
        if self.notice == "now":
            if self.review_on:
                raise BadOrder("review_on")
            return
        if self.notice != "deferred" or self.basis == Basis.LOST_RECEIPT:
            raise BadOrder("notice")
        if not today < _day(self.review_on, "review_on") <= today + longest:
            raise BadOrder("review_on")

    def digest(self) -> bytes:
        """32 bytes: the challenge that a custodian's passkey signs."""
        return digest_of(_LABEL, asdict(self))


@dataclass(frozen=True, slots=True)
class Signature:
    """A custodian's, with the assertion that proves it (JSON of the browser)."""

    issuer: str
    subject: str
    name: str
    body: str
    at: str
    assertion: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Extension:
    """A later review of a deferred notice, for two custodians to sign. Nothing else moves a review.

    `order`: the order's id; `number`: from 1; `before`: the day that it moves, so that it counts for that one alone.
    """

    order: str
    number: int
    before: str
    review_on: str
    reason: str = field(repr=False)
    created: str

    def check(self, today: date, longest: timedelta) -> None:
        """Later than the day that it moves, and `longest` from today at most. Raises BadOrder."""
        if not _day(self.before, "before") < _day(self.review_on, "review_on") <= today + longest:
            raise BadOrder("review_on")
        if not self.reason.strip() or len(self.reason) > LONGEST_REASON or not self.reason.isprintable():
            raise BadOrder("reason")

    def digest(self) -> bytes:
        """32 bytes: the challenge that a custodian's passkey signs."""
        return digest_of(_EXTENSION, asdict(self))


@dataclass(frozen=True, slots=True)
class SignedExtension:
    extension: Extension
    signatures: tuple[Signature, ...] = ()

    @property
    def holds(self) -> bool:
        return of_two_bodies(self.signatures)


@dataclass(frozen=True, slots=True)
class SignedOrder:
    """An order with what has become of it. `ref`: hexadecimal; known to the verifier alone.

    `extensions`: oldest first; only the last one may lack a signature.
    """

    order: Order
    ref: str = field(repr=False)
    regime: str
    signatures: tuple[Signature, ...] = ()
    carried_out_at: str = ""
    extensions: tuple[SignedExtension, ...] = ()

    def state(self, now: datetime) -> OrderState:
        if self.carried_out_at:
            return OrderState.CARRIED_OUT
        if now - datetime.fromisoformat(self.order.created) > GATHERING:
            return OrderState.EXPIRED
        return OrderState.SIGNED if of_two_bodies(self.signatures) else OrderState.WAITING

    def may_sign(self, custodian: Custodian, now: datetime) -> bool:
        """Once for each person and each body."""
        return self.state(now) is OrderState.WAITING and not has_signed(self.signatures, custodian)

    def with_signature(self, custodian: Custodian, assertion: str, now: datetime) -> "SignedOrder":
        """Raises NotACustodian."""
        if not self.may_sign(custodian, now):
            raise NotACustodian
        return replace(self, signatures=with_one_more(self.signatures, custodian, assertion, now))

    def carried_out(self, now: datetime) -> "SignedOrder":
        """Used up. Raises BadOrder unless two bodies have signed and it has not been carried out."""
        if self.state(now) is not OrderState.SIGNED:
            raise BadOrder("state")
        at = now.astimezone(UTC).isoformat(timespec="seconds")
        return replace(self, carried_out_at=at)

    @property
    def review_on(self) -> str:
        """When the reporter is told: YYYY-MM-DD, empty for at once."""
        held = [signed.extension.review_on for signed in self.extensions if signed.holds]
        return held[-1] if held else self.order.review_on

    def visible(self, today: date) -> bool:
        """May the reporter see it today? Once it is visible, it stays so: a day that has come is moved no more."""
        return self.order.notice == "now" or today >= _day(self.review_on, "review_on")

    def extension_to_sign(self, today: date) -> SignedExtension | None:
        """The one that lacks a signature, while the day that it moves has not come."""
        last = self.extensions[-1] if self.extensions else None
        return None if last is None or last.holds or self.visible(today) else last

    def may_be_extended(self, today: date) -> bool:
        return bool(self.carried_out_at) and not self.visible(today)

    def with_extension(
        self, review_on: str, reason: str, now: datetime, today: date, longest: timedelta
    ) -> "SignedOrder":
        """One more, for two custodians to sign, in place of one that still lacks a signature. Raises BadOrder."""
        if not self.may_be_extended(today):
            raise BadOrder("state")
        kept = tuple(signed for signed in self.extensions if signed.holds)
        created = now.astimezone(UTC).isoformat(timespec="seconds")
        extension = Extension(self.order.id, len(kept) + 1, self.review_on, review_on, reason, created)
        extension.check(today, longest)
        return replace(self, extensions=(*kept, SignedExtension(extension)))

    def with_extension_signature(
        self, custodian: Custodian, assertion: str, now: datetime, today: date
    ) -> "SignedOrder":
        """Raises BadOrder when there is none to sign (any more), NotACustodian."""
        waiting = self.extension_to_sign(today)
        if waiting is None:
            raise BadOrder("state")
        signed = replace(waiting, signatures=with_one_more(waiting.signatures, custodian, assertion, now))
        return replace(self, extensions=(*self.extensions[:-1], signed))

    def to_json(self) -> bytes:
        return json.dumps(asdict(self), ensure_ascii=False).encode()

    @classmethod
    def from_json(cls, data: bytes) -> "SignedOrder":
        content = json.loads(data)
        return cls(
            Order(**content["order"]),
            content["ref"],
            content["regime"],
            tuple(Signature(**signature) for signature in content["signatures"]),
            content["carried_out_at"],
            tuple(_extension(signed) for signed in content.get("extensions", [])),
        )


def _extension(content: Mapping[str, Any]) -> SignedExtension:
    signatures = tuple(Signature(**signature) for signature in content["signatures"])
    return SignedExtension(Extension(**content["extension"]), signatures)


def digest_of(label: bytes, content: Mapping[str, Any]) -> bytes:
    """32 bytes of what custodians sign: SHA-256 over a label and canonical JSON."""
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(label + canonical.encode()).digest()


def of_two_bodies(signatures: Sequence[Signature]) -> bool:
    return len({signature.body for signature in signatures}) >= 2


def has_signed(signatures: Sequence[Signature], custodian: Custodian) -> bool:
    """Has somebody of their body?"""
    return any(signature.body == custodian.body for signature in signatures)


def with_one_more(
    signatures: Sequence[Signature], custodian: Custodian, assertion: str, now: datetime
) -> tuple[Signature, ...]:
    """Once for each person and each body. Raises NotACustodian."""
    if has_signed(signatures, custodian):
        raise NotACustodian
    at = now.astimezone(UTC).isoformat(timespec="seconds")
    return (*signatures, Signature(custodian.issuer, custodian.subject, custodian.name, custodian.body, at, assertion))


def find_custodian(custodians: Sequence[Custodian], issuer: str, subject: str) -> Custodian:
    """Raises NotACustodian."""
    for custodian in custodians:
        if (custodian.issuer, custodian.subject) == (issuer, subject):
            return custodian
    raise NotACustodian


def custodians_of(rows: Sequence[Mapping[str, str]]) -> tuple[Custodian, ...]:
    """Those of the settings. Raises ValueError unless they are of two bodies at least, none twice."""
    try:
        found = tuple(Custodian(**row) for row in rows)
    except TypeError:
        raise ValueError("a custodian has an issuer, a subject, a name and a body") from None
    people = {(one.issuer, one.subject) for one in found}
    if found and (len(people) != len(found) or len({one.body for one in found}) < 2):
        raise ValueError("custodians are different persons of two bodies at least")
    return found


def _day(text: str, name: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise BadOrder(name) from None
    if day.isoformat() != text:
        raise BadOrder(name)
    return day
