"""Documents are printed in the background, or when somebody opens one first."""

from billing.store.documents import Document
from billing.store.transaction import Transaction
from billing.usecases.ports import Press
from chassis.db import UnitOfWork

# Printed in one transaction: few, so that a crash repeats little.
BATCH = 8


def print_some(uow: UnitOfWork[Transaction], press: Press, limit: int = BATCH) -> int:
    """Print what waits; answer how many were printed. Several processes may do so side by side."""
    with uow("print_documents") as tx:
        taken = tx.documents.take(limit)
        for document in taken:
            tx.documents.put(document.id, press.print(document.kind, document.content))
        return len(taken)


def pdf_of(uow: UnitOfWork[Transaction], press: Press, document: Document) -> bytes:
    """The PDF of a document, printed now if it was not yet."""
    with uow("read_pdf") as tx:
        kept = tx.documents.pdf(document.id)
    if kept is not None:
        return kept
    made = press.print(document.kind, document.content)
    with uow("keep_pdf") as tx:
        return tx.documents.put(document.id, made)
