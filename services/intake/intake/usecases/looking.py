"""What identity-vault holds of this report, for its reporter alone: sealed both ways, under a key of one question.

Asked only where there may be something to tell: a report without a name, an agreement, an address and former words asks
nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from google.protobuf.message import DecodeError

from chassis.clock import Clock, paris_day
from chassis.sealing import age, padding
from intake.usecases.keys import KeysUnavailable
from intake.usecases.opened import Keys, Opened
from intake.usecases.pump import VaultAway
from paravent.identity_vault.v1.reach_pb2 import ContactView
from paravent.identity_vault.v1.reporter_pb2 import ReporterEntry, ReporterQuery, ReporterView

# (padded content, frame), bytes (reporter.proto).
QUERY = (512, 1152)


class VaultView(Protocol):
    """The two questions. Each takes a sealed query, answers a sealed view, and raises VaultAway."""

    def view(self, query: bytes) -> bytes: ...
    def view_contact(self, query: bytes) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Seen:
    """What identity-vault told. `away`: it did not answer, and the rest is empty."""

    agreements: Mapping[bytes, ReporterEntry] = field(default_factory=dict, repr=False)
    others: tuple[ReporterEntry, ...] = field(default=(), repr=False)
    # "none", "kept", "sent", "bounced"; empty when nothing was asked.
    contact: str = ""
    away: bool = False


def look(vault: VaultView | None, keys: Keys, opened: Opened, clock: Clock) -> Seen:
    """Ask what there may be to tell. Never raises: a vault that is away keeps nobody out of their space."""
    agreed = any(own.message.answer.consent_id for own in opened.own)
    signed = agreed or opened.ever_named or bool(opened.copy.former)
    if not (signed or opened.ever_reachable):
        return Seen()
    if vault is None:
        return Seen(away=True)
    try:
        recipients = keys.vault(paris_day(clock.now()))
        entries: list[ReporterEntry] = []
        if signed:
            answer = _ask(vault.view, recipients.verifier, opened.copy.ref)
            entries = list(ReporterView.FromString(answer).entries)
        contact = ""
        if opened.ever_reachable:
            contact = ContactView.FromString(_ask(vault.view_contact, recipients.linker, opened.copy.ref)).state
    except (VaultAway, KeysUnavailable, DecodeError):
        return Seen(away=True)
    agreements = {entry.consent_id: entry for entry in entries if entry.kind == "consent"}
    return Seen(agreements, tuple(entry for entry in entries if entry.kind != "consent"), contact)


class _Question(Protocol):
    def __call__(self, query: bytes) -> bytes: ...


def _ask(question: _Question, recipient: str, ref: bytes) -> bytes:
    """Put one question; answer the view's bytes. Raises VaultAway when what comes back is not for this question."""
    pair = age.new_identity()
    query = ReporterQuery(ref=ref, reply_to=pair.recipient).SerializeToString(deterministic=True)
    padded, frame = QUERY
    sealed = question(age.seal_fixed(recipient, padding.pad(query, padded), frame))
    try:
        return padding.unpad(age.open(pair.secret, sealed))
    except (age.CannotOpen, ValueError):
        raise VaultAway("the answer is not for this question") from None
