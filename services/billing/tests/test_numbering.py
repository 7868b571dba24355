"""Numbers of invoices: without a gap, in order of days, once for each cause; whoever issues, however they end."""

import multiprocessing
import os
import random
import signal
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DatabaseError

from billing.domain.invoices import InvoiceRefused, Motive
from billing.domain.money import Money
from billing.domain.vat import STANDARD, Line
from billing.store import tables as t
from billing.store.transaction import Transaction
from billing.usecases import conventions, invoicing
from chassis.clock import FixedClock
from chassis.db import Database
from chassis.signing import EventSigner
from chassis.testing import eventually

DAY = date(2026, 3, 10)
NOW = datetime(2026, 3, 10, 9, 30, tzinfo=UTC)
YEAR = (date(2026, 1, 1), date(2026, 12, 31))
LINES = [Line("Participation annuelle", Decimal(12), Decimal(2)), Line("Mise en place", Decimal(1), Decimal(10))]
ISSUERS = 16


@pytest.fixture
def account(uow, owner_uow, parties, zudausques, typed, clock):
    """The CdG 62 and a member of it, who can be billed: their ids."""
    member_id = conventions.record_convention(uow, parties.first, zudausques, typed, clock)
    cdg_id = parties.first.cdg_id
    with owner_uow("sellers") as tx:
        at = {"street": "1 rue de l’Exemple", "postcode": "62700", "city": "Bruay-la-Buissière"}
        iban = "FR7630001007941234567890185"
        seller = {
            "name": "CdG 62",
            "siret": "28620001900011",
            "iban": iban,
            "email": "compta@cdg62.example.org",
            "vat_number": "",
        }
        tx.session.execute(t.sellers.insert().values(cdg_id=cdg_id, **seller, **at))
        blank = {"siret": "", "service_code": "", "engagement": ""}
        tx.session.execute(t.buyers.insert().values(member_id=member_id, **blank, **at))
    return cdg_id, member_id


def issue(uow, account, *, cause=None, day=DAY, lines=LINES):
    cdg_id, member_id = account
    with uow("issue") as tx:
        cdg, member = tx.parties.cdg(cdg_id), tx.members.get(member_id, cdg_id)
        kept = {"cause": cause or uuid.uuid4(), "issued_on": day, "period": YEAR, "contract": "62-0001"}
        return invoicing.issue(tx, cdg, member, lines, **kept)


def undo(uow, account, invoice_id, day=DAY):
    with uow("undo") as tx:
        return invoicing.undo(tx, tx.parties.cdg(account[0]), invoice_id, issued_on=day, motive=Motive.HEADCOUNT)


def ranks(uow, account, year=2026):
    with uow("ranks") as tx:
        return tx.invoices.ranks(account[0], year)


def test_numbers_follow_each_other_by_cdg_and_year(uow, account):
    numbers = [issue(uow, account, day=day).invoice.number for day in (date(2025, 12, 31), DAY, DAY)]
    assert numbers == ["62-2025-000001", "62-2026-000001", "62-2026-000002"]


def test_what_is_owed_is_what_is_kept(uow, account):
    made = issue(uow, account)
    with uow("read") as tx:
        row = tx.invoices.get(made.id, account[0])
        again = tx.invoices.for_cause(row.cause)
    assert again == (made.id, made.invoice)
    assert (row.net_cents, row.tax_cents) == (3400, 0)
    assert made.invoice.draft.due == Money.of("34")
    assert made.invoice.draft.due_on == date(2026, 4, 9)


def test_a_cause_is_billed_once(uow, account):
    cause = uuid.uuid4()
    first, again = issue(uow, account, cause=cause), issue(uow, account, cause=cause)
    assert (first.new, again.new) == (True, False)
    assert again.invoice == first.invoice
    assert ranks(uow, account) == [1]


def test_a_cause_asked_by_sixteen_at_once_is_billed_once(uow, account):
    cause = uuid.uuid4()
    with ThreadPoolExecutor(ISSUERS) as pool:
        made = list(pool.map(lambda _: issue(uow, account, cause=cause), range(ISSUERS)))
    assert sum(one.new for one in made) == 1
    assert ranks(uow, account) == [1]


def test_a_refused_invoice_takes_no_number(uow, account):
    issue(uow, account)
    for refused in ({"lines": []}, {"day": date(2026, 3, 9)}, {"lines": [*LINES, replace(LINES[0], vat=STANDARD)]}):
        with pytest.raises(InvoiceRefused):
            issue(uow, account, **refused)
    assert issue(uow, account).invoice.number == "62-2026-000002"


def test_a_credit_note_undoes_an_invoice_once_and_nothing_undoes_it(uow, account):
    invoice = issue(uow, account)
    note, again = undo(uow, account, invoice.id), undo(uow, account, invoice.id)
    assert note.invoice.number == again.invoice.number == "62-2026-000002"
    assert note.invoice.draft.corrects.number == "62-2026-000001"
    assert note.invoice.draft.due == invoice.invoice.draft.due
    with pytest.raises(InvoiceRefused, match="avoir"):
        undo(uow, account, note.id)


@pytest.mark.parametrize("statement", ["UPDATE invoices SET net_cents = 1", "DELETE FROM invoices"])
def test_the_service_cannot_change_an_invoice(uow, account, statement):
    issue(uow, account)
    with pytest.raises(DatabaseError, match="permission denied"), uow("change") as tx:
        tx.session.execute(text(statement))


def test_not_even_the_owner_changes_an_invoice(uow, owner_uow, account):
    issue(uow, account)
    with pytest.raises(DatabaseError, match="does not change"), owner_uow("change") as tx:
        tx.session.execute(text("UPDATE invoices SET content = '{}'"))


def test_sixteen_issuers_some_killed_amid_their_work_leave_no_gap(uow, account, database, clock):
    """Each issues until it is killed, at a random moment, with a transaction open more often than not."""
    served = multiprocessing.get_context("forkserver")
    served.set_forkserver_preload(
        ["billing.usecases.invoicing", "billing.usecases.conventions", "chassis.db", "pytest"]
    )
    issuers = [served.Process(target=_issue_for_ever, args=(database.app_url, account, n)) for n in range(ISSUERS)]
    for issuer in issuers:
        issuer.start()
    try:
        eventually(lambda: len(ranks(uow, account)) > ISSUERS, within=120)
        for issuer in issuers[:-2]:
            time.sleep(random.random() / 10)
            os.kill(issuer.pid, signal.SIGKILL)
        given = len(ranks(uow, account))
        eventually(lambda: len(ranks(uow, account)) > given + 5, within=60)
    finally:
        for issuer in issuers:
            issuer.kill()
            issuer.join(30)
    issue(uow, account)
    found = ranks(uow, account)
    assert found == list(range(1, len(found) + 1))
    with uow("count") as tx:
        assert tx.session.scalar(select(func.count(func.distinct(t.invoices.c.number)))) == len(found)


def _issue_for_ever(url: str, account, seed: int) -> None:
    """In a process of its own: issue, sometimes leave a transaction undone, sometimes slowly."""
    chance = random.Random(seed)
    database = Database(url, name="billing.issuer")
    uow = database.unit_of_work(partial(Transaction, clock=FixedClock(NOW), signer=EventSigner(bytes(range(32)))))
    while True:
        try:
            with uow("issue") as tx:
                cdg, member = tx.parties.cdg(account[0]), tx.members.get(account[1], account[0])
                kept = {"cause": uuid.uuid4(), "issued_on": DAY, "period": YEAR, "contract": "62-0001"}
                invoicing.issue(tx, cdg, member, LINES, **kept)
                time.sleep(chance.random() / 50)
                if chance.random() < 0.2:
                    raise Undone
        except Undone:
            pass


class Undone(Exception):
    """A transaction given up after its number was drawn."""
