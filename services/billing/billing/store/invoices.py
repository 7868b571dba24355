"""Invoices as they were issued, and the numbers that they stand under."""

import uuid
from datetime import date
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Row, insert, select, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from billing.domain.invoices import Address, Buyer, Draft, Invoice, Kind, Seller, number
from billing.store import tables as t

# Decimals are written as texts: what is read is what was written, to the last digit.
_DRAFT = TypeAdapter(Draft)
_INVOICE = TypeAdapter(Invoice)


class Invoices:
    """Added under the next number, and read. Nothing here changes one."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def issue(
        self,
        draft: Draft,
        *,
        cdg_id: uuid.UUID,
        department: str,
        member_id: uuid.UUID,
        cause: uuid.UUID,
        corrects: uuid.UUID | None = None,
    ) -> tuple[uuid.UUID, Invoice]:
        """Give the draft the next number of its CdG and year; another `issue` there waits for this transaction's end.

        Raises IntegrityError when something was issued for this `cause` already.
        """
        rank = self._next_rank(cdg_id, draft.issued_on.year)
        invoice = Invoice(number(department, draft.issued_on.year, rank), draft)
        totals = draft.totals
        invoice_id = uuid.uuid4()
        row = {
            "id": invoice_id,
            "cdg_id": cdg_id,
            "year": draft.issued_on.year,
            "rank": rank,
            "number": invoice.number,
            "kind": str(draft.kind),
            "member_id": member_id,
            "cause": cause,
            "corrects": corrects,
            "issued_on": draft.issued_on,
            "due_on": draft.due_on,
            "net_cents": totals.net.cents,
            "tax_cents": totals.tax.cents,
            "content": _DRAFT.dump_json(draft).decode(),
        }
        self._session.execute(insert(t.invoices).values(row))
        return invoice_id, invoice

    def for_cause(self, cause: uuid.UUID) -> tuple[uuid.UUID, Invoice] | None:
        """What was issued for a call, an order or an invoice; None when nothing was."""
        row = self._session.execute(select(t.invoices).where(t.invoices.c.cause == cause)).one_or_none()
        return None if row is None else (row.id, invoice_of(row))

    def get(self, invoice_id: uuid.UUID, cdg_id: uuid.UUID) -> Row[Any] | None:
        """A row of this CdG; None for another CdG's, as for none."""
        query = select(t.invoices).where(t.invoices.c.id == invoice_id, t.invoices.c.cdg_id == cdg_id)
        return self._session.execute(query).one_or_none()

    def origin(self, cause: uuid.UUID) -> uuid.UUID:
        """What the first of a chain of invoices was issued for: each replaces one that a credit note undid."""
        while corrected := self._session.scalar(select(t.invoices.c.corrects).where(t.invoices.c.id == cause)):
            query = select(t.invoices.c.cause).where(t.invoices.c.id == corrected)
            cause = uuid.UUID(str(self._session.scalar(query)))
        return cause

    def stands(self, invoice_id: uuid.UUID) -> bool:
        """Is this invoice, or the last that replaces it, undone by no credit note?"""
        stands = True
        while following := self.for_cause(invoice_id):
            invoice_id, stands = following[0], following[1].draft.kind is Kind.INVOICE
        return stands

    def ranks(self, cdg_id: uuid.UUID, year: int) -> list[int]:
        """Every rank given in a year, in order."""
        query = select(t.invoices.c.rank).where(t.invoices.c.cdg_id == cdg_id, t.invoices.c.year == year)
        return list(self._session.execute(query.order_by(t.invoices.c.rank)).scalars())

    def last_day(self, cdg_id: uuid.UUID, year: int) -> date | None:
        """The day of the last invoice issued in a year: the next is not dated before it."""
        query = select(t.invoices.c.issued_on).where(t.invoices.c.cdg_id == cdg_id, t.invoices.c.year == year)
        return self._session.execute(query.order_by(t.invoices.c.rank.desc()).limit(1)).scalar_one_or_none()

    def hold(self, cdg_id: uuid.UUID, year: int) -> None:
        """Hold the sequence of a CdG and year until the transaction ends, whether it has begun or not."""
        start = postgresql.insert(t.invoice_ranks).values(cdg_id=cdg_id, year=year, last=0)
        held = start.on_conflict_do_update(index_elements=["cdg_id", "year"], set_={"last": t.invoice_ranks.c.last})
        self._session.execute(held)

    def seller(self, cdg_id: uuid.UUID) -> Seller | None:
        row = self._session.execute(select(t.sellers).where(t.sellers.c.cdg_id == cdg_id)).one_or_none()
        return None if row is None else Seller(row.name, row.siret, _address(row), row.iban, row.email, row.vat_number)

    def buyer(self, member_id: uuid.UUID) -> Buyer | None:
        """A member as it would stand on an invoice today; None until its address is known."""
        query = select(t.buyers, t.members.c.name, t.members.c.siren).join(t.members)
        row = self._session.execute(query.where(t.buyers.c.member_id == member_id)).one_or_none()
        if row is None:
            return None
        return Buyer(row.name, row.siren, _address(row), row.siret, row.service_code, row.engagement)

    def _next_rank(self, cdg_id: uuid.UUID, year: int) -> int:
        self.hold(cdg_id, year)
        ours = (t.invoice_ranks.c.cdg_id == cdg_id) & (t.invoice_ranks.c.year == year)
        given = update(t.invoice_ranks).where(ours).values(last=t.invoice_ranks.c.last + 1)
        return int(self._session.execute(given.returning(t.invoice_ranks.c.last)).scalar_one())


def write_invoice(invoice: Invoice) -> str:
    """An issued invoice as JSON, to the last digit."""
    return _INVOICE.dump_json(invoice).decode()


def read_invoice(text: str) -> Invoice:
    """What `write_invoice` wrote. Raises ValueError."""
    return _INVOICE.validate_json(text)


def invoice_of(row: Row[Any]) -> Invoice:
    """The invoice that a row of the table is."""
    return Invoice(row.number, _DRAFT.validate_json(row.content))


def _address(row: Row[Any]) -> Address:
    return Address(row.street, row.postcode, row.city)
