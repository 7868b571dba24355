"""Under which keys a reporter signs once their words were replaced: identity-vault lets the newest sign after a day.

Until it says that the newest one does, or that it never will, what is signed goes out under each key that may be the
one when it arrives: the statement is the same and counts once, whichever holds.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from chassis.clock import Clock
from chassis.sealing.receipts import ReporterKeys
from intake.usecases.looking import VaultView, look
from intake.usecases.opened import Keys, Opened
from paravent.intake.v1.content_pb2 import FormerWords

# What identity-vault says of a key.
EFFECTIVE, WITHDRAWN = "effective", "withdrawn"


@dataclass(frozen=True, slots=True)
class Signers:
    """Tells the seeds. `vault`: asked where there is something to ask."""

    vault: VaultView | None
    keys: Keys
    clock: Clock

    def of(self, opened: Opened, reporter: ReporterKeys) -> list[bytes]:
        """The Ed25519 seeds under which something is signed now, oldest first: one, unless it is not settled which."""
        if not opened.copy.former:
            return [reporter.signing_seed]
        seen = look(self.vault, self.keys, opened, self.clock)
        states = {entry.consent_id: entry.state for entry in seen.others if entry.kind == "key"}
        return candidates(list(opened.copy.former), reporter.signing_seed, states)


def first_seed(opened: Opened, reporter: ReporterKeys) -> bytes:
    """The seed of the report's first words: the linker knows no other key, and every later record may name it."""
    former = opened.copy.former
    return former[0].signing_seed if former else reporter.signing_seed


def candidates(former: list[FormerWords], newest: bytes, states: Mapping[bytes, str]) -> list[bytes]:
    """The seeds that may sign when something arrives. `states`: of keys announced, by their statements' ids."""
    seeds = [*(words.signing_seed for words in former), newest]
    found = seeds[:1]
    for words, following in zip(former, seeds[1:], strict=True):
        state = states.get(words.statement_id, "") if words.statement_id else WITHDRAWN
        if state == EFFECTIVE:
            found = [following]
        elif state != WITHDRAWN:
            found.append(following)
    return found
