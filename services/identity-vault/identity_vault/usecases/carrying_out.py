"""Carry an order of two custodians out: whoever presses the button sees no identity.

A judicial result leaves encrypted to the authority's own age key; for a lost receipt, only whether the name that a
person gives is the one on record. The verifier checks the signatures and uses the order up first, as for a consent.
"""

import base64
import json
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from chassis.sealing import age
from chassis.sealing.words import fold
from identity_vault.usecases.disclosing import (
    Begun,
    ControlledReads,
    Denied,
    DiscloserKeys,
    Interrupted,
    ReadRefused,
    Verifier,
    VerifierAway,
    identity_in,
    without_verifiers_layer,
)

# Bytes of every result before it is encrypted: an anonymous report's answer is as long as another one.
_RESULT = 4096
_FIRST, _LAST = "-----BEGIN AGE ENCRYPTED FILE-----", "-----END AGE ENCRYPTED FILE-----"


@dataclass(frozen=True, slots=True)
class OrderText:
    """What custodians read and sign. Days are YYYY-MM-DD."""

    basis: str
    reference: str = field(repr=False)
    authority: str = field(repr=False)
    dated: str
    recipient: str = field(repr=False)
    notice: str
    review_on: str
    case_label: str = field(default="", repr=False)


class Signed(NamedTuple):
    name: str
    body: str
    at: str


class Extended(NamedTuple):
    """A later review of a deferred notice. `holds`: two bodies signed it."""

    review_on: str
    reason: str
    signatures: Sequence[Signed]
    holds: bool


@dataclass(frozen=True, slots=True)
class OrderView:
    """An order as one custodian sees it. `state`: "waiting", "signed", "carried_out", "expired".

    `told_on`: YYYY-MM-DD, when the reporter is told; empty for at once.
    """

    handle: str
    text: OrderText
    state: str
    signatures: Sequence[Signed]
    mine_to_sign: bool
    told_on: str = ""
    extensions: Sequence[Extended] = field(default=(), repr=False)
    may_extend: bool = False
    extension_mine_to_sign: bool = False


class Custody(Protocol):
    """The verifier's calls for custodians. Every one raises Denied and VerifierAway."""

    def orders(self, id_token: str) -> Sequence[OrderView]: ...

    def create(self, id_token: str, text: OrderText, block: bytes) -> str:
        """The handle of the new order."""
        ...

    def signature_options(self, id_token: str, handle: str) -> str:
        """What navigator.credentials.get() is given, JSON."""
        ...

    def sign(self, id_token: str, handle: str, assertion: str) -> str:
        """The order's state afterwards."""
        ...

    def carry_out(self, id_token: str, handle: str) -> tuple[Begun, OrderText]: ...

    def extend(self, id_token: str, handle: str, review_on: str, reason: str) -> None:
        """Write a later review of a deferred notice, for two custodians to sign."""
        ...

    def extension_options(self, id_token: str, handle: str) -> str:
        """What navigator.credentials.get() is given, JSON."""
        ...

    def sign_extension(self, id_token: str, handle: str, assertion: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Result:
    """`sealed`: the armored age file for the authority. `matches`: for a lost receipt. One of the two."""

    text: OrderText
    sealed: str = field(default="", repr=False)
    matches: bool | None = None


def carry_out(
    custody: Custody,
    verifier: Verifier,
    reads: ControlledReads,
    keys: DiscloserKeys,
    *,
    id_token: str,
    handle: str,
    claimed: str,
) -> Result:
    """Carry one order out. `claimed`: given and family name of who says that they filed the report, or empty.

    Raises Denied and VerifierAway while nothing is used up, Interrupted afterwards.
    """
    begun, text = custody.carry_out(id_token, handle)
    try:
        identity = identity_in(keys, without_verifiers_layer(verifier, reads, begun))
        if text.basis == "lost_receipt":
            return Result(text, matches=_same(identity, claimed))
        return Result(text, sealed=_sealed(text, identity))
    except (Denied, ReadRefused) as no:
        raise Interrupted(no.detail) from None
    except VerifierAway:
        raise Interrupted("verifier-away") from None


def _same(identity: Mapping[str, str], claimed: str) -> bool:
    """Case, accents and the order of the words do not matter."""
    on_record = fold(f"{identity.get('given_name', '')} {identity.get('family_name', '')}").split()
    return bool(on_record) and sorted(on_record) == sorted(fold(claimed).split())


def _sealed(text: OrderText, identity: Mapping[str, str]) -> str:
    """An age file (armored) that the recipient's key opens: JSON, of one length for everybody."""
    content = {
        "reference": text.reference,
        "authority": text.authority,
        "case": text.case_label,
        "anonymous": not identity,
        "identity": dict(identity),
    }
    data = json.dumps(content, ensure_ascii=False).encode()
    try:
        file = age.seal(text.recipient, data.ljust(_RESULT))
    except ValueError:
        raise Interrupted("bad-order") from None
    return "\n".join([_FIRST, *textwrap.wrap(base64.b64encode(file).decode(), 64), _LAST, ""])
