"""Tariffs are recorded as new versions, never edited; what was called keeps the version that it was called by."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from billing.domain.calls import Due, due
from billing.domain.parties import Manager
from billing.domain.sharing import Joining, check_joining, sharing
from billing.domain.tariffs import Subject, Tariff, TariffRefused, in_force, read
from billing.domain.vat import Category
from billing.store.funds import HeldShare, SettledYear
from billing.store.tariffs import Recorded
from billing.store.transaction import Transaction
from chassis.clock import Clock, paris_day
from chassis.db import UnitOfWork

# Members of these sizes are shown what they would pay.
SIZES = (12, 120, 1200)


@dataclass(frozen=True, slots=True)
class Example:
    """What a whole year costs a member of this size."""

    agents: int
    due: Due


@dataclass(frozen=True, slots=True)
class History:
    """Every version, the last one first; `now`: the one that counts today. `all_agents`: of every member.

    `settled`: years whose reports and advances were shared; `held`: parts that could not be billed.
    """

    versions: list[Recorded]
    now: Tariff | None
    all_agents: int
    settled: list[SettledYear]
    held: list[HeldShare]


def history(uow: UnitOfWork[Transaction], manager: Manager, clock: Clock) -> History:
    with uow("tariff_history") as tx:
        versions = tx.tariffs.recorded(manager.cdg_id)
        now = in_force([each.tariff for each in versions], paris_day(clock.now()))
        agents = all_agents(tx, manager, clock)
        return History(versions, now, agents, tx.funds.years(manager.cdg_id), tx.funds.held(manager.cdg_id))


def check(data: Mapping[str, Any], valid_from: date) -> Tariff:
    """The tariff of this data, as it would stand. Raises TariffRefused."""
    tariff = read(data, version=1, valid_from=valid_from)
    categories = {charge.vat.category for charge in tariff.charges}
    # EN 16931, BR-O-11: what is outside VAT has an invoice of its own; a call is billed by one.
    if categories > {Category.OUTSIDE}:
        raise TariffRefused("what is outside VAT and what is not cannot stand on one invoice")
    return tariff


def examples(tariff: Tariff, all_agents: int) -> list[Example]:
    """What members that are not affiliated would pay."""
    return [Example(size, due(tariff, Subject(size, max(all_agents, size), affiliated=False))) for size in SIZES]


def record(
    uow: UnitOfWork[Transaction], manager: Manager, data: Mapping[str, Any], valid_from: date, clock: Clock
) -> int:
    """Add a version; answer which. Raises TariffRefused, SharingRefused and JoiningRefused."""
    check(data, valid_from)

    def work(tx: Transaction) -> int:
        _check_pool(tx, manager, data, valid_from, clock)
        return tx.tariffs.add(manager.cdg_id, data, valid_from, by=manager.id, at=clock.now())

    return uow.run("record_tariff", work)


def check_pool(
    uow: UnitOfWork[Transaction], manager: Manager, data: Mapping[str, Any], valid_from: date, clock: Clock
) -> None:
    """Would the fund be settled by whom it joins? Raises SharingRefused and JoiningRefused."""
    with uow("check_pool") as tx:
        _check_pool(tx, manager, data, valid_from, clock)


def _check_pool(tx: Transaction, manager: Manager, data: Mapping[str, Any], valid_from: date, clock: Clock) -> None:
    """Two CdGs that record at once wait for each other."""
    shared = sharing(data)
    if shared is None or not shared.pooled_with:
        return
    departments = tx.funds.departments()
    own = next(each for each, cdg_id in departments.items() if cdg_id == manager.cdg_id)
    new = Joining(own, valid_from, shared.pooled_with)
    check_joining(new, tx.tariffs.joinings(), frozenset(departments), paris_day(clock.now()))


def all_agents(tx: Transaction, manager: Manager, clock: Clock) -> int:
    """The agents of every member with a convention this year, as they declared them last."""
    members = tx.calls.to_call(manager.cdg_id, paris_day(clock.now()).year, None)
    return sum(agents for _, agents in tx.calls.headcounts(members).values())
