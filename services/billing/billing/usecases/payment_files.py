"""Payments from a file, in two steps: a report of what each line is taken for, then one transaction that books."""

import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from billing.domain.ageing import Standing
from billing.domain.money import ZERO, Money, total
from billing.domain.parties import Manager
from billing.domain.payments import Found, Match, PaymentRefused, ReadFile, match, share
from billing.store.accounting import By, Receipt, Share
from billing.store.payment_files import PaymentFile, fingerprints
from billing.store.transaction import Transaction
from chassis.clock import Clock
from chassis.db import UnitOfWork

# A file that is not booked by then is forgotten; it can be sent again.
KEPT = timedelta(days=30)
# What a manager may decide of a line beside an invoice: keep the money without paying anything with it.
CREDIT = "credit"


@dataclass(frozen=True, slots=True)
class Report:
    """What a file would do."""

    file: PaymentFile
    matches: Sequence[Match]
    standings: Mapping[uuid.UUID, Standing]

    def of(self, found: Found) -> list[Match]:
        return [one for one in self.matches if one.found is found]

    def amount(self, found: Found) -> Money:
        return total(one.entry.amount for one in self.of(found))


@dataclass(frozen=True, slots=True)
class Booked:
    """What was done. `again`: the file had been booked before. `missed`: lines that were no longer free."""

    payments: int
    amount: Money
    missed: int
    again: bool = False


def keep(
    uow: UnitOfWork[Transaction], manager: Manager, data: bytes, name: str, read: ReadFile, clock: Clock
) -> uuid.UUID:
    """Keep a file's lines until they are booked; the id of the same file, if it was read before."""
    by = By(manager.id, clock.now())
    with uow("keep_payments") as tx:
        entries = list(read.entries)
        return tx.payment_files.keep(manager.cdg_id, by, data=data, name=name, kind=read.format, entries=entries)


def forget(uow: UnitOfWork[Transaction], clock: Clock) -> int:
    """Duty: forget the lines of files that nobody booked."""
    with uow("forget_payment_files") as tx:
        return tx.payment_files.forget(clock.now() - KEPT)


def report(uow: UnitOfWork[Transaction], manager: Manager, file_id: uuid.UUID) -> Report | None:
    """What a file would do now; None for another CdG's file, as for none."""
    with uow("report_payments") as tx:
        file = tx.payment_files.get(file_id, manager.cdg_id)
        return None if file is None else _report(tx, manager, file)


def book(
    uow: UnitOfWork[Transaction], manager: Manager, file_id: uuid.UUID, decided: Mapping[int, str], clock: Clock
) -> Booked:
    """Enter the payments of a file and what they pay. A line that was entered before is not entered again, whichever
    file it comes from.

    `decided`: for lines that were not matched, by place: the id of the invoice that they pay, or CREDIT.
    Raises PaymentRefused for an unknown file.
    """
    by = By(manager.id, clock.now())

    def work(tx: Transaction) -> Booked:
        tx.accounting.hold(manager.cdg_id)
        file = tx.payment_files.get(file_id, manager.cdg_id)
        if file is None:
            raise PaymentRefused("fichier inconnu")
        if file.booked_at is not None:
            return Booked(file.booked_lines or 0, ZERO, 0, again=True)
        if not file.entries:
            return Booked(0, ZERO, 0)
        entered = _Booking(tx, manager, by, _report(tx, manager, file), decided).run()
        tx.payment_files.booked(file_id, by, entered.payments)
        return entered

    return uow.run("book_payments", work)


class _Booking:
    """One file's booking, with what its own lines leave open."""

    def __init__(self, tx: Transaction, manager: Manager, by: By, report: Report, decided: Mapping[int, str]) -> None:
        self._tx, self._manager, self._by, self._report, self._decided = tx, manager, by, report, decided
        self._prints = fingerprints(report.file.entries)
        self._open = Counter({one.invoice_id: one.open.cents for one in report.standings.values()})
        for one in report.of(Found.MATCHED):
            for invoice_id, amount in one.shares:
                self._open[invoice_id] -= amount.cents

    def run(self) -> Booked:
        """Decide line by line, then write all payments and all that they pay at once."""
        receipts, paid, missed = [], dict[uuid.UUID, Sequence[tuple[uuid.UUID, Money]]](), 0
        for one in self._report.matches:
            shares = self._shares(one)
            if shares is None:
                missed += one.entry.place in self._decided
                continue
            receipts.append(self._receipt(one, shares))
            paid[receipts[-1].id] = shares
        entered = self._tx.accounting.receive(self._manager.cdg_id, self._by, receipts)
        new = [receipt for receipt in receipts if receipt.id in entered]
        pays = (Share(one.id, invoice_id, amount, one.day) for one in new for invoice_id, amount in paid[one.id])
        self._tx.accounting.allocate(self._by, pays)
        return Booked(len(new), total(one.amount for one in new), missed)

    def _shares(self, one: Match) -> Sequence[tuple[uuid.UUID, Money]] | None:
        """What a line pays; None when it is left out."""
        decision = self._decided.get(one.entry.place, "")
        if one.found is Found.MATCHED:
            return one.shares
        if one.found is Found.KNOWN or not decision:
            return None
        if decision == CREDIT:
            return []
        try:
            invoice_id = uuid.UUID(decision)
        except ValueError:
            return None
        if invoice_id not in self._report.standings:
            return None
        shares = share(one.entry.amount, [(invoice_id, Money(self._open[invoice_id]))])
        for each, amount in shares:
            self._open[each] -= amount.cents
        return shares

    def _receipt(self, one: Match, shares: Sequence[tuple[uuid.UUID, Money]]) -> Receipt:
        entry, report = one.entry, self._report
        return Receipt(
            entry.day,
            entry.amount,
            entry.payer or entry.label,
            entry.reference or entry.label,
            report.file.format,
            report.standings[shares[0][0]].member_id if shares else one.member_id,
            (report.file.id, self._prints[entry.place]),
        )


def _report(tx: Transaction, manager: Manager, file: PaymentFile) -> Report:
    standings = tx.balances.standings(manager.cdg_id, date.max)
    prints = fingerprints(file.entries)
    known = tx.payment_files.known(manager.cdg_id, prints.values())
    places = frozenset(place for place, each in prints.items() if each in known)
    by_day = sorted(standings, key=lambda one: (one.due_on, one.number))
    return Report(file, match(file.entries, by_day, places), {one.invoice_id: one for one in standings})
