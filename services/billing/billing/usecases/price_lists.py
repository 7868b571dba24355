"""Price lists of lot 2: where a CdG starts, which reading its managers choose, and what casework is told."""

import uuid
from datetime import date

from billing.domain import catalogue
from billing.domain.catalogue import Catalogue, Service
from billing.domain.parties import Manager
from billing.reference import lot2
from billing.store.price_lists import PriceList
from billing.store.transaction import Transaction
from chassis.clock import Clock, paris_day
from chassis.db import UnitOfWork
from paravent.billing.v1.events_pb2 import PricedService, PriceListPublished


class ReadingRefused(ValueError):
    """No such reading, the one that counts already, or a day that has passed."""


def keep_price_lists(uow: UnitOfWork[Transaction], clock: Clock) -> int:
    """Duty: each CdG has a list from the start, and casework knows the version that counts; how many it was told."""
    today = paris_day(clock.now())
    with uow("keep_price_lists") as tx:
        for cdg_id in tx.price_lists.without():
            data = lot2.load()
            tx.price_lists.add(PriceList(cdg_id, 1, today, data["default"], data, None, today, None))
        untold = tx.price_lists.untold(today)
        for cdg_id in {each.cdg_id for each in untold}:
            newest = [each for each in untold if each.cdg_id == cdg_id][-1]
            tx.outbox.add(_published(newest), signed=True)
        for each in untold:
            tx.price_lists.told(each, today)
        return len(untold)


def choose_reading(uow: UnitOfWork[Transaction], manager: Manager, reading: str, valid_from: date, clock: Clock) -> int:
    """A new version of the list, with the other reading, from a day on; its number. Orders keep their version.

    Raises ReadingRefused.
    """
    today = paris_day(clock.now())
    with uow("choose_reading") as tx:
        last = next(iter(tx.price_lists.all(manager.cdg_id)), None)
        if last is None or reading not in last.data["readings"] or reading == last.reading or valid_from < today:
            raise ReadingRefused
        version = last.version + 1
        made = PriceList(manager.cdg_id, version, valid_from, reading, last.data, manager.id, today, None)
        catalogue.read(made.data, reading)
        tx.price_lists.add(made)
        return version


def read_version(tx: Transaction, cdg_id: uuid.UUID, version: int) -> Catalogue | None:
    """A version as it counts; None for one that there is not."""
    found = tx.price_lists.get(cdg_id, version)
    return None if found is None else catalogue.read(found.data, found.reading)


def _published(price_list: PriceList) -> PriceListPublished:
    services = catalogue.read(price_list.data, price_list.reading).services
    return PriceListPublished(
        cdg_id=str(price_list.cdg_id),
        version=price_list.version,
        services=[_priced(service) for service in services if service.price is not None],
    )


def _priced(service: Service) -> PricedService:
    first, last = service.hearings or (0, 0)
    return PricedService(
        code=service.code,
        label=service.label,
        unit=str(service.unit),
        price=f"{service.price:.2f}",
        vat_rate=str(service.vat.rate),
        contains=service.contains,
        hearings_from=first,
        hearings_to=last,
    )
