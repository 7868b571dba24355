"""What somebody has to do about conventions, as lists."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from billing.domain.convention import Market

# How long before a market's end its renewals are shown as work to do.
RENEWAL_SHOWN = timedelta(days=365)


class State(StrEnum):
    """The lists; their codes stand in addresses."""

    DRAFTS = "brouillons"
    SENT = "envoyees"
    TO_SIGN = "a-contresigner"
    NOTICES = "preavis"
    TO_RENEW = "a-renouveler"
    REFERENTS = "referents"


@dataclass(frozen=True, slots=True)
class Sought:
    """The lines that a list shows: of members with these words in their name or SIREN. `by_day`: the oldest first."""

    words: str = ""
    by_day: bool = False


def to_renew(market: Market | None, today: date) -> Market | None:
    """The market whose conventions are to be renewed by now, if any."""
    return market if market is not None and market.ends_on - today <= RENEWAL_SHOWN else None
