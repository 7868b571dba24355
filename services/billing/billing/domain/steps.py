"""What happens to a convention after its reception: signed by the two others, amended, given notice of."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from billing.domain.faults import Fault, check

LONGEST_PURPOSE = 2000


class StepKind(StrEnum):
    """The steps, in the order that they usually come in."""

    CDG_SIGNED = "cdg_signed"
    PROVIDER_SIGNED = "provider_signed"
    AMENDED = "amended"
    NOTICE_GIVEN = "notice_given"
    NOTICE_WITHDRAWN = "notice_withdrawn"
    DEFAULTED = "defaulted"
    DEFAULT_WITHDRAWN = "default_withdrawn"
    ROLES_SET = "roles_set"


COUNTERSIGNATURES = (StepKind.CDG_SIGNED, StepKind.PROVIDER_SIGNED)


class Party(StrEnum):
    """Who can fail to keep a convention (art. 9)."""

    PROVIDER = "provider"
    CDG = "cdg"


@dataclass(frozen=True, slots=True)
class Step:
    """Something that happened, on a day that counts."""

    id: uuid.UUID
    convention_id: uuid.UUID
    kind: StepKind
    on_day: date
    recorded_by: uuid.UUID
    recorded_at: datetime
    # Of an amendment: 1, 2…
    number: int | None = None
    content: Mapping[str, Any] | None = None

    @property
    def withdraws(self) -> uuid.UUID | None:
        """Of a default that is withdrawn: the step that recorded it."""
        known = (self.content or {}).get("withdraws")
        return uuid.UUID(known) if self.kind is StepKind.DEFAULT_WITHDRAWN and known else None


@dataclass(frozen=True, slots=True)
class Amendment:
    """An "avenant": what it changes, in words, from when on, signed by whom and when."""

    purpose: str
    effect_on: date | None
    signed_on: date | None
    countersigned_on: date | None


def missing_signatures(steps: Sequence[Step]) -> list[StepKind]:
    """Which countersignatures a convention lacks. Access opens without them (art. 3); they are still owed."""
    there = {step.kind for step in steps}
    return [kind for kind in COUNTERSIGNATURES if kind not in there]


def ending_steps(steps: Sequence[Step]) -> list[Step]:
    """The notice and the defaults that nobody withdrew, as they were recorded: the last one ends the convention.

    A default comes over a notice, or over another default, and never later than it: what stood before is kept below.
    No notice is given once a convention has an ending.
    """
    undone = {step.withdraws for step in steps}
    withdrawn = [step.recorded_at for step in steps if step.kind is StepKind.NOTICE_WITHDRAWN]
    notices = [step for step in steps if step.kind is StepKind.NOTICE_GIVEN]
    defaults = [step for step in steps if step.kind is StepKind.DEFAULTED and step.id not in undone]
    return [step for step in notices if not withdrawn or step.recorded_at > max(withdrawn)] + defaults


def check_signature(on: date | None, today: date) -> date:
    """The day of a countersignature. The provider may sign before the member: its signature is put on the model.

    Raises Refused (field `on_day`).
    """
    check({"on_day": _day_fault(on, today)})
    assert on is not None
    return on


def check_amendment(amendment: Amendment, first: date, last: date, today: date) -> Amendment:
    """The same. `first`, `last`: the days between which there is a convention to amend, its signature's and its last.

    Raises Refused: purpose, signed_on, countersigned_on, effect_on.
    """
    effect, signed = amendment.effect_on, amendment.signed_on
    purpose = amendment.purpose.strip()
    check(
        {
            "purpose": Fault.MISSING if not purpose else Fault.TOO_LONG if len(purpose) > LONGEST_PURPOSE else None,
            "signed_on": _day_fault(signed, today)
            or (Fault.BEFORE_SIGNATURE if signed is not None and signed < first else None),
            "countersigned_on": _day_fault(amendment.countersigned_on, today) if amendment.countersigned_on else None,
            "effect_on": Fault.MISSING if effect is None else None if first <= effect <= last else Fault.OUTSIDE_MARKET,
        }
    )
    return Amendment(purpose, amendment.effect_on, amendment.signed_on, amendment.countersigned_on)


def _day_fault(on: date | None, today: date) -> Fault | None:
    if on is None:
        return Fault.MISSING
    return Fault.IN_THE_FUTURE if on > today else None
