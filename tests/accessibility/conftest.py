"""One tour of every page; the tests read what it found."""

from collections.abc import Iterator

import pytest

from tests.accessibility import (
    walk_access,
    walk_agreements,
    walk_calls,
    walk_claims,
    walk_convention_life,
    walk_conventions,
    walk_custodians,
    walk_figures,
    walk_invoices,
    walk_listeners,
    walk_lost_keys,
    walk_offices,
    walk_orders,
    walk_overview,
    walk_portal,
    walk_requests,
    walk_vault,
    walk_words,
)
from tests.accessibility.inspection import Inspection
from tests.accessibility.tour import Tour
from tests.support.visitor import PHONE, Visitor

WALKS = (
    walk_portal,
    walk_offices,
    walk_vault,
    walk_requests,
    walk_custodians,
    walk_lost_keys,
    walk_listeners,
    walk_conventions,
    walk_convention_life,
    walk_overview,
    walk_invoices,
    walk_access,
    walk_calls,
    walk_claims,
    walk_agreements,
    walk_orders,
    walk_words,
    walk_figures,
)


@pytest.fixture(scope="session")
def inspected(platform, chromium) -> Iterator[dict[str, Inspection]]:
    """Page name -> what was found there."""
    visitors: list[Visitor] = []

    def arrive(name: str, size: dict[str, int] = PHONE) -> Visitor:
        visitors.append(Visitor(chromium, platform, name, size, pictured=False))
        return visitors[-1]

    tour = Tour(platform, arrive)
    for each in WALKS:
        each.walk(tour)
    for visitor in visitors:
        visitor.leave()
    for visitor in visitors:
        visitor.check()
    return tour.seen
