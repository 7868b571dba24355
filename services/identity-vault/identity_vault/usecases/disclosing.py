"""Show an identity to its addressee, once. The verifier checks and uses the consent up; only then are layers removed.

Nothing of what is read is stored, logged or put in a message. Whatever fails after the first step leaves the consent
used: it fails closed.
"""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from hmac import compare_digest
from typing import NamedTuple, Protocol

from google.protobuf.message import DecodeError

from chassis.sealing.age import CannotOpen
from identity_vault.domain.agreement import Agreement, NoName, Shown, agreed_parts
from paravent.identity_vault.v1.record_pb2 import DiscloserLayer

VERSION = 1
# A sweep has every record in one of two places at any moment: its own, the stage, and its own again.
_PLACES = (False, True, False)


class Denied(Exception):
    """The verifier says no. `detail`: a code of chassis.rpc.Detail."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


class VerifierAway(Exception):
    """The verifier did not answer, or not in time."""


class Interrupted(Exception):
    """The consent was used up, and nothing could be shown. `detail`: why, as a code."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


class ReadRefused(Exception):
    """The record store keeps its record to itself: not approved, gone, or away. `detail`: a code."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Agreements:
    """What was agreed with a person, and their passkey. `passkey_at`: when the last one may be used, None without."""

    agreements: tuple[Agreement, ...]
    passkey_ready: bool
    passkey_at: datetime | None


class Begun(NamedTuple):
    """The first step is done: the consent is used up."""

    disclosure_id: bytes
    paths: Sequence[str]


class Removed(NamedTuple):
    """What the verifier leaves: the inner frame, the `ref` that it must repeat, and what was agreed."""

    inner: bytes
    ref: bytes
    agreement: Agreement


class Verifier(Protocol):
    """The process that checks. Every call raises Denied and VerifierAway."""

    def list_agreements(self, id_token: str) -> Agreements: ...

    def assertion_options(self, id_token: str, purpose: str) -> str:
        """What navigator.credentials.get() is given, JSON. `purpose`: see disclosure.proto."""
        ...

    def registration_options(self, id_token: str, assertion: str) -> str:
        """What navigator.credentials.create() is given, JSON. `assertion`: of the passkey held already, or empty."""
        ...

    def register(self, id_token: str, credential: str) -> datetime | None:
        """Keep the passkey; from when on it may be used."""
        ...

    def begin(self, id_token: str, handle: str, assertion: str) -> Begun: ...

    def approve(self, disclosure_id: bytes, accessors: Sequence[str]) -> None: ...

    def remove_layer(self, disclosure_id: bytes, records: Sequence[tuple[str, bytes]]) -> Removed: ...


class Reading(Protocol):
    """Reads that wait for the verifier's approval, under a login of their own that ends with them."""

    def request(self, path: str, *, staged: bool = False) -> str:
        """Ask for a record, or for the copy that a sweep keeps; the accessor that the verifier approves.

        Raises ReadRefused.
        """
        ...

    def collect(self) -> Sequence[tuple[str, bytes]]:
        """Path and body of every record that is there, once. Raises ReadRefused."""
        ...


class ControlledReads(Protocol):
    """The record store, under a control group."""

    def reading(self) -> AbstractContextManager[Reading]: ...

    def ping(self) -> None:
        """Raises unless the store answers and knows us."""
        ...


class DiscloserKeys(Protocol):
    """The private halves of the innermost layer."""

    def open(self, frame: bytes) -> bytes:
        """Decrypt a frame with whichever key fits. Raises CannotOpen."""
        ...


@dataclass(frozen=True, slots=True)
class Disclosure:
    """The identity, and what was agreed. `shown` is None for an anonymous report."""

    agreement: Agreement
    shown: Shown | None = field(repr=False)


def disclose(
    verifier: Verifier, reads: ControlledReads, keys: DiscloserKeys, *, id_token: str, handle: str, assertion: str
) -> Disclosure:
    """Open one agreement. Raises Denied and VerifierAway while nothing is used up, Interrupted afterwards.

    After VerifierAway nobody knows: the call may have arrived. The list of agreements tells.
    """
    begun = verifier.begin(id_token, handle, assertion)
    try:
        removed = without_verifiers_layer(verifier, reads, begun)
    except (Denied, ReadRefused) as no:
        raise Interrupted(no.detail) from None
    except VerifierAway:
        raise Interrupted("verifier-away") from None
    return Disclosure(removed.agreement, _opened(keys, removed))


def without_verifiers_layer(verifier: Verifier, reads: ControlledReads, begun: Begun) -> Removed:
    """Read the record under the control group and have the verifier take its layer off.

    Raises ReadRefused, Denied and VerifierAway.
    """
    with reads.reading() as reading:
        for staged in _PLACES:
            accessors = [reading.request(path, staged=staged) for path in begun.paths]
            verifier.approve(begun.disclosure_id, accessors)
            records = reading.collect()
            if records:
                break
    return verifier.remove_layer(begun.disclosure_id, records)


def identity_in(keys: DiscloserKeys, removed: Removed) -> dict[str, str]:
    """Part -> text, as the innermost layer has it; empty for an anonymous report.

    Raises Interrupted when it is not of the report that the verifier checked.
    """
    try:
        layer = DiscloserLayer.FromString(keys.open(removed.inner))
    except (CannotOpen, DecodeError):
        raise Interrupted("record-mismatch") from None
    if layer.version != VERSION or not compare_digest(layer.ref, removed.ref):
        raise Interrupted("record-mismatch")
    return {descriptor.name: str(value) for descriptor, value in layer.identity.ListFields()}


def _opened(keys: DiscloserKeys, removed: Removed) -> Shown | None:
    """The agreed parts of the innermost layer. Raises Interrupted."""
    try:
        return agreed_parts(identity_in(keys, removed), removed.agreement.fields)
    except NoName:
        return None
