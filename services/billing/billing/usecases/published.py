"""Reading what other public systems may read of a CdG."""

import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from billing.domain.invoices import Invoice
from billing.store.documents import Document
from billing.store.published import Part, Rows
from billing.store.transaction import Transaction
from chassis.db import UnitOfWork


@dataclass(frozen=True, slots=True)
class Slice:
    """Rows and the cursor to go on from; None at the end."""

    rows: Rows
    next: uuid.UUID | None


def cut(rows: Rows, part: Part) -> Slice:
    """Rows were read one further than asked for: is there more?"""
    kept = rows[: part.limit]
    return Slice(kept, kept[-1].id if len(rows) > part.limit else None)


def rows(uow: UnitOfWork[Transaction], what: str, cdg_id: uuid.UUID, part: Part, **filters: Any) -> Slice:
    """A part of `members`, `conventions`, `calls` or `invoices`. Raises UnknownCursor."""
    with uow(f"read_published_{what}") as tx:
        return cut(getattr(tx.published, what)(cdg_id, part, **filters), part)


def member(uow: UnitOfWork[Transaction], cdg_id: uuid.UUID, siren: str) -> Row[Any] | None:
    with uow("read_published_member") as tx:
        return tx.published.member(cdg_id, siren)


def invoice(uow: UnitOfWork[Transaction], cdg_id: uuid.UUID, number: str) -> Row[Any] | None:
    with uow("read_published_invoice") as tx:
        return tx.published.invoice(cdg_id, number)


def invoice_files(uow: UnitOfWork[Transaction], cdg_id: uuid.UUID, number: str) -> tuple[Invoice, Document] | None:
    """An invoice and its document; None when the CdG has none of this number."""
    with uow("read_published_files") as tx:
        row = tx.published.invoice(cdg_id, number)
        found = None if row is None else tx.invoices.for_cause(row.cause)
        document = None if row is None else tx.documents.about("facture", row.id)
    return None if found is None or document is None else (found[1], document)
