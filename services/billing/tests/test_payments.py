"""Payments and what they pay, on a real database: sums hold, nothing counts twice, everything can be taken back."""

import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from sqlalchemy import event, select, text
from sqlalchemy.exc import DatabaseError

from billing.domain.ageing import Age
from billing.domain.invoices import InvoiceRefused, Motive
from billing.domain.money import ZERO, Money
from billing.domain.payments import Found, PaymentRefused
from billing.gateways.accounting_files import AccountingFiles
from billing.store import accounting_tables as a
from billing.usecases import exports, invoice_pages, ledger, payment_files, refunding
from billing.usecases.ledger import Received
from chassis.clock import FixedClock

ZUDAUSQUES, ARRAS = "62905", "62041"
TODAY = date(2026, 3, 10)
CSV = "Date;Montant;Libellé;Référence;Payeur\n{}".format


@pytest.fixture
def pay(uow, billed, clock):
    def enter(invoice_id, euros, day=TODAY):
        return ledger.enter_payment(
            uow, billed.manager, invoice_id, Received(day, Money.of(euros), "Trésorerie", "M-1"), clock
        )

    return enter


@pytest.fixture
def send(uow, billed, clock):
    """Read a CSV; the report of its file."""

    def read(lines: str):
        data = CSV(lines).encode("cp1252")
        found = AccountingFiles().payments(data, {})
        file_id = payment_files.keep(uow, billed.manager, data, "releve.csv", found, clock)
        return payment_files.report(uow, billed.manager, file_id)

    return read


@pytest.fixture
def book(uow, billed, clock):
    def enter(report, decided=None):
        return payment_files.book(uow, billed.manager, report.file.id, decided or {}, clock)

    return enter


def payments(uow, billed):
    with uow("payments") as tx:
        return tx.accounting.payments(billed.manager.cdg_id)


def test_an_invoice_is_paid_in_parts_and_what_is_too_much_stays_a_credit(uow, billed, pay):
    invoice = billed(ZUDAUSQUES, "24.00")
    pay(invoice, "10.00")
    assert billed.standing(invoice).open == Money.of("14")
    payment = pay(invoice, "20.00")
    assert billed.standing(invoice).open == ZERO
    with uow("rest") as tx:
        assert tx.accounting.payment(payment, billed.manager.cdg_id).rest == Money.of("6")


def test_a_form_sent_twice_is_one_payment(uow, billed, clock):
    invoice = billed(ZUDAUSQUES, "24.00")
    received = Received(TODAY, Money.of("10.00"), "Trésorerie", "M-1", uuid.uuid4())
    made = [ledger.enter_payment(uow, billed.manager, invoice, received, clock) for _ in range(2)]
    assert made == [received.key, None]
    assert billed.standing(invoice).open == Money.of("14")


def test_what_is_left_pays_another_invoice_from_today_on(uow, billed, pay, clock):
    first, second = billed(ZUDAUSQUES, "24.00"), billed(ZUDAUSQUES, "30.00")
    payment = pay(first, "40.00", date(2026, 2, 1))
    with pytest.raises(PaymentRefused, match="ce qui reste de ce paiement"):
        ledger.allocate(uow, billed.manager, payment, second, Money.of("16.01"), clock)
    ledger.allocate(uow, billed.manager, payment, second, None, clock)
    assert billed.standing(second).open == Money.of("14")
    assert billed.standing(second, date(2026, 3, 9)).open == Money.of("30")


def test_nothing_is_taken_back_but_by_a_contrary_entry_and_once(uow, billed, pay, clock):
    invoice = billed(ZUDAUSQUES, "24.00")
    payment = pay(invoice, "24.00", date(2026, 2, 1))
    with uow("read") as tx:
        (paid,) = tx.accounting.allocations(payment_id=payment)
    ledger.undo_allocation(uow, billed.manager, payment, paid.id, clock)
    with pytest.raises(PaymentRefused, match="déjà annulée"):
        ledger.undo_allocation(uow, billed.manager, payment, paid.id, clock)
    ledger.undo_payment(uow, billed.manager, payment, clock)
    with pytest.raises(PaymentRefused, match="déjà annulé"):
        ledger.undo_payment(uow, billed.manager, payment, clock)
    assert billed.standing(invoice).open == Money.of("24")
    assert billed.standing(invoice, date(2026, 3, 9)).open == ZERO
    with uow("read") as tx:
        assert sorted(tx.session.scalars(select(a.payments.c.cents))) == [-2400, 2400]
        assert tx.accounting.credits(billed.manager.cdg_id) == []


def test_what_is_left_is_given_back_and_never_more(uow, billed, pay, parties, clock):
    payment = pay(billed(ZUDAUSQUES, "24.00"), "40.00", date(2026, 2, 1))

    def give(euros: str | None, day: date = TODAY, key: uuid.UUID | None = None, by=billed.manager) -> bool:
        given = refunding.Given(day, euros and Money.of(euros), "V-1", key)
        return refunding.refund(uow, by, payment, given, clock)

    key = uuid.uuid4()
    assert [give("6.00", date(2026, 3, 1), key) for _ in range(2)] == [True, False]
    for wrong, why in (
        ((("10.01"),), "plus que ce qui reste"),
        (("1.00", date(2026, 1, 31)), "avant le paiement"),
        (("1.00", date(2026, 3, 11)), "à venir"),
        (("0.00",), "positif"),
        (("1.00", TODAY, None, parties.elsewhere), "inconnu"),
    ):
        with pytest.raises(PaymentRefused, match=why):
            give(*wrong)
    with ThreadPoolExecutor(4) as pool:
        done = [future.exception() for future in [pool.submit(give, "6.00") for _ in range(4)]]
    assert sum(each is None for each in done) == 1
    assert payments(uow, billed)[0].rest == Money.of("4")
    more = "INSERT INTO refunds SELECT gen_random_uuid(), payment_id, 401, given_on, '', NULL, recorded_by, recorded_at"
    with pytest.raises(DatabaseError, match="no more of a payment is given back"), uow("more") as tx:
        tx.session.execute(text(f"{more} FROM refunds LIMIT 1"))
    with pytest.raises(PaymentRefused, match="annulez d’abord"):
        ledger.undo_payment(uow, billed.manager, payment, clock)
    refunding.undo_refund(uow, billed.manager, payment, key, clock)
    with pytest.raises(PaymentRefused, match="déjà annulé"):
        refunding.undo_refund(uow, billed.manager, payment, key, clock)
    give(None)
    rows = [row[5:] for row in exports.payments(uow, billed.manager).rows]
    assert sorted((row[3], str(row[1])) for row in rows) == [
        ("avoir du payeur", "16.00"),
        ("imputation", "24.00"),
        ("remboursement", "-10.00"),
        ("remboursement", "-6.00"),
        ("remboursement", "-6.00"),
        ("remboursement annulé", "6.00"),
    ]
    with uow("kept") as tx:
        assert tx.accounting.credits(billed.manager.cdg_id) == []
        assert tx.overview.paid(billed.manager.cdg_id, 2026, TODAY) == {2: 4000, 3: -1600}


def test_an_invoice_that_was_undone_is_issued_again_to_the_coordinates_of_today(uow, billed, clock):
    first = billed(ZUDAUSQUES, "24.00")

    def again(invoice_id):
        return ledger.replace_invoice(uow, billed.manager, invoice_id, clock)

    with pytest.raises(InvoiceRefused, match="pas annulée"):
        again(first)
    note = ledger.undo_invoice(uow, billed.manager, first, Motive.BUYER, clock)
    with uow("stands") as tx:
        assert not tx.invoices.stands(first)
        row = tx.invoices.get(first, billed.manager.cdg_id)
        buyer = text("UPDATE buyers SET siret = '21620905600011', service_code = 'RH'")
        tx.session.execute(buyer)
    second = again(first)
    assert again(first) == second
    with pytest.raises(InvoiceRefused, match="avoir"):
        ledger.undo_invoice(uow, billed.manager, note, Motive.BUYER, clock)
    with uow("stands") as tx:
        assert tx.invoices.stands(first)
        found = dict(tx.balances.invoices(billed.manager.cdg_id, [first, second]))
        assert tx.invoices.origin(tx.invoices.get(second, billed.manager.cdg_id).cause) == row.cause
    assert found[second].draft.lines == found[first].draft.lines
    assert (found[second].number, found[second].draft.buyer.service_code) == ("62-2026-000003", "RH")
    assert (billed.standing(first).open, billed.standing(second).open) == (ZERO, Money.of("24"))


@pytest.mark.parametrize(
    "statement", ["UPDATE payments SET cents = 1", "DELETE FROM allocations", "UPDATE refunds SET cents = 1"]
)
def test_the_service_cannot_change_what_was_entered(uow, billed, statement):
    with pytest.raises(DatabaseError, match="permission denied"), uow("change") as tx:
        tx.session.execute(text(statement))


def test_the_database_refuses_what_exceeds(uow, billed, pay):
    invoice = billed(ZUDAUSQUES, "24.00")
    pay(invoice, "24.00")
    row = (
        "INSERT INTO allocations SELECT gen_random_uuid(), payment_id, invoice_id, 1, counts_on, NULL, recorded_by, "
        "recorded_at FROM allocations"
    )
    with pytest.raises(DatabaseError, match="pays no more than it is"), uow("more") as tx:
        tx.session.execute(text(row))


def test_two_payments_at_once_do_not_exceed(uow, billed, pay):
    invoice = billed(ZUDAUSQUES, "24.00")
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: pay(invoice, "20.00"), range(8)))
    assert billed.standing(invoice).paid == Money.of("24")
    assert sum(one.rest.cents for one in payments(uow, billed)) == 8 * 2000 - 2400


def test_a_credit_note_frees_what_was_paid(uow, billed, pay, clock):
    invoice = billed(ZUDAUSQUES, "24.00")
    pay(invoice, "24.00")
    with pytest.raises(InvoiceRefused, match="précisez"):
        ledger.undo_invoice(uow, billed.manager, invoice, Motive.OTHER, clock, remark=" ")
    note = ledger.undo_invoice(uow, billed.manager, invoice, Motive.HEADCOUNT, clock, remark="11 agents")
    assert ledger.undo_invoice(uow, billed.manager, invoice, Motive.TWICE, clock) == note
    assert billed.standing(invoice).open == ZERO
    with uow("read") as tx:
        assert tx.accounting.motive(note) == "Effectif corrigé – 11 agents"
        assert [one.rest for one in tx.accounting.credits(billed.manager.cdg_id)] == [Money.of("24")]
    with pytest.raises(PaymentRefused, match="annulée"):
        pay(invoice, "1.00")


def test_another_cdg_sees_and_pays_nothing(uow, billed, pay, parties, clock):
    invoice = billed(ZUDAUSQUES, "24.00")
    payment = pay(invoice, "10.00")
    assert invoice_pages.invoice_file(uow, parties.elsewhere, invoice, clock) is None
    assert invoice_pages.payment_file(uow, parties.elsewhere, payment, clock) is None
    with pytest.raises(PaymentRefused, match="inconnu"):
        ledger.undo_payment(uow, parties.elsewhere, payment, clock)


def test_a_file_is_reported_then_booked(uow, billed, send, book):
    named, by_payer, twice = billed(ZUDAUSQUES, "24.00"), billed(ARRAS, "1234.50"), billed(ZUDAUSQUES, "30.00")
    report = send(
        "12/02/2026;24,00;VIR;62-2026-000001;TRESORERIE\n"
        "12/02/2026;1 234,50 €;MANDAT 88;;COMMUNE D'ARRAS\n"
        "13/02/2026;77,00;LOYER;;SCI DU PORT\n"
        "13/02/2026;30,00;;;SANS NOM\n"
        "14/02/2026;-12,00;FRAIS;;BANQUE\n"
    )
    found = [(one.found, [share[0] for share in one.shares]) for one in report.matches]
    assert found == [
        (Found.MATCHED, [named]),
        (Found.MATCHED, [by_payer]),
        (Found.UNKNOWN, []),
        (Found.AMBIGUOUS, []),
    ]
    assert report.matches[3].choices == [twice]
    assert payments(uow, billed) == []
    done = book(report, {report.matches[3].entry.place: str(twice)})
    assert (done.payments, done.amount) == (3, Money.of("1288.50"))
    assert [billed.standing(one).open for one in (named, by_payer, twice)] == [ZERO] * 3
    assert billed.standing(named, date(2026, 2, 11)).open == Money.of("24")


def test_the_same_file_and_the_same_line_never_count_twice(uow, billed, send, book):
    invoice = billed(ZUDAUSQUES, "50.00")
    line = "12/02/2026;24,00;VIR 62-2026-000001;;ZUDAUSQUES\n"
    first = send(line)
    book(first)
    again = send(line)
    assert again.file.id == first.file.id
    assert book(again).again
    other = send(line + "13/02/2026;26,00;VIR 62-2026-000001;;ZUDAUSQUES\n")
    assert [one.found for one in other.matches] == [Found.KNOWN, Found.MATCHED]
    assert book(other).payments == 1
    assert billed.standing(invoice).open == ZERO
    assert len(payments(uow, billed)) == 2


def test_two_lines_that_say_the_same_are_two_payments(uow, billed, send, book):
    billed(ZUDAUSQUES, "48.00")
    line = "12/02/2026;24,00;VIR 62-2026-000001;;ZUDAUSQUES\n"
    assert book(send(line * 2)).payments == 2


def test_forty_lines_take_as_many_statements_as_two(uow, billed, send, book):
    invoice = billed(ZUDAUSQUES, "1000.00")

    def booked(count, day):
        report = send("".join(f"{day}/02/2026;20,00;VIR {n} 62-2026-000001;;ZUDAUSQUES\n" for n in range(count)))
        seen = []
        with uow("engine") as tx:
            engine = tx.session.get_bind()

        def listener(*told):
            seen.append(told[2])

        event.listen(engine, "before_cursor_execute", listener)
        done = book(report)
        event.remove(engine, "before_cursor_execute", listener)
        return done.payments, len(seen)

    few, statements = booked(2, 12)
    assert (few, booked(40, 13)) == (2, (40, statements))
    assert billed.standing(invoice).open == Money.of("160")


def test_a_file_booked_by_eight_at_once_is_booked_once(uow, billed, send, book):
    invoice = billed(ZUDAUSQUES, "24.00")
    report = send("12/02/2026;24,00;VIR 62-2026-000001;;ZUDAUSQUES\n")
    together = threading.Barrier(8)

    def enter(_):
        together.wait()
        return book(report).again

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(enter, range(8))) == [False] + [True] * 7
    assert len(payments(uow, billed)) == 1
    assert billed.standing(invoice).open == ZERO


def test_a_booked_file_keeps_no_line(uow, billed, send, book):
    billed(ZUDAUSQUES, "24.00")
    book(send("12/02/2026;24,00;VIR 62-2026-000001;;ZUDAUSQUES\n13/02/2026;77,00;LOYER;;SCI DU PORT\n"))
    with uow("read") as tx:
        assert tx.session.scalars(select(a.payment_imports.c.entries)).all() == [""]
        assert "SCI" not in str(tx.session.execute(select(a.payments)).all())


def test_a_file_that_nobody_books_is_forgotten_and_can_be_sent_again(uow, billed, send, book):
    billed(ZUDAUSQUES, "24.00")
    line = "12/02/2026;24,00;VIR 62-2026-000001;;ZUDAUSQUES\n"
    first = send(line)
    assert payment_files.forget(uow, FixedClock(datetime(2026, 4, 9, 9, 30, tzinfo=UTC))) == 0
    assert payment_files.forget(uow, FixedClock(datetime(2026, 4, 9, 9, 31, tzinfo=UTC))) == 1
    assert payment_files.report(uow, billed.manager, first.file.id).matches == []
    assert book(first).payments == 0
    again = send(line)
    assert (again.file.id, book(again).payments) == (first.file.id, 1)


def test_the_balance_of_a_past_day_stays(uow, billed, pay, clock):
    """By hand: 24 € due on 14 February, 100 € due on 2 March, of which 40 € were paid on 5 March."""
    first, second = billed(ZUDAUSQUES, "24.00"), billed(ARRAS, "100.00", date(2026, 1, 31))
    pay(second, "40.00", date(2026, 3, 5))
    then = invoice_pages.balance_on(uow, billed.manager, date(2026, 3, 4))
    assert (then.open, then.of(Age.TO_30)) == (Money.of("124"), Money.of("124"))
    now = invoice_pages.balance_on(uow, billed.manager, date(2026, 4, 16))
    assert [(row.name, row.open) for row in now.rows] == [("Arras", Money.of("60")), ("Zudausques", Money.of("24"))]
    assert (now.of(Age.TO_30), now.of(Age.TO_60), now.of(Age.TO_90)) == (ZERO, Money.of("60"), Money.of("24"))
    ledger.undo_invoice(uow, billed.manager, first, Motive.AMOUNT, clock)
    assert invoice_pages.balance_on(uow, billed.manager, date(2026, 3, 4)).open == then.open
    assert invoice_pages.balance_on(uow, billed.manager, TODAY).open == Money.of("60")


def test_nothing_was_due_before_anything_was_issued(uow, billed):
    billed(ZUDAUSQUES, "24.00")
    assert invoice_pages.balance_on(uow, billed.manager, date(2026, 1, 14)).rows == []
    assert Decimal("24") == invoice_pages.balance_on(uow, billed.manager, date(2026, 1, 15)).open.euros
