"""What left for Chorus Pro or for the titres, and the numbers that the accountant's software gave."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, func, insert, select, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from billing.domain.kinds import Kind
from billing.store import accounting_tables as a
from billing.store import tables as t
from billing.store.accounting import By, Ledger

CHORUS, TITRES = "chorus", "titres"


@dataclass(frozen=True, slots=True)
class Deposit:
    """A line of the journal."""

    id: uuid.UUID
    kind: str
    made_at: datetime
    made_by: str
    invoices: int
    again: int
    bordereau: int | None
    deposited_on: date | None
    article: str
    budget: str


class Deposits:
    """A journal: added to; a manager tells when it was deposited."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def waiting(self, cdg_id: uuid.UUID, kind: str) -> list[uuid.UUID]:
        """Invoices and credit notes that have not left. Chorus Pro takes those of public bodies only."""
        gone = (
            select(a.deposited_invoices.c.invoice_id)
            .join(a.deposits, a.deposits.c.id == a.deposited_invoices.c.deposit_id)
            .where(a.deposits.c.kind == kind, a.deposited_invoices.c.invoice_id == t.invoices.c.id)
        )
        query = select(t.invoices.c.id).where(t.invoices.c.cdg_id == cdg_id, ~gone.exists())
        if kind == CHORUS:
            query = query.join(t.members).where(t.members.c.kind != Kind.PROFESSIONALS)
        return list(self._session.execute(query.order_by(t.invoices.c.year, t.invoices.c.rank)).scalars())

    def left(self, cdg_id: uuid.UUID, kind: str) -> set[uuid.UUID]:
        """Invoices that left already."""
        query = select(a.deposited_invoices.c.invoice_id).join(
            a.deposits, a.deposits.c.id == a.deposited_invoices.c.deposit_id
        )
        query = query.where(a.deposits.c.cdg_id == cdg_id, a.deposits.c.kind == kind)
        return set(self._session.execute(query).scalars())

    def add(
        self,
        cdg_id: uuid.UUID,
        kind: str,
        by: By,
        invoices: Iterable[tuple[uuid.UUID, bool]],
        *,
        year: int,
        ledger: Ledger,
    ) -> uuid.UUID:
        """Note what leaves. `invoices`: each, and whether it left before. Titres get the next bordereau of the year."""
        deposit_id, bordereau = uuid.uuid4(), None
        if kind == TITRES:
            c = a.deposits.c
            last = select(func.coalesce(func.max(c.bordereau), 0)).where(
                c.cdg_id == cdg_id,
                c.kind == kind,
                func.extract("year", func.timezone("Europe/Paris", c.made_at)) == year,
            )
            bordereau = int(self._session.execute(last).scalar_one()) + 1
        row = {"id": deposit_id, "cdg_id": cdg_id, "kind": kind, "made_by": by.manager_id, "made_at": by.at}
        self._session.execute(
            insert(a.deposits).values(
                row | {"bordereau": bordereau, "article": ledger.article, "budget": ledger.budget}
            )
        )
        rows = [{"deposit_id": deposit_id, "invoice_id": one, "again": again} for one, again in invoices]
        self._session.execute(insert(a.deposited_invoices), rows)
        return deposit_id

    def get(self, deposit_id: uuid.UUID, cdg_id: uuid.UUID) -> Deposit | None:
        """A line of this CdG's journal; None for another's, as for none."""
        found = self._journal(a.deposits.c.id == deposit_id, a.deposits.c.cdg_id == cdg_id)
        return found[0] if found else None

    def journal(self, cdg_id: uuid.UUID, kind: str) -> list[Deposit]:
        """The newest first."""
        return self._journal(a.deposits.c.cdg_id == cdg_id, a.deposits.c.kind == kind)

    def invoices(self, deposit_id: uuid.UUID) -> list[uuid.UUID]:
        """What left together, in the order of their numbers."""
        query = select(t.invoices.c.id).join(a.deposited_invoices, a.deposited_invoices.c.invoice_id == t.invoices.c.id)
        query = query.where(a.deposited_invoices.c.deposit_id == deposit_id).order_by(t.invoices.c.number)
        return list(self._session.execute(query).scalars())

    def deposited(self, deposit_id: uuid.UUID, by: By, day: date) -> None:
        """Note that it was deposited, and when; once."""
        c = a.deposits.c
        undone = (c.id == deposit_id) & c.deposited_on.is_(None)
        self._session.execute(update(a.deposits).where(undone).values(deposited_on=day, deposited_by=by.manager_id))

    def of_invoice(self, invoice_id: uuid.UUID) -> list[Deposit]:
        """Where an invoice left for, the first time first."""
        sent = select(a.deposited_invoices.c.deposit_id).where(a.deposited_invoices.c.invoice_id == invoice_id)
        return self._journal(a.deposits.c.id.in_(sent))[::-1]

    def titre(self, invoice_id: uuid.UUID) -> Row[Any] | None:
        """The titre of an invoice, once its number is known."""
        return self._session.execute(select(a.titres).where(a.titres.c.invoice_id == invoice_id)).one_or_none()

    def number(
        self, cdg_id: uuid.UUID, invoice_id: uuid.UUID, by: By, *, exercice: int, bordereau: int, number: int
    ) -> None:
        """Keep, or correct, the numbers of a titre. Raises IntegrityError when another invoice has that number."""
        values: dict[str, Any] = {"exercice": exercice, "bordereau": bordereau, "number": number}
        values |= {"recorded_by": by.manager_id, "recorded_at": by.at}
        new = postgresql.insert(a.titres).values(values | {"cdg_id": cdg_id, "invoice_id": invoice_id})
        self._session.execute(new.on_conflict_do_update(index_elements=["invoice_id"], set_=values))

    def _journal(self, *which: Any) -> list[Deposit]:
        c, sent = a.deposits.c, a.deposited_invoices.c
        query = (
            select(a.deposits, t.managers.c.name, func.count(), func.count().filter(sent.again))
            .join(t.managers, t.managers.c.id == c.made_by)
            .join(a.deposited_invoices, sent.deposit_id == c.id)
            .where(*which)
            .group_by(c.id, t.managers.c.name)
            .order_by(c.made_at.desc())
        )
        return [
            Deposit(
                row.id,
                row.kind,
                row.made_at,
                row.name,
                row[-2],
                row[-1],
                row.bordereau,
                row.deposited_on,
                row.article,
                row.budget,
            )
            for row in self._session.execute(query)
        ]
