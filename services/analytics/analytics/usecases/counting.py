"""Counting what casework tells."""

from collections.abc import Iterable

from analytics.domain.figures import Cell
from analytics.store.transaction import Transaction


def count(tx: Transaction, deltas: Iterable[tuple[Cell, int]]) -> None:
    """Add the deltas of one event."""
    for cell, delta in sorted(deltas):  # one order for all: two events that touch the same cells never deadlock
        tx.figures.add(cell, delta)
