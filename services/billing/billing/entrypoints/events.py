"""What billing hears of casework: that services are ordered, and how many reports a year had. Never of which case."""

import uuid

from billing.store.transaction import Transaction
from billing.usecases import ordering, settling
from chassis.bus import Refused, subscribe
from chassis.clock import SystemClock
from paravent.casework.v1.events_pb2 import ReportsCounted, ServiceRequested

# More lines than the price list has rows: not ours.
_MOST_LINES = 50


class Worker:
    """Quotes what is asked; keeps what is counted."""

    name = "billing"

    @subscribe(ServiceRequested, signed_by="casework")
    def service_requested(self, event: ServiceRequested, tx: Transaction) -> None:
        if bool(event.member_id) == event.by_cdg:
            raise Refused("member_id")
        if not 0 < len(event.services) <= _MOST_LINES:
            raise Refused("services")
        asked = ordering.Asked(
            _id(event.order_id, "order_id"),
            _id(event.cdg_id, "cdg_id"),
            _id(event.member_id, "member_id") if event.member_id else None,
            event.by_cdg,
            event.price_list,
            [(service.code, service.quantity) for service in event.services],
        )
        try:
            ordering.receive(tx, asked, SystemClock().now())
        except LookupError:
            raise Refused("member_id") from None

    @subscribe(ReportsCounted, signed_by="casework")
    def reports_counted(self, event: ReportsCounted, tx: Transaction) -> None:
        if not 2020 <= event.year <= 2099:
            raise Refused("year")
        settling.count(tx, _id(event.cdg_id, "cdg_id"), event.year, event.reports)


def _id(text: str, name: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        raise Refused(name) from None
