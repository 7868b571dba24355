"""Payments, and which invoices they pay.

Sums never exceed: a payment pays no more than it is, an invoice is paid no more than is open. What is left of a payment
is a credit of who paid. Nothing is taken back but by a contrary entry.
"""

import re
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from billing.domain.ageing import Standing
from billing.domain.money import ZERO, Money, total
from billing.domain.people import folded

# "62-2026-000017", as banks and treasuries copy it: other separators, or none.
_NUMBER = re.compile(r"(?<![0-9A-Z])(\d{2,3}|2[AB])[-/ ._]{0,2}(20\d{2})[-/ ._]{0,2}(\d{6})(?![0-9])")
_SIREN = re.compile(r"(?<!\d)(\d{3}[ .]?\d{3}[ .]?\d{3})(?:[ .]?\d{5})?(?!\d)")
# Invoices shown to choose from.
_CHOICES = 12


class PaymentRefused(ValueError):
    """It cannot be booked. The message says why, in French, for who books it."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of a bank's or treasury's file: money received. `place`: its number in the file, from 1."""

    place: int
    day: date
    amount: Money
    payer: str
    label: str
    reference: str

    @property
    def said(self) -> str:
        """All its words."""
        return " ".join((self.reference, self.label, self.payer))


@dataclass(frozen=True, slots=True)
class Problem:
    """A line that could not be read. `why`: in French, without what the line says."""

    place: int
    why: str


@dataclass(frozen=True, slots=True)
class ReadFile:
    """A file of payments: its money received, what could not be read of it, and how much was none (money spent)."""

    format: str
    entries: Sequence[Entry]
    problems: Sequence[Problem] = ()
    left_out: int = 0


def received_by(read: ReadFile, today: date) -> ReadFile:
    """The file without the lines of days to come: a slip of the pen, or nothing that has been received yet."""
    to_come = [Problem(one.place, "sa date est à venir") for one in read.entries if one.day > today]
    problems = sorted([*read.problems, *to_come], key=lambda one: one.place)
    return replace(read, entries=[one for one in read.entries if one.day <= today], problems=problems)


class Found(StrEnum):
    """What a line is taken for."""

    MATCHED = "matched"
    AMBIGUOUS = "ambiguous"
    SETTLED = "settled"
    UNKNOWN = "unknown"
    KNOWN = "known"


class Why(StrEnum):
    """What it was found by."""

    NUMBER = "number"
    PAYER = "payer"
    AMOUNT = "amount"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Match:
    """What a line pays. `shares`: by invoice; what they leave of the amount is a credit. `choices`: what it may be."""

    entry: Entry
    found: Found
    why: Why = Why.NOTHING
    shares: Sequence[tuple[uuid.UUID, Money]] = ()
    choices: Sequence[uuid.UUID] = ()
    member_id: uuid.UUID | None = None

    @property
    def rest(self) -> Money:
        """What is left as a credit."""
        return self.entry.amount - total(amount for _, amount in self.shares)


def share(amount: Money, opens: Iterable[tuple[uuid.UUID, Money]]) -> list[tuple[uuid.UUID, Money]]:
    """Pay invoices one after the other, each as far as it is open, until nothing is left."""
    shares = []
    for invoice_id, opened in opens:
        part = min(amount, opened)
        if part > ZERO:
            shares.append((invoice_id, part))
            amount -= part
    return shares


def check_allocation(amount: Money, *, rest: Money, opened: Money) -> None:
    """Raise PaymentRefused unless a payment with this rest may pay as much of an invoice that is open by `opened`."""
    if amount <= ZERO:
        raise PaymentRefused("le montant doit être positif")
    if amount > rest:
        raise PaymentRefused("c’est plus que ce qui reste de ce paiement")
    if amount > opened:
        raise PaymentRefused("c’est plus que ce qui reste dû sur cette facture")


def check_refund(amount: Money, *, rest: Money, day: date, received_on: date, today: date) -> None:
    """Raise PaymentRefused unless as much of a payment with this rest may have been given back on that day."""
    if amount > rest or rest == ZERO:
        raise PaymentRefused("c’est plus que ce qui reste de ce paiement")
    if amount <= ZERO:
        raise PaymentRefused("le montant doit être positif")
    if day > today:
        raise PaymentRefused("un remboursement n’est pas daté d’un jour à venir")
    if day < received_on:
        raise PaymentRefused("un remboursement n’est pas daté d’avant le paiement")


@dataclass(slots=True)
class _Book:
    """Invoices by what lines say, with what is open after the lines already matched."""

    standings: Mapping[uuid.UUID, Standing]
    open: dict[uuid.UUID, Money] = field(default_factory=dict)
    by_number: dict[str, Standing] = field(default_factory=dict)
    by_member: dict[uuid.UUID, list[Standing]] = field(default_factory=dict)
    by_amount: dict[Money, list[Standing]] = field(default_factory=dict)
    by_siren: dict[str, uuid.UUID] = field(default_factory=dict)
    names: dict[str, list[tuple[tuple[str, ...], uuid.UUID]]] = field(default_factory=dict)


def match(entries: Iterable[Entry], standings: Sequence[Standing], known: frozenset[int] = frozenset()) -> list[Match]:
    """What each line pays, in their order; what one pays is not open any more for the next.

    `standings`: every invoice, by its day; `known`: places of the lines that were booked before.
    """
    book = _book(standings)
    matches = []
    for entry in entries:
        found = Match(entry, Found.KNOWN) if entry.place in known else _match(entry, book)
        for invoice_id, amount in found.shares:
            book.open[invoice_id] -= amount
        matches.append(found)
    return matches


def numbers_in(text: str) -> list[str]:
    """Numbers of invoices that a text holds, as they are written on invoices, each once."""
    found = ("-".join(parts) for parts in _NUMBER.findall(text.upper()))
    return list(dict.fromkeys(found))


def _book(standings: Sequence[Standing]) -> _Book:
    book = _Book({one.invoice_id: one for one in standings})
    for one in standings:
        book.open[one.invoice_id] = one.open
        book.by_number[one.number] = one
        book.by_siren[one.siren] = one.member_id
        if one.open > ZERO:
            book.by_member.setdefault(one.member_id, []).append(one)
            book.by_amount.setdefault(one.open, []).append(one)
    for member_id, name in {one.member_id: folded(one.member_name) for one in standings}.items():
        words = tuple(name.split())
        if words:
            book.names.setdefault(words[0], []).append((words, member_id))
    return book


def _match(entry: Entry, book: _Book) -> Match:
    named = [book.by_number[number] for number in numbers_in(entry.said) if number in book.by_number]
    if named:
        return _by_number(entry, named, book)
    payers = _payers(entry, book)
    owed = [one for member_id in payers for one in _owed(book.by_member.get(member_id, ()), book)]
    if owed:
        return _by_payer(entry, payers, owed, book)
    same = _owed(book.by_amount.get(entry.amount, ()), book)
    if same and not payers:
        return Match(entry, Found.AMBIGUOUS, Why.AMOUNT, choices=[one.invoice_id for one in same[:_CHOICES]])
    return Match(entry, Found.SETTLED if payers else Found.UNKNOWN, member_id=payers[0] if len(payers) == 1 else None)


def _by_number(entry: Entry, named: list[Standing], book: _Book) -> Match:
    members = {one.member_id for one in named}
    member_id = members.pop() if len(members) == 1 else None
    opens = [(one.invoice_id, book.open[one.invoice_id]) for one in named if book.open[one.invoice_id] > ZERO]
    if not opens:
        return Match(entry, Found.SETTLED, Why.NUMBER, member_id=member_id)
    if len(opens) > 1 and entry.amount < total(opened for _, opened in opens):
        return Match(entry, Found.AMBIGUOUS, Why.NUMBER, choices=[each for each, _ in opens], member_id=member_id)
    return Match(entry, Found.MATCHED, Why.NUMBER, share(entry.amount, opens), member_id=member_id)


def _by_payer(entry: Entry, payers: list[uuid.UUID], owed: list[Standing], book: _Book) -> Match:
    exact = [one for one in owed if book.open[one.invoice_id] == entry.amount]
    if len(exact) == 1:
        one = exact[0]
        return Match(entry, Found.MATCHED, Why.PAYER, [(one.invoice_id, entry.amount)], member_id=one.member_id)
    member_id = payers[0] if len(payers) == 1 else None
    opens = [(one.invoice_id, book.open[one.invoice_id]) for one in owed]
    if not exact and member_id and total(opened for _, opened in opens) == entry.amount:
        return Match(entry, Found.MATCHED, Why.PAYER, opens, member_id=member_id)
    choices = [one.invoice_id for one in (exact or owed)[:_CHOICES]]
    return Match(entry, Found.AMBIGUOUS, Why.PAYER, choices=choices, member_id=member_id)


def _payers(entry: Entry, book: _Book) -> list[uuid.UUID]:
    """Members that a line names by SIREN or SIRET, else by name: the longest of names that hold each other."""
    sirens = ("".join(re.findall(r"\d", found)) for found in _SIREN.findall(entry.said))
    numbered = [book.by_siren[siren] for siren in sirens if siren in book.by_siren]
    if numbered:
        return list(dict.fromkeys(numbered))
    words = folded(f"{entry.payer} {entry.label}").split()
    spans = [
        (start, start + len(name), member_id)
        for start, word in enumerate(words)
        for name, member_id in book.names.get(word, ())
        if tuple(words[start : start + len(name)]) == name
    ]
    widest = [
        one
        for one in spans
        if not any(
            other[0] <= one[0] and one[1] <= other[1] and other[1] - other[0] > one[1] - one[0] for other in spans
        )
    ]
    return list(dict.fromkeys(member_id for _, _, member_id in widest))


def _owed(standings: Iterable[Standing], book: _Book) -> list[Standing]:
    return [one for one in standings if book.open[one.invoice_id] > ZERO]
