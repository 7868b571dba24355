"""How far a case may go. What a witness reports stays at first advice until the presumed victim agrees in writing.

That is the rule of the CdG's convention. A person checks who agreed before it counts. Without it, a referent may go on
for a danger or a duty to denounce (code de procédure pénale, art. 40, second alinéa), with a motive that the witness is
told word for word. Only the scheme of CGFP L135-6 knows this rule: whoever alerts needs nobody's agreement (loi
2016-1691, art. 6).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from casework.domain.acts import Regime
from casework.domain.statuses import NotNow


class Proceeding(StrEnum):
    """How far a case may go. FREE: its reporter is the person concerned."""

    FREE = "free"
    ADVICE = "advice"
    CONSENTED = "consented"
    DECIDED = "decided"


class VoiceState(StrEnum):
    """What became of somebody who joined a witness's case. DENIED: they are not the person concerned."""

    DECLARED = "declared"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    DENIED = "denied"


class Decision(StrEnum):
    """What the presumed victim says."""

    AGREED = "agreed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class Reason(StrEnum):
    """Why a case goes on without the agreement of the person concerned."""

    DANGER = "danger"
    DENUNCIATION = "denunciation"


# What an identity may be asked for before the agreement.
FIRST_ADVICE = frozenset({"meeting", "support"})
# Decisions of one instant: the later of these counts.
_ORDER = (Decision.AGREED, Decision.REFUSED, Decision.WITHDRAWN)
_SAID = {
    Decision.AGREED: VoiceState.DECLARED,
    Decision.REFUSED: VoiceState.REFUSED,
    Decision.WITHDRAWN: VoiceState.WITHDRAWN,
}


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision, and when it was made. Decisions leave intake shuffled: their own time orders them."""

    decision: Decision
    at: datetime

    def follows(self, other: "Decided") -> bool:
        """Does this one come after the other?"""
        return (self.at, _ORDER.index(self.decision)) > (other.at, _ORDER.index(other.decision))


def beginning(quality: str, regime: Regime) -> Proceeding:
    """Where a case begins. `quality`: "victim" or "witness", as the reporter says."""
    return Proceeding.ADVICE if quality == "witness" and regime is Regime.AVDHAS else Proceeding.FREE


def waits_for_somebody(proceeding: Proceeding) -> bool:
    """May a presumed victim join the case?"""
    return proceeding is not Proceeding.FREE


def said(state: VoiceState, decision: Decision) -> VoiceState:
    """What becomes of a voice that decides anew. What was checked holds for a yes that stands, not for a later one."""
    if state is VoiceState.DENIED or (state is VoiceState.CONFIRMED and decision is Decision.AGREED):
        return state
    return _SAID[decision]


def joined(decision: Decision) -> VoiceState:
    """What a voice begins with."""
    return _SAID[decision]


def checked(state: VoiceState, *, concerned: bool) -> VoiceState:
    """Somebody met or called them: are they the person concerned? Raises NotNow unless there is a yes to check."""
    if state is not VoiceState.DECLARED:
        raise NotNow("there is no agreement to check")
    return VoiceState.CONFIRMED if concerned else VoiceState.DENIED


def stands(current: Proceeding, voices: Iterable[VoiceState]) -> Proceeding:
    """How far the case may go, once its voices stand so."""
    if current in (Proceeding.FREE, Proceeding.DECIDED):
        return current
    return Proceeding.CONSENTED if VoiceState.CONFIRMED in set(voices) else Proceeding.ADVICE


def decide(current: Proceeding, reason: Reason, motive: str) -> Proceeding:
    """Go on without the agreement. Raises NotNow where nothing waits for one, ValueError without a motive."""
    if current is not Proceeding.ADVICE:
        raise NotNow("nothing waits for an agreement")
    if not motive.strip():
        raise ValueError(f"no motive for {reason}")
    return Proceeding.DECIDED


def may_ask_for(purpose: str, proceeding: Proceeding) -> bool:
    """May an identity be asked for this purpose? At first advice, only to meet or support the reporter."""
    return purpose in FIRST_ADVICE or proceeding is not Proceeding.ADVICE
