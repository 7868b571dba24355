"""The agreement that a witness's case waits for: who joined it, who checked them, and going on without.

The presumed victim agrees in their own follow-up space, under a receipt of their own. A person who met or called them
confirms who they are; only then does it count (domain/proceeding.py).
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Row

from casework.domain import proceeding
from casework.domain.people import Quality, Staff
from casework.domain.proceeding import Proceeding, Reason, VoiceState
from casework.domain.statuses import NotNow, Status
from casework.store.journal import Action
from casework.store.transaction import Transaction
from casework.usecases import telling
from casework.usecases.desk import Desk, NoSuchCase, OpenCase, Said, Teller, Unreachable, open_case, tell
from chassis.db import UnitOfWork

# UTF-8 bytes, so that the motive fits a notice with room to spare.
LARGEST_MOTIVE = 6144
# What the reporter and the voice are told of an agreement.
TOLD = {
    VoiceState.DECLARED: "victim_joined",
    VoiceState.CONFIRMED: "victim_confirmed",
    VoiceState.REFUSED: "victim_refused",
    VoiceState.WITHDRAWN: "victim_withdrawn",
}
_DECIDED = {Reason.DANGER: "proceeds_danger", Reason.DENUNCIATION: "proceeds_denunciation"}
# While a case stands so, its agreement may be checked.
_HANDLED = {Status.RELEASED, Status.IN_CHARGE}


class DecisionRefused(ValueError):
    """Something is missing or too long. `parts`: which: "reason", "motive"."""

    def __init__(self, parts: Sequence[str]) -> None:
        super().__init__(", ".join(parts))
        self.parts = tuple(parts)


@dataclass(frozen=True, slots=True)
class VoiceView:
    """Somebody who joined the case, as its page shows them. `said`: their thread, apart from the reporter's."""

    voice_id: uuid.UUID
    state: VoiceState
    day: date
    checked_day: date | None
    said: Sequence[Said] = field(repr=False)


@dataclass(frozen=True, slots=True)
class ProceedingView:
    """How far the case may go, and who joined it. `oral`, `claimed`: may its reporter be written to?"""

    standing: Proceeding
    oral: bool
    claimed: bool
    voices: Sequence[VoiceView] = ()

    @property
    def to_check(self) -> bool:
        """Does an agreement wait for somebody to check it?"""
        return any(voice.state is VoiceState.DECLARED for voice in self.voices)


def proceeding_of(row: Row[Any]) -> Proceeding:
    """How far a case may go; first advice while the opener has not settled an old one."""
    return Proceeding(row.proceeding) if row.proceeding else Proceeding.ADVICE


def proceeding_view(
    tx: Transaction, case: OpenCase, person: Staff, threads: dict[uuid.UUID | None, list[Said]]
) -> ProceedingView:
    """What the page shows of it. `threads`: those of the case, by voice."""
    rows = tx.voices.of_case(person, case.case_id)
    voices = [
        VoiceView(row.voice_id, VoiceState(row.state), row.day, row.decided_day, threads.get(row.voice_id, []))
        for row in rows
    ]
    # The case was read before its voices, and one may have spoken since: what stands is what was read with them.
    standing = proceeding_of(rows[0] if rows else case.row)
    return ProceedingView(standing, case.row.oral, case.reporter.reachable, voices)


def check_voice(
    uow: UnitOfWork[Transaction],
    desk: Desk,
    person: Staff,
    case_id: uuid.UUID,
    voice_id: uuid.UUID,
    *,
    concerned: bool,
) -> None:
    """Somebody met or called who joined: they are the person concerned, and agree; or they are not that person.

    Raises NoSuchCase, and NotNow unless an agreement waits to be checked in a case that is not closed.
    """
    with uow("check_voice") as tx:
        case = open_case(tx, desk, person, case_id, Quality.HANDLER, change=True)
        voice = find_voice(tx, person, case_id, voice_id)
        if case.row.status not in _HANDLED:
            raise NotNow("nobody handles this case")
        state = proceeding.checked(VoiceState(voice.state), concerned=concerned)
        tx.voices.set_state(voice_id, state, person)
        settle(tx, case)
        tx.journal.note(person, case_id, Action.CONFIRMED_VOICE if concerned else Action.DENIED_VOICE)
        if state in TOLD:
            tell_both(tx, desk, case, case.voice(voice), TOLD[state])


def proceed_without(
    uow: UnitOfWork[Transaction], desk: Desk, person: Staff, case_id: uuid.UUID, reason: str, motive: str
) -> None:
    """Go on without the agreement of the person concerned, for a danger or a duty to denounce.

    The motive goes word for word to the reporter, and to who joined as the person concerned, in the same transaction.
    Raises NoSuchCase, DecisionRefused, NotNow where nothing waits for an agreement, and Unreachable.
    """
    with uow("proceed_without") as tx:
        case = open_case(tx, desk, person, case_id, Quality.HANDLER, change=True)
        if case.row.status != Status.IN_CHARGE:
            raise NotNow("decided by who took the case in charge")
        if proceeding_of(case.row) is not Proceeding.ADVICE:
            raise NotNow("nothing waits for an agreement")
        why = _checked(reason, motive)
        if not case.reporter.reachable:
            raise Unreachable
        after = proceeding.decide(proceeding_of(case.row), why, motive)
        for to in [case.reporter, *_voices(tx, case)]:
            tell(tx, desk, case, telling.status_notice(to.origin, _DECIDED[why], tx.now, motive.strip()), to=to)
        tx.cases.set_proceeding(case_id, after)
        tx.journal.note(person, case_id, Action.DECIDED_TO_PROCEED)


def find_voice(tx: Transaction, person: Staff, case_id: uuid.UUID, voice_id: uuid.UUID) -> Row[Any]:
    """A voice of a case that the person sees. Raises NoSuchCase."""
    found = next((row for row in tx.voices.of_case(person, case_id) if row.voice_id == voice_id), None)
    if found is None:
        raise NoSuchCase
    return found


def settle(tx: Transaction, case: OpenCase) -> None:
    """Write down how far a held case may go, once one of its voices has changed."""
    states = [VoiceState(row.state) for row in tx.voices.all_of(case.case_id)]
    tx.cases.set_proceeding(case.case_id, proceeding.stands(proceeding_of(case.row), states))


def tell_status(tx: Transaction, teller: Teller, case: OpenCase, status: Status, explanation: str = "") -> None:
    """Tell where the case stands: to its reporter, and to who joined it. `explanation`: the reporter's alone."""
    reporter = case.reporter
    tell(tx, teller, case, telling.status_notice(reporter.origin, status, tx.now, explanation))
    for to in _voices(tx, case):
        tell(tx, teller, case, telling.status_notice(to.origin, status, tx.now), to=to)


def tell_both(tx: Transaction, teller: Teller, case: OpenCase, voice: telling.Address, status: str) -> None:
    """Tell the reporter and the voice, each in their own thread, what became of the agreement."""
    for to in (case.reporter, voice):
        tell(tx, teller, case, telling.status_notice(to.origin, status, tx.now), to=to)


def _voices(tx: Transaction, case: OpenCase) -> list[telling.Address]:
    """Who joined the case, and was not found to be somebody else."""
    return [case.voice(row) for row in tx.voices.all_of(case.case_id) if row.state != VoiceState.DENIED]


def _checked(reason: str, motive: str) -> Reason:
    wrong = []
    if reason not in set(Reason):
        wrong.append("reason")
    if not motive.strip() or len(motive.encode()) > LARGEST_MOTIVE:
        wrong.append("motive")
    if wrong:
        raise DecisionRefused(wrong)
    return Reason(reason)
