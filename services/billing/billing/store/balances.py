"""Where invoices stand: read from what was issued, paid, undone, disputed and reminded, as of any day."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session

from billing.domain.ageing import Standing
from billing.domain.invoices import Invoice, Kind
from billing.domain.money import Money
from billing.domain.people import folded
from billing.store import accounting_tables as a
from billing.store import tables as t
from billing.store.invoices import invoice_of
from billing.store.many import among

_i = t.invoices.c
_note = t.invoices.alias("note").c
_GROSS = _i.net_cents + _i.tax_cents


@dataclass(frozen=True, slots=True)
class Sought:
    """Which invoices a list shows. `state`: "", "unpaid", "late", "paid" or "credit"."""

    words: str = ""
    year: int | None = None
    state: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """An invoice or credit note in a list."""

    standing: Standing
    kind: Kind
    net: Money
    tax: Money
    deposited_on: date | None
    titre: str

    @property
    def credit(self) -> bool:
        """Is it a credit note?"""
        return self.kind is Kind.CREDIT_NOTE


@dataclass(frozen=True, slots=True)
class Sums:
    """Totals of a list: what was invoiced less what was given back, and what is open."""

    count: int
    gross: Money
    open: Money


class Balances:
    """Reads only."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def standings(
        self, cdg_id: uuid.UUID, day: date, member_id: uuid.UUID | None = None, *, unpaid: bool = False
    ) -> list[Standing]:
        """Every invoice (credit notes left out) issued by a day, as it stood on it; by member's name, then number.

        `unpaid`: only what something is owed of.
        """
        query = _standing(day).where(_i.cdg_id == cdg_id, _i.kind == Kind.INVOICE, _i.issued_on <= day)
        if member_id is not None:
            query = query.where(_i.member_id == member_id)
        if unpaid:
            query = query.where(_unpaid(day))
        query = query.order_by(t.members.c.sort_key, t.members.c.id, _i.year, _i.rank)
        return [_read(row) for row in self._session.execute(query)]

    def one(self, cdg_id: uuid.UUID, invoice_id: uuid.UUID, day: date) -> Listed | None:
        """An invoice or credit note of this CdG; None for another CdG's, as for none."""
        query = _listing(day).where(_i.cdg_id == cdg_id, _i.id == invoice_id)
        row = self._session.execute(query).one_or_none()
        return None if row is None else _listed(row)

    def page(self, cdg_id: uuid.UUID, sought: Sought, day: date, *, offset: int, limit: int | None) -> list[Listed]:
        """The newest first."""
        query = _narrow(_listing(day), cdg_id, sought, day).order_by(_i.year.desc(), _i.rank.desc())
        return [_listed(row) for row in self._session.execute(query.offset(offset).limit(limit))]

    def of_member(self, member_id: uuid.UUID, day: date) -> list[Listed]:
        """All of a member's, the newest first."""
        query = _listing(day).where(_i.member_id == member_id).order_by(_i.issued_on.desc(), _i.number.desc())
        return [_listed(row) for row in self._session.execute(query)]

    def sums(self, cdg_id: uuid.UUID, sought: Sought, day: date) -> Sums:
        inner = _narrow(_standing(day).add_columns(_i.kind), cdg_id, sought, day).subquery()
        sign = case((inner.c.kind == Kind.CREDIT_NOTE, -1), else_=1)
        left = case((or_(inner.c.credited, inner.c.kind == Kind.CREDIT_NOTE), 0), else_=inner.c.gross - inner.c.paid)
        query = select(func.count(), func.coalesce(func.sum(sign * inner.c.gross), 0), func.coalesce(func.sum(left), 0))
        count, gross, opened = self._session.execute(query.select_from(inner)).one()
        return Sums(count, Money(int(gross)), Money(int(opened)))

    def years(self, cdg_id: uuid.UUID) -> list[int]:
        """Years in which something was issued, the last one first."""
        query = select(_i.year).where(_i.cdg_id == cdg_id).distinct().order_by(_i.year.desc())
        return list(self._session.execute(query).scalars())

    def invoices(self, cdg_id: uuid.UUID, invoice_ids: Sequence[uuid.UUID]) -> list[tuple[uuid.UUID, Invoice]]:
        """Invoices of this CdG as they were issued, in the order of their numbers."""
        query = select(t.invoices).where(_i.cdg_id == cdg_id, among(_i.id, invoice_ids)).order_by(_i.year, _i.rank)
        return [(row.id, invoice_of(row)) for row in self._session.execute(query)]

    def listed(self, cdg_id: uuid.UUID, invoice_ids: Sequence[uuid.UUID], day: date) -> list[Listed]:
        """Where these stand, in the order of their numbers."""
        query = _listing(day).where(_i.cdg_id == cdg_id, among(_i.id, invoice_ids)).order_by(_i.year, _i.rank)
        return [_listed(row) for row in self._session.execute(query)]

    def note_of(self, invoice_id: uuid.UUID) -> Row[Any, Any, Any, Any] | None:
        """The credit note of an invoice, with its motive; None without one."""
        query = select(_i.id, _i.number, _i.issued_on, a.credit_motives.c.motive)
        query = query.join_from(
            t.invoices, a.credit_motives, a.credit_motives.c.invoice_id == _i.id, isouter=True
        ).where(_i.corrects == invoice_id)
        return self._session.execute(query).one_or_none()


def _standing(day: date) -> Select[Any]:
    paid = (
        select(func.coalesce(func.sum(a.allocations.c.cents), 0))
        .where(a.allocations.c.invoice_id == _i.id, a.allocations.c.counts_on <= day)
        .scalar_subquery()
    )
    # For who asks about today, a dispute that is closed is none; it was one on the days before.
    c = a.disputes.c
    disputed = exists().where(c.invoice_id == _i.id, c.opened_on <= day, or_(c.closed_on.is_(None), c.closed_on > day))
    sent = a.reminders_sent.c
    level = select(func.max(sent.level)).where(sent.invoice_id == _i.id, sent.sent_on <= day).scalar_subquery()
    last = select(func.max(sent.sent_on)).where(sent.invoice_id == _i.id, sent.sent_on <= day).scalar_subquery()
    standing: Select[Any] = select(
        _i.id,
        _i.number,
        _i.member_id,
        t.members.c.name,
        t.members.c.siren,
        _i.issued_on,
        _i.due_on,
        _GROSS.label("gross"),
        paid.label("paid"),
        _credited(day).label("credited"),
        disputed.label("disputed"),
        func.coalesce(level, 0).label("reminded"),
        last.label("reminded_on"),
    )
    return standing.join_from(t.invoices, t.members, t.members.c.id == _i.member_id)


def _listing(day: date) -> Select[Any]:
    deposits, sent = a.deposits.c, a.deposited_invoices.c
    deposited = (
        select(func.max(deposits.deposited_on))
        .join_from(a.deposited_invoices, a.deposits, deposits.id == sent.deposit_id)
        .where(sent.invoice_id == _i.id, deposits.kind == "chorus")
        .scalar_subquery()
    )
    titre = (
        select(func.concat(a.titres.c.exercice, " / ", a.titres.c.bordereau, " / ", a.titres.c.number))
        .where(a.titres.c.invoice_id == _i.id)
        .scalar_subquery()
    )
    return _standing(day).add_columns(
        _i.kind,
        _i.net_cents,
        _i.tax_cents,
        deposited.label("deposited_on"),
        func.coalesce(titre, "").label("titre"),
    )


def _narrow(query: Select[Any], cdg_id: uuid.UUID, sought: Sought, day: date) -> Select[Any]:
    query = query.where(_i.cdg_id == cdg_id)
    if sought.year is not None:
        query = query.where(_i.year == sought.year)
    for word in folded(sought.words).split():
        number = "".join(each for each in sought.words.upper() if each.isalnum() or each == "-")
        query = query.where(
            or_(
                t.members.c.sort_key.contains(word, autoescape=True),
                _i.number.contains(number, autoescape=True),
                t.members.c.siren == "".join(each for each in sought.words if each.isdigit()),
            )
        )
    match sought.state:
        case "credit":
            return query.where(_i.kind == Kind.CREDIT_NOTE)
        case "unpaid":
            return query.where(_unpaid(day))
        case "late":
            return query.where(_unpaid(day), _i.due_on < day)
        case "paid":
            return query.where(_i.kind == Kind.INVOICE, ~_unpaid(day))
    return query


def _credited(day: date) -> ColumnElement[bool]:
    """By a credit note: its cause is the invoice, and causes have an index."""
    return exists().where(_note.cause == _i.id, _note.kind == Kind.CREDIT_NOTE, _note.issued_on <= day)


def _unpaid(day: date) -> ColumnElement[bool]:
    paid = (
        select(func.coalesce(func.sum(a.allocations.c.cents), 0))
        .where(a.allocations.c.invoice_id == _i.id, a.allocations.c.counts_on <= day)
        .scalar_subquery()
    )
    return and_(_i.kind == Kind.INVOICE, paid < _GROSS, ~_credited(day))


def _read(row: Row[Any]) -> Standing:
    return Standing(
        row.id,
        row.number,
        row.member_id,
        row.name,
        row.siren,
        row.issued_on,
        row.due_on,
        Money(row.gross),
        Money(int(row.paid)),
        row.credited,
        row.disputed,
        row.reminded,
        row.reminded_on,
    )


def _listed(row: Row[Any]) -> Listed:
    amounts = Money(row.net_cents), Money(row.tax_cents)
    return Listed(_read(row), Kind(row.kind), *amounts, row.deposited_on, row.titre)
