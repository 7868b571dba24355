"""The convention by which a member joins, and the market that it lives under.

Articles are those of the CdG 62's "convention d'adhésion au dispositif de signalement"; another CdG of the groupement
signs the same one.
"""

import uuid
from dataclasses import dataclass
from datetime import date, timedelta

from billing.domain.ending import Cause
from billing.domain.faults import Fault, check


@dataclass(frozen=True, slots=True)
class Market:
    """The contract with the provider: 28 June 2024 to 27 June 2027, both included (preamble, art. 2)."""

    id: uuid.UUID
    groupement_id: uuid.UUID
    provider_id: uuid.UUID
    starts_on: date
    ends_on: date

    def covers(self, day: date) -> bool:
        return self.starts_on <= day <= self.ends_on


@dataclass(frozen=True, slots=True)
class Milestones:
    """The days of a convention: voted by the member's assembly, signed by the member, received signed by the CdG."""

    deliberated_on: date
    signed_on: date
    received_on: date


@dataclass(frozen=True, slots=True)
class Convention:
    """A convention in force from `effect_on` to `until_on`, both included. Made by `conclude` and `renew` only.

    As the store answers it, `until_on` is its real last day, and `cause` why that is the last: the market's end, unless
    a notice or a default came first.
    """

    id: uuid.UUID
    member_id: uuid.UUID
    market_id: uuid.UUID
    milestones: Milestones
    effect_on: date
    until_on: date
    headcount: int
    # The convention that it renews, if any.
    follows: uuid.UUID | None = None
    cause: Cause = Cause.MARKET

    def in_force(self, day: date) -> bool:
        return self.effect_on <= day <= self.until_on


def effect_day(received_on: date) -> date:
    """Art. 3: access opens "au 1er jour du mois suivant la réception de la convention signée"."""
    year, months = divmod(received_on.year * 12 + received_on.month, 12)
    return date(year, months + 1, 1)


def conclude(
    member_id: uuid.UUID, market: Market, milestones: Milestones, headcount: int, *, today: date
) -> Convention:
    """The convention that these facts make. It ends with the market (art. 2).

    Raises Refused, by field: deliberated_on, signed_on, received_on, headcount.
    """
    check(milestone_faults(market, milestones, today) | {"headcount": Fault.NOT_POSITIVE if headcount < 1 else None})
    effect = effect_day(milestones.received_on)
    return Convention(uuid.uuid4(), member_id, market.id, milestones, effect, market.ends_on, headcount)


def renew(before: Convention, market: Market, milestones: Milestones, headcount: int, *, today: date) -> Convention:
    """The convention that follows another under the next market. It ends with that market (art. 2).

    Signed and received while the other still runs, it takes effect the day after the other's last, or when its market
    starts if that is later: the member never waits for a 1st of the month between two conventions. Received afterwards,
    it is an adhesion like any other (art. 3), and the days between are not covered.

    Raises Refused, by field: deliberated_on, signed_on, received_on, headcount.
    """
    if milestones.received_on > before.until_on:
        return conclude(before.member_id, market, milestones, headcount, today=today)
    faults = milestone_faults(market, milestones, today, before)
    check(faults | {"headcount": Fault.NOT_POSITIVE if headcount < 1 else None})
    effect = max(before.until_on + timedelta(1), market.starts_on)
    return Convention(
        uuid.uuid4(), before.member_id, market.id, milestones, effect, market.ends_on, headcount, follows=before.id
    )


def milestone_faults(
    market: Market, days: Milestones, today: date, before: Convention | None = None
) -> dict[str, Fault | None]:
    """What is wrong with the days of a convention, by field; None where nothing is. `before`: the one it renews."""
    received = _reception_fault(market, days, today)
    if before is not None and days.received_on <= before.until_on and received in _OF_THE_MARKET:
        received = None  # it is received before its own market starts
    return {
        "deliberated_on": Fault.IN_THE_FUTURE if days.deliberated_on > today else None,
        "signed_on": _signature_fault(days, today),
        "received_on": received,
    }


_OF_THE_MARKET = (Fault.OUTSIDE_MARKET, Fault.MARKET_ENDS_FIRST)


def _signature_fault(days: Milestones, today: date) -> Fault | None:
    if days.signed_on > today:
        return Fault.IN_THE_FUTURE
    # The mayor signs "dûment habilité par la délibération": no power to sign before it.
    return Fault.BEFORE_DELIBERATION if days.signed_on < days.deliberated_on else None


def _reception_fault(market: Market, days: Milestones, today: date) -> Fault | None:
    if days.received_on > today:
        return Fault.IN_THE_FUTURE
    if days.received_on < days.signed_on:
        return Fault.BEFORE_SIGNATURE
    if not market.covers(days.received_on):
        return Fault.OUTSIDE_MARKET  # preamble: members may join "durant cette période", at any time
    # Received in the market's last month, it would take effect after the market's end.
    return None if market.covers(effect_day(days.received_on)) else Fault.MARKET_ENDS_FIRST
