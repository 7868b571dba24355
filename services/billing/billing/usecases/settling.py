"""What reports and advances cost, settled once a year for everybody at once (docs/discretion.md).

Nothing here knows a member's reports: casework tells one number for each CdG and year. Shares are billed on set days,
to all members the same, whatever was called.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from billing.domain.invoices import InvoiceRefused
from billing.domain.money import Money, split, total
from billing.domain.pooling import PoolTooSmall, advance, settle
from billing.domain.sharing import Sharing, SharingRefused, sharing
from billing.domain.vat import NOT_APPLICABLE, Line
from billing.store.funds import DueShare, FundTerms
from billing.store.transaction import Transaction
from billing.usecases.invoicing import issue
from billing.wording import day
from chassis import logs
from chassis.clock import Clock, paris_day
from chassis.db import UnitOfWork

log = logs.get(__name__)

# The same words for everybody, every year.
LABEL = "Participation mutualisée au dispositif"
# Month and day of the year after, from which a year is settled: casework has told its count by then.
SETTLES_FROM = (2, 1)
# Days on which shares are billed: one of them, or all four (the same amounts, paid in quarters).
_YEARLY = ((3, 1),)
_QUARTERLY = ((3, 1), (6, 1), (9, 1), (12, 1))


@dataclass(frozen=True, slots=True)
class Sharer:
    """A member that was under a convention at the end of the settled year, and its declared agents."""

    member_id: uuid.UUID
    agents: int


def count(tx: Transaction, cdg_id: uuid.UUID, year: int, reports: int) -> bool:
    """Keep what casework counted; False for a year that was told."""
    return tx.funds.count(cdg_id, year, reports)


def keep_funds(uow: UnitOfWork[Transaction], clock: Clock) -> int:
    """Duty: a CdG whose tariff shares what reports cost has a fund, on those terms; answers how many changed."""
    today, done = paris_day(clock.now()), 0
    with uow("tariffs_of_funds") as tx:
        known = tx.funds.departments()
    for cdg_id in known.values():
        with uow("keep_fund") as tx:
            chosen = _chosen(tx, cdg_id, today)
            if chosen is not None:
                done += _keep(tx, cdg_id, chosen, known.get(chosen.pooled_with), today)
    return done


def _chosen(tx: Transaction, cdg_id: uuid.UUID, today: date) -> Sharing | None:
    try:
        return sharing(tx.funds.tariff(cdg_id, today) or {})
    except SharingRefused:
        log.warning("funds.terms_unreadable")
        return None


def _keep(tx: Transaction, cdg_id: uuid.UUID, chosen: Sharing, joins: uuid.UUID | None, today: date) -> bool:
    terms = tx.funds.terms(cdg_id)
    started_on = terms.started_on if terms else today
    joins = None if joins == cdg_id else joins
    new = FundTerms(cdg_id, chosen.price, chosen.counted, chosen.periods, started_on, joins)
    if new == terms:
        return False
    tx.funds.put(new)
    return True


def settle_funds(uow: UnitOfWork[Transaction], clock: Clock) -> int:
    """Duty: settle the year that has ended, once for each fund; answers how many were."""
    today = paris_day(clock.now())
    if (today.month, today.day) < SETTLES_FROM:
        return 0
    done = 0
    with uow("funds") as tx:
        funds = tx.funds.own()
    for cdg_id in funds:
        with uow("settle_fund") as tx:
            done += _settle(tx, cdg_id, today.year - 1, today)
    return done


def bill_shares(uow: UnitOfWork[Transaction], clock: Clock) -> int:
    """Duty: bill the shares whose day has come, each once; answers how many were."""
    today = paris_day(clock.now())
    done = 0
    with uow("due_shares") as tx:
        due = [(share, terms) for terms in tx.funds.own() for share in tx.funds.due(terms, today)]
    for share, _ in due:
        with uow("bill_share") as tx:
            done += _bill(tx, share, today)
    return done


def _settle(tx: Transaction, cdg_id: uuid.UUID, year: int, today: date) -> bool:
    """One fund's year, with those that joined it. False: settled already, not counted yet, or too few members."""
    pool = tx.funds.pool(cdg_id)
    if tx.funds.settled(cdg_id, year) or min(terms.started_on for terms in pool).year > year:
        return False
    counts = tx.funds.counted([terms.cdg_id for terms in pool if terms.counted], year)
    if len(counts) < sum(terms.counted for terms in pool):
        return False
    cdgs = [terms.cdg_id for terms in pool]
    sharers = [sharer for each in cdgs for sharer in _sharers(tx, each, date(year, 12, 31))]
    advances = tx.orders.advances(cdgs, date(year, 12, 31))
    fund = advance(tx.funds.carried(cdg_id), total(paid for _, paid in advances))
    try:
        settled = settle(fund, sum(counts.values()), [sharer.agents for sharer in sharers])
    except PoolTooSmall:
        log.warning("funds.too_small")
        return False
    settlement_id = uuid.uuid4()
    tx.funds.settle(settlement_id, cdg_id, year, settled.called, fund.price, today)
    tx.funds.share(_shares(settlement_id, pool[0], year, sharers, settled.shares))
    tx.orders.recovered([order_id for order_id, _ in advances], settlement_id)
    tx.funds.carry(cdg_id, settled.fund)
    return True


def _sharers(tx: Transaction, cdg_id: uuid.UUID, on: date) -> list[Sharer]:
    return [Sharer(each.member_id, each.headcount) for each in tx.conventions.in_force(cdg_id, on)]


def _shares(
    settlement_id: uuid.UUID, terms: FundTerms, year: int, sharers: Sequence[Sharer], shares: Sequence[Money]
) -> list[dict[str, object]]:
    """Rows of every member's share in as many parts as the fund is billed in; the cents of all parts add up."""
    days = _YEARLY if terms.periods == 1 else _QUARTERLY
    return [
        {
            "settlement_id": settlement_id,
            "member_id": sharer.member_id,
            "part": part,
            "agents": sharer.agents,
            "cents": cents.cents,
            "bill_on": date(year + 1, *on),
        }
        for sharer, share in zip(sharers, shares, strict=True)
        for part, (on, cents) in enumerate(zip(days, split(share, [1] * len(days)), strict=True), 1)
    ]


def _bill(tx: Transaction, share: DueShare, today: date) -> bool:
    member = tx.members.any(share.member_id)
    if member is None:
        return False
    cdg = tx.parties.cdg(member.cdg_id)
    chosen = _chosen(tx, cdg.id, share.bill_on)
    line = Line(LABEL, Decimal(1), Money(share.cents).euros, chosen.vat if chosen else NOT_APPLICABLE)
    period = _period(share)
    try:
        issued = issue(
            tx, cdg, member, [line], cause=share.id, issued_on=today, period=period, contract=_contract(tx, member.id)
        )
    except InvoiceRefused as refused:
        tx.funds.hold_back(share.id, str(refused))
        return False
    tx.funds.billed(share.id, issued.id)
    return True


def _period(share: DueShare) -> tuple[date, date]:
    """The year in which it is paid, or its quarter: the same for everybody."""
    year = share.bill_on.year
    if share.parts == 1:
        return date(year, 1, 1), date(year, 12, 31)
    first, last = 3 * share.part - 2, 3 * share.part
    return date(year, first, 1), date(year, last, 31 if last in (3, 12) else 30)


def _contract(tx: Transaction, member_id: uuid.UUID) -> str:
    convention = tx.conventions.latest([member_id]).get(member_id)
    return f"convention du {day(convention.milestones.signed_on)}" if convention else "convention d’adhésion"
