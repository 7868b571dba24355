"""What leaves for Chorus Pro and for the titres: chosen, noted in a journal, written as files as often as one likes."""

import json
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from shutil import copyfileobj
from tempfile import SpooledTemporaryFile
from typing import IO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

from billing.domain import chorus, titres
from billing.domain.chorus import Obstacle
from billing.domain.invoices import Draft, Invoice
from billing.domain.parties import Manager
from billing.domain.payments import PaymentRefused
from billing.domain.titres import Bordereau
from billing.store.accounting import By
from billing.store.balances import Listed
from billing.store.deposits import CHORUS, TITRES, Deposit
from billing.store.invoices import write_invoice
from billing.store.transaction import Transaction
from billing.usecases.ports import Files, Press, Sheet
from billing.usecases.printing import pdf_of
from chassis.clock import Clock, paris_day
from chassis.db import UnitOfWork

# Left together at most: their pages are printed, if they were not, while somebody waits.
AT_ONCE = 1_000
_IN_MEMORY = 32 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Candidate:
    """An invoice that has not left, and what stands in its way."""

    listed: Listed
    invoice: Invoice
    obstacles: Sequence[Obstacle]

    @property
    def ready(self) -> bool:
        return chorus.may_leave(self.obstacles)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """The page of what leaves: candidates, then the journal."""

    candidates: Sequence[Candidate]
    journal: Sequence[Deposit]

    @property
    def ready(self) -> list[Candidate]:
        return [one for one in self.candidates if one.ready]

    @property
    def blocked(self) -> list[Candidate]:
        return [one for one in self.candidates if not one.ready and Obstacle.PAID not in one.obstacles]

    @property
    def too_small(self) -> list[Candidate]:
        """Invoices that the comptable public does not recover."""
        return [one for one in self.ready if one.invoice.draft.due < titres.LEAST_RECOVERED and not one.listed.credit]

    @property
    def settled(self) -> list[Candidate]:
        """Paid before they left: nothing is to be deposited any more."""
        return [one for one in self.candidates if Obstacle.PAID in one.obstacles]


def for_chorus(uow: UnitOfWork[Transaction], manager: Manager, clock: Clock) -> Outgoing:
    """Invoices and credit notes that have not left for Chorus Pro, each checked."""
    with uow("for_chorus") as tx:
        found = _candidates(tx, manager, CHORUS, paris_day(clock.now()))
        return Outgoing(found, tx.deposits.journal(manager.cdg_id, CHORUS))


def for_titres(uow: UnitOfWork[Transaction], manager: Manager, clock: Clock) -> Outgoing:
    """Invoices and credit notes that have not left for the titres."""
    with uow("for_titres") as tx:
        candidates = _candidates(tx, manager, TITRES, paris_day(clock.now()))
        without = [Candidate(one.listed, one.invoice, ()) for one in candidates]
        return Outgoing(without, tx.deposits.journal(manager.cdg_id, TITRES))


def leave(
    uow: UnitOfWork[Transaction], manager: Manager, kind: str, clock: Clock, *, only: uuid.UUID | None = None
) -> uuid.UUID:
    """Note that what is ready leaves, together; the deposit's id. `only`: this invoice, whether it left before or not.

    Raises PaymentRefused when there is nothing, or `only` may not leave.
    """
    now = clock.now()
    today = paris_day(now)
    with uow("leave") as tx:
        tx.accounting.hold(manager.cdg_id)
        before = tx.deposits.left(manager.cdg_id, kind)
        if only is not None:
            chosen = [one for one in _checked(tx, manager, [only], today) if kind == TITRES or one.ready]
            if not chosen:
                raise PaymentRefused("cette facture ne peut pas partir : voyez ce qui manque")
        else:
            found = _candidates(tx, manager, kind, today)
            chosen = [one for one in found if kind == TITRES or one.ready][:AT_ONCE]
        if not chosen:
            raise PaymentRefused("aucune facture ne peut partir")
        ids = [(one.listed.standing.invoice_id, one.listed.standing.invoice_id in before) for one in chosen]
        return tx.deposits.add(
            manager.cdg_id, kind, By(manager.id, now), ids, year=today.year, ledger=tx.accounting.ledger(manager.cdg_id)
        )


def deposited(uow: UnitOfWork[Transaction], manager: Manager, deposit_id: uuid.UUID, day: date, clock: Clock) -> None:
    """Note when it was deposited. Raises PaymentRefused."""
    with uow("deposited") as tx:
        found = tx.deposits.get(deposit_id, manager.cdg_id)
        if found is None:
            raise PaymentRefused("dépôt inconnu")
        if not paris_day(found.made_at) <= day <= paris_day(clock.now()):
            raise PaymentRefused("le jour du dépôt est entre celui de l’export et aujourd’hui")
        tx.deposits.deposited(deposit_id, By(manager.id, clock.now()), day)


def write_chorus(
    uow: UnitOfWork[Transaction], manager: Manager, deposit_id: uuid.UUID, files: Files, press: Press, to: IO[bytes]
) -> bool:
    """Write a deposit as one ZIP: flows of Factur-X, the same invoices as XML, and how to deposit them.

    False when it is not one of this CdG's.
    """
    invoices = _invoices(uow, manager, deposit_id, CHORUS)
    if invoices is None:
        return False
    with ZipFile(to, "w", ZIP_STORED) as outer:
        outer.writestr("LISEZMOI.txt", Path(__file__).parents[1].joinpath("documents/chorus.txt").read_text("utf-8"))
        _write_flows(outer, "E2-factur-x", _pdfs(uow, invoices, press))
        _write_flows(outer, "E1-cii", ((f"{one.number}.xml", files.factur_x(one)) for _, one in invoices))
    return True


def titres_of(uow: UnitOfWork[Transaction], manager: Manager, deposit_id: uuid.UUID) -> Bordereau | None:
    """What left for the titres together; None when it is not one of this CdG's."""
    invoices = _invoices(uow, manager, deposit_id, TITRES)
    if invoices is None:
        return None
    with uow("bordereau") as tx:
        found = tx.deposits.get(deposit_id, manager.cdg_id)
        assert found is not None
        return Bordereau(
            deposit_id,
            found.bordereau or 1,
            paris_day(found.made_at),
            found.article,
            found.budget,
            [invoice for _, invoice in invoices],
        )


def titres_json(bordereau: Bordereau) -> bytes:
    return json.dumps(titres.as_json(bordereau), ensure_ascii=False, indent=2).encode()


def titres_sheet(bordereau: Bordereau) -> Sheet:
    return Sheet("Titres", titres.COLUMNS, titres.as_rows(bordereau))


def _candidates(tx: Transaction, manager: Manager, kind: str, today: date) -> list[Candidate]:
    """What has not left. An invoice that was undone before it left has nothing to say there, nor has what undid it."""
    found = _checked(tx, manager, tx.deposits.waiting(manager.cdg_id, kind), today)
    undone = {one.invoice.number for one in found if Obstacle.UNDONE in one.obstacles}
    if kind == TITRES or not undone:
        return found

    def moot(draft: Draft) -> bool:
        return draft.corrects is not None and draft.corrects.number in undone

    return [one for one in found if one.invoice.number not in undone and not moot(one.invoice.draft)]


def _checked(tx: Transaction, manager: Manager, ids: Sequence[uuid.UUID], today: date) -> list[Candidate]:
    invoices = dict(tx.balances.invoices(manager.cdg_id, ids))
    return [
        Candidate(
            listed,
            invoices[listed.standing.invoice_id],
            chorus.obstacles(invoices[listed.standing.invoice_id], listed.standing),
        )
        for listed in tx.balances.listed(manager.cdg_id, ids, today)
    ]


def _invoices(
    uow: UnitOfWork[Transaction], manager: Manager, deposit_id: uuid.UUID, kind: str
) -> list[tuple[uuid.UUID, Invoice]] | None:
    with uow("deposit") as tx:
        found = tx.deposits.get(deposit_id, manager.cdg_id)
        if found is None or found.kind != kind:
            return None
        return tx.balances.invoices(manager.cdg_id, tx.deposits.invoices(deposit_id))


def _pdfs(
    uow: UnitOfWork[Transaction], invoices: Sequence[tuple[uuid.UUID, Invoice]], press: Press
) -> Iterator[tuple[str, bytes]]:
    """The PDFs that members have; printed now where they were not yet."""
    for invoice_id, invoice in invoices:
        with uow("deposit_document") as tx:
            document = tx.documents.about("facture", invoice_id)
        pdf = press.print("facture", write_invoice(invoice)) if document is None else pdf_of(uow, press, document)
        yield f"{invoice.number}.pdf", pdf


def _write_flows(outer: ZipFile, name: str, made: Iterator[tuple[str, bytes]]) -> None:
    """One ZIP for each flow, no larger than Chorus Pro takes; a large one waits on disk, not in memory."""
    for rank, flow in enumerate(chorus.flows_of(made), 1):
        with SpooledTemporaryFile(_IN_MEMORY) as kept:
            with ZipFile(kept, "w", ZIP_DEFLATED) as inner:
                for file, data in flow:
                    inner.writestr(file, data)
            kept.seek(0)
            with outer.open(f"{name}-{rank:02}.zip", "w") as entry:
                copyfileobj(kept, entry)
