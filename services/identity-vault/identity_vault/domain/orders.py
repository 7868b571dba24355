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
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

_LABEL = b"paravent/order/v1\x00"
# Days in which both signatures must come, and longest postponement of the notice before it is reviewed.
GATHERING = timedelta(days=15)
LONGEST_DEFERRAL = timedelta(days=366)
_LONGEST = 200
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

    def check(self, today: date) -> None:
        """Raises BadOrder."""
        if self.basis not in set(Basis):
            raise BadOrder("basis")
        for name in ("reference", "authority"):
            value = getattr(self, name)
            if not value.strip() or len(value) > _LONGEST or not value.isprintable():
                raise BadOrder(name)
        if _day(self.dated, "dated") > today:
            raise BadOrder("dated")
        self._check_recipient()
        self._check_notice(today)

    def _check_recipient(self) -> None:
        """A judicial result leaves encrypted to the authority; for a lost receipt nothing leaves."""
        judicial = self.basis != Basis.LOST_RECEIPT
        if judicial != bool(_RECIPIENT.fullmatch(self.recipient)) or (not judicial and self.recipient):
            raise BadOrder("recipient")

    def _check_notice(self, today: date) -> None:
        if self.notice == "now":
            if self.review_on:
                raise BadOrder("review_on")
            return
        if self.notice != "deferred" or self.basis == Basis.LOST_RECEIPT:
            raise BadOrder("notice")
        if not today < _day(self.review_on, "review_on") <= today + LONGEST_DEFERRAL:
            raise BadOrder("review_on")

    def digest(self) -> bytes:
        """32 bytes: the challenge that a custodian's passkey signs."""
        canonical = json.dumps(asdict(self), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(_LABEL + canonical.encode()).digest()

    def visible(self, today: date) -> bool:
        """May the reporter see it today?"""
        return self.notice == "now" or today >= _day(self.review_on, "review_on")


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
class SignedOrder:
    """An order with what has become of it. `ref`: hexadecimal; known to the verifier alone."""

    order: Order
    ref: str = field(repr=False)
    regime: str
    signatures: tuple[Signature, ...] = ()
    carried_out_at: str = ""

    def state(self, now: datetime) -> OrderState:
        if self.carried_out_at:
            return OrderState.CARRIED_OUT
        if now - datetime.fromisoformat(self.order.created) > GATHERING:
            return OrderState.EXPIRED
        return OrderState.SIGNED if len({s.body for s in self.signatures}) >= 2 else OrderState.WAITING

    def may_sign(self, custodian: Custodian, now: datetime) -> bool:
        """Once for each person and each body."""
        signed_by_body = any(s.body == custodian.body for s in self.signatures)
        return self.state(now) is OrderState.WAITING and not signed_by_body

    def with_signature(self, custodian: Custodian, assertion: str, now: datetime) -> "SignedOrder":
        """Raises NotACustodian."""
        if not self.may_sign(custodian, now):
            raise NotACustodian
        at = now.astimezone(UTC).isoformat(timespec="seconds")
        signature = Signature(custodian.issuer, custodian.subject, custodian.name, custodian.body, at, assertion)
        return SignedOrder(self.order, self.ref, self.regime, (*self.signatures, signature), self.carried_out_at)

    def carried_out(self, now: datetime) -> "SignedOrder":
        """Used up. Raises BadOrder unless two bodies have signed and it has not been carried out."""
        if self.state(now) is not OrderState.SIGNED:
            raise BadOrder("state")
        at = now.astimezone(UTC).isoformat(timespec="seconds")
        return SignedOrder(self.order, self.ref, self.regime, self.signatures, at)

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
        )


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
