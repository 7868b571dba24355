"""What was founded before, and what a founding file would add to it or change in it."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from billing.domain.convention import Market
from billing.domain.founding import Wrong
from billing.domain.parties import Manager, Provider

Values = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class KnownGroupement:
    id: uuid.UUID
    name: str
    signed_on: date


@dataclass(frozen=True, slots=True)
class KnownCdg:
    """`seller`: None until its invoices have one. `invoices`: how many it has issued."""

    id: uuid.UUID
    groupement_id: uuid.UUID
    department: str
    name: str
    contact: str
    seller: Mapping[str, str] | None
    invoices: int


@dataclass(frozen=True, slots=True)
class KnownMarket:
    """`resting`: how many conventions and open proposals name it."""

    market: Market
    resting: int


@dataclass(frozen=True, slots=True)
class KnownTerms:
    """`edited`: by a manager, on the page of texts."""

    texts: Mapping[str, object]
    edited: bool


@dataclass(frozen=True, slots=True)
class KnownPrices:
    """A version of a CdG's price list."""

    version: int
    valid_from: date
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Standing:
    """All that was founded before."""

    groupements: list[KnownGroupement]
    cdgs: list[KnownCdg]
    providers: list[Provider]
    markets: list[KnownMarket]
    managers: list[Manager]
    # By CdG and market.
    terms: Mapping[tuple[uuid.UUID, uuid.UUID], KnownTerms]
    # By CdG.
    prices: Mapping[uuid.UUID, list[KnownPrices]]


@dataclass(frozen=True, slots=True)
class Change:
    """A row of `table` to add (`before` is None), or columns of it to change. `what`: how people call it."""

    table: str
    what: str
    key: Values
    values: Values
    before: Values | None = None


@dataclass(slots=True)
class Plan:
    """In the order in which it must be applied; nothing may be while something is wrong."""

    changes: list[Change] = field(default_factory=list)
    unchanged: int = 0
    wrong: list[Wrong] = field(default_factory=list)
    # What to know before going on, in French.
    notes: list[str] = field(default_factory=list)

    @property
    def renamed_cdgs(self) -> list[uuid.UUID]:
        """CdGs whose name or contact changes: other services know both, by each of their members."""
        return [as_id(each.key["id"]) for each in self.changes if each.table == "cdgs" and each.before is not None]


def as_id(value: object) -> uuid.UUID:
    """A key's value that is an id."""
    if not isinstance(value, uuid.UUID):
        raise TypeError("not an id")
    return value
