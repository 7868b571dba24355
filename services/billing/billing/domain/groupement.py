"""CdGs that buy together, and what they bought."""

from dataclasses import dataclass
from datetime import date

from billing.domain.convention import Market
from billing.domain.parties import Cdg, Provider


@dataclass(frozen=True, slots=True)
class Groupement:
    """A groupement de commandes: its CdGs by département, its markets by day, each with its provider."""

    name: str
    signed_on: date
    cdgs: tuple[Cdg, ...]
    markets: tuple[tuple[Market, Provider], ...]
