"""What a consortium starts from: a groupement de commandes, its CdGs with their managers, its providers and markets.

Read from an operations team's own file (`founding_file`), then compared with what stands (`founding_plan`). Messages
are French: they are for whoever writes that file.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class Wrong:
    """What the file cannot say. `key`: where it stands in the file; `text`: why, and what to write instead."""

    key: str
    text: str


class FoundingRefused(Exception):
    """The file cannot be applied; all that is wrong with it. The message holds no value."""

    def __init__(self, wrong: list[Wrong]) -> None:
        super().__init__(", ".join(each.key for each in wrong))
        self.wrong = wrong


@dataclass(frozen=True, slots=True)
class FoundedProvider:
    """Who carries out a market."""

    name: str
    siret: str
    street: str
    postcode: str
    city: str
    iban: str
    email: str


@dataclass(frozen=True, slots=True)
class FoundedMarket:
    """A contract with a provider, named as in the file; both days included.

    `prices`: what its services cost (billing.domain.catalogue); None where the file does not say.
    """

    provider: str
    starts_on: date
    ends_on: date
    prices: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class FoundedSeller:
    """A CdG as it stands on its invoices. `vat_number`: empty where nothing is billed with VAT."""

    name: str
    siret: str
    street: str
    postcode: str
    city: str
    iban: str
    email: str
    vat_number: str


@dataclass(frozen=True, slots=True)
class FoundedManager:
    """Who runs a CdG's conventions, by the subject of an account."""

    subject: str
    name: str


@dataclass(frozen=True, slots=True)
class FoundedTerms:
    """What a CdG's conventions say of itself under the market that starts on a day (billing.domain.terms)."""

    market: date
    texts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class FoundedCdg:
    """A centre de gestion. `contact`: where its service can be called or written to, as reporters read it."""

    department: str
    name: str
    contact: str
    seller: FoundedSeller
    managers: tuple[FoundedManager, ...]
    terms: tuple[FoundedTerms, ...]


@dataclass(frozen=True, slots=True)
class Founding:
    """A whole file. `issuer`: of every manager's account; empty until who applies the file says it."""

    name: str
    signed_on: date
    providers: tuple[FoundedProvider, ...]
    markets: tuple[FoundedMarket, ...]
    cdgs: tuple[FoundedCdg, ...]
    issuer: str = ""


def day_text(day: date) -> str:
    """28/06/2024."""
    return f"{day:%d/%m/%Y}"
