"""Deltas in, publications at their hours."""

from analytics.domain.figures import Cell
from analytics.store.transaction import Transaction
from analytics.usecases.counting import count
from analytics.usecases.publishing import Publishing
from chassis.bus import Refused, subscribe, timer
from paravent.casework.v1.events_pb2 import FiguresChanged

PUBLICATION_LOCK = "analytics.publication"


class Worker:
    name = "analytics"

    def __init__(self, publishing: Publishing) -> None:
        self._publishing = publishing

    @subscribe(FiguresChanged)
    def figures_changed(self, event: FiguresChanged, tx: Transaction) -> None:
        deltas = [(Cell(delta.month, delta.act, delta.size_band), delta.delta) for delta in event.deltas]
        if not all(cell.well_formed for cell, _ in deltas):
            raise Refused("cell")
        count(tx, deltas)

    @timer(seconds=5, lock=PUBLICATION_LOCK)
    def publication_hour(self, tx: Transaction) -> None:
        self._publishing.publish_when_due(tx)
