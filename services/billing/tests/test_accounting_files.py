"""What leaves: reminders, Chorus Pro, titres, tables for the accountant; each file is opened again."""

import json
import uuid
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import facturx
import pytest
from jsonschema import Draft202012Validator
from odfdo import Document
from pypdf import PdfReader
from sqlalchemy import text

from billing.domain.invoices import Motive
from billing.domain.money import Money, total
from billing.domain.payments import PaymentRefused
from billing.gateways.accounting_files import AccountingFiles
from billing.gateways.press import WeasyPress
from billing.store.balances import Sought
from billing.store.deposits import CHORUS, TITRES
from billing.usecases import deposits, dunning, exports, invoice_pages, ledger
from billing.usecases.ledger import Received
from billing.usecases.ports import Sheet
from chassis.clock import FixedClock
from paravent.billing.v1 import events_pb2 as events

ZUDAUSQUES, ARRAS = "62905", "62041"
SIRET = "21620905600011"
SCHEMA = Path(__file__).parents[3] / "docs/operations/titres-1.0.schema.json"
FILES = AccountingFiles()


def at(day: date) -> FixedClock:
    return FixedClock(datetime(day.year, day.month, day.day, 9, tzinfo=UTC))


def waiting(uow, billed, clock):
    return dunning.overview(uow, billed.manager, clock).waiting


def test_a_reminder_is_prepared_once_and_leaves_once(uow, billed, clock, told):
    late = billed(ZUDAUSQUES, "24.00")
    assert [dunning.prepare(uow, clock) for _ in range(2)] == [1, 0]
    (letter,) = waiting(uow, billed, clock)
    assert (letter.reminder.level, letter.reminder.amount, letter.reachable) == (1, Money.of("24"), False)
    assert [dunning.send(uow, billed.manager, [letter.id], clock) for _ in range(2)] == [1, 0]
    assert (billed.standing(late).reminded, dunning.prepare(uow, clock)) == (1, 0)
    assert told(events.LetterAsked) == []
    second = at(date(2026, 3, 20))
    assert dunning.prepare(uow, second) == 1
    assert waiting(uow, billed, second)[0].reminder.level == 2


def test_lists_longer_than_a_statement_has_parameters(uow, billed):
    invoice, many = billed(ZUDAUSQUES, "24.00"), [uuid.uuid4()] * 2**16
    cdg_id, day = billed.manager.cdg_id, date(2026, 3, 10)
    with uow("many") as tx:
        assert [one for one, _ in tx.balances.invoices(cdg_id, [*many, invoice])] == [invoice]
        (standing,) = tx.balances.standings(cdg_id, day)
        assert tx.reminders.prepare(cdg_id, [standing.member_id] * 16_400, day) == 1
        tx.reminders.drop([*many, *tx.reminders.open(cdg_id).values()], day)
        assert tx.reminders.open(cdg_id) == {}


def test_what_is_paid_or_disputed_meanwhile_is_not_reminded(uow, billed, clock):
    paid, disputed = billed(ZUDAUSQUES, "24.00"), billed(ARRAS, "30.00")
    dunning.prepare(uow, clock)
    letters = [one.id for one in waiting(uow, billed, clock)]
    received = Received(date(2026, 3, 10), Money.of("24"), "", "")
    ledger.enter_payment(uow, billed.manager, paid, received, clock)
    ledger.dispute(uow, billed.manager, disputed, "Effectif", clock)
    assert dunning.send(uow, billed.manager, letters, clock) == 0
    assert dunning.prepare(uow, clock) == 2
    assert waiting(uow, billed, clock) == []
    ledger.settle(uow, billed.manager, disputed, clock)
    assert dunning.prepare(uow, clock) == 1


def test_after_the_last_level_it_is_handed_over(uow, billed):
    billed(ZUDAUSQUES, "24.00")
    for day in (date(2026, 3, 1), date(2026, 3, 16), date(2026, 4, 15)):
        dunning.prepare(uow, at(day))
        dunning.send(uow, billed.manager, [one.id for one in waiting(uow, billed, at(day))], at(day))
    seen = dunning.overview(uow, billed.manager, at(date(2026, 4, 25)))
    assert [one.number for one in seen.for_the_comptable] == ["62-2026-000001"]
    assert seen.waiting == []


def test_the_letter_says_what_is_owed_in_plain_words(uow, billed, clock):
    billed(ZUDAUSQUES, "1234.50")
    billed(ZUDAUSQUES, "30.00")
    dunning.prepare(uow, clock)
    (letter,) = waiting(uow, billed, clock)
    content = dunning.preview(uow, billed.manager, letter.id, clock)
    page = PdfReader(BytesIO(WeasyPress().print("relance", content))).pages[0].extract_text()
    for said in ("rappel de paiement", "62-2026-000001", "62-2026-000002", "1 264,50 €", "10 mars 2026", "Zudausques"):
        assert said in page.replace("\xa0", " ").replace("\u202f", " ")


def test_invoices_leave_for_chorus_pro_once_unless_said_otherwise(uow, billed, clock):
    ready, blocked = billed(ZUDAUSQUES, "24.00", siret=SIRET, service="RH"), billed(ARRAS, "30.00")
    undone = billed(ZUDAUSQUES, "10.00")
    ledger.undo_invoice(uow, billed.manager, undone, Motive.AMOUNT, clock)
    seen = deposits.for_chorus(uow, billed.manager, clock)
    assert [one.listed.standing.invoice_id for one in seen.ready] == [ready]
    assert [one.listed.standing.invoice_id for one in seen.blocked] == [blocked]
    deposit = deposits.leave(uow, billed.manager, CHORUS, clock)
    with pytest.raises(PaymentRefused, match="aucune facture"):
        deposits.leave(uow, billed.manager, CHORUS, clock)
    deposits.leave(uow, billed.manager, CHORUS, clock, only=ready)
    journal = deposits.for_chorus(uow, billed.manager, clock).journal
    assert sorted((one.invoices, one.again) for one in journal) == [(1, 0), (1, 1)]
    with pytest.raises(PaymentRefused, match="jour du dépôt"):
        deposits.deposited(uow, billed.manager, deposit, date(2026, 3, 9), clock)
    deposits.deposited(uow, billed.manager, deposit, date(2026, 3, 10), clock)
    kept = BytesIO()
    assert deposits.write_chorus(uow, billed.manager, deposit, FILES, WeasyPress(), kept)
    with ZipFile(kept) as outer, ZipFile(outer.open("E2-factur-x-01.zip")) as pdfs:
        with ZipFile(outer.open("E1-cii-01.zip")) as xmls:
            told = xmls.read("62-2026-000001.xml")
        assert facturx.get_xml_from_pdf(pdfs.read("62-2026-000001.pdf"), check_xsd=False)[1] == told


def test_another_cdg_gets_no_file(uow, billed, parties, clock):
    billed(ZUDAUSQUES, "24.00", siret=SIRET)
    deposit = deposits.leave(uow, billed.manager, CHORUS, clock)
    assert not deposits.write_chorus(uow, parties.elsewhere, deposit, FILES, WeasyPress(), BytesIO())
    assert deposits.titres_of(uow, billed.manager, deposit) is None


def test_titres_keep_the_schema_and_the_day_s_choices(uow, billed, clock):
    invoice = billed(ZUDAUSQUES, "24.00", siret=SIRET)
    billed(ARRAS, "1234.50")
    ledger.undo_invoice(uow, billed.manager, invoice, Motive.HEADCOUNT, clock)
    ledger.choose(uow, billed.manager, ledger.Ledger((15, 30), "7068", "00100"))
    deposit = deposits.leave(uow, billed.manager, TITRES, clock)
    ledger.choose(uow, billed.manager, ledger.Ledger((15, 30), "7478", "00100"))
    bordereau = deposits.titres_of(uow, billed.manager, deposit)
    made = json.loads(deposits.titres_json(bordereau))
    schema = Draft202012Validator(json.loads(SCHEMA.read_text("utf-8")))
    assert [error.message for error in schema.iter_errors(made)] == []
    assert [error.path[-1] for error in schema.iter_errors(made | {"exercice": 1999})] == ["exercice"]
    assert [(one["sens"], one["montant_ttc"], one["nature"]) for one in made["titres"]] == [
        ("titre", "24.00", "7068"),
        ("titre", "1234.50", "7068"),
        ("annulation", "24.00", "7068"),
    ]
    assert made["titres"][2]["facture_annulee"] == "62-2026-000001"
    assert "Effectif" not in json.dumps(made)
    rows = FILES.csv(deposits.titres_sheet(bordereau)).decode("utf-8-sig").splitlines()
    assert rows[1].startswith("1;1;titre;2026;7068;")
    assert len(rows) == 4
    billed(ARRAS, "5.00", date(2026, 3, 10))
    following = deposits.leave(uow, billed.manager, TITRES, clock)
    assert deposits.titres_of(uow, billed.manager, following).number == 2


def test_a_titre_s_number_is_one_invoice_s(uow, billed, clock):
    first, second = billed(ZUDAUSQUES, "24.00"), billed(ARRAS, "30.00")
    ledger.number_titre(uow, billed.manager, first, 2026, 3, 112, clock)
    with pytest.raises(PaymentRefused, match="déjà ce numéro"):
        ledger.number_titre(uow, billed.manager, second, 2026, 3, 112, clock)
    ledger.number_titre(uow, billed.manager, first, 2026, 4, 113, clock)
    assert invoice_pages.invoice_file(uow, billed.manager, first, clock).titre.number == 113


def test_a_spreadsheet_holds_numbers_and_days(uow, billed, clock):
    invoice = billed(ZUDAUSQUES, "1234.50")
    ledger.enter_payment(
        uow,
        billed.manager,
        invoice,
        Received(date(2026, 2, 1), Money.of("34.50"), "T\N{NO-BREAK SPACE}U", "=1+1"),
        clock,
    )
    sheets = [
        exports.invoices(uow, billed.manager, Sought(), clock),
        exports.lines(uow, billed.manager, Sought(), clock),
        exports.payments(uow, billed.manager),
        exports.balance(invoice_pages.balance_on(uow, billed.manager, date(2026, 3, 10))),
    ]
    opened = Document(BytesIO(FILES.ods(sheets)))
    invoices, lines, payments, balance = opened.body.tables
    row = dict(zip(sheets[0].heads, invoices.get_row_values(1), strict=False))
    assert (row["TTC"], row["Payé"], row["Reste dû"]) == (Decimal("1234.50"), Decimal("34.50"), Decimal("1200"))
    assert [row["Date"].date() if isinstance(row["Date"], datetime) else row["Date"]] == [date(2026, 1, 15)]
    assert lines.get_value("E2") == "Participation annuelle"
    assert (payments.get_value("C2"), payments.get_value("D2")) == ("T U", "=1+1")
    assert payments.get_cell("D2").type == "string"
    assert payments.get_cell("D2").formula is None
    assert balance.get_value("H3") == Decimal("1200")


def test_what_payments_paid_adds_up_to_what_is_kept_of_them(uow, billed, clock):
    invoice = billed(ZUDAUSQUES, "24.00")
    received = [Received(date(2026, 2, 1), Money.of(euros), "T", "") for euros in ("10", "40")]
    first, _ = (ledger.enter_payment(uow, billed.manager, invoice, one, clock) for one in received)
    ledger.undo_payment(uow, billed.manager, first, clock)
    rows = exports.payments(uow, billed.manager).rows
    assert total(row[6] for row in rows) == Money.of("40")
    assert [row[7] for row in rows if row[8] == "paiement annulé"] == [date(2026, 3, 10)]


@pytest.mark.parametrize("dangerous", ["=1+1", "+33", "-1", "@x", "\t=1"])
def test_a_csv_holds_no_formula(dangerous):
    made = FILES.csv(Sheet("T", ["A"], [[dangerous]])).decode("utf-8-sig").splitlines()
    assert made[1].strip('"').startswith("'")


def test_exports_tell_nothing_of_reports(uow, billed, clock, owner_engine):
    """The adversary of docs/discretion.md reads every export: what they hold stands on invoices and payments."""
    billed(ZUDAUSQUES, "24.00")
    with owner_engine.connect() as connection:
        words = "SELECT string_agg(column_name, ' ') FROM information_schema.columns WHERE table_name = ANY(:names)"
        names = ["payments", "allocations", "payment_imports", "deposits", "titres", "reminders_sent", "ledgers"]
        columns = connection.execute(text(words), {"names": names}).scalar_one()
    told = " ".join((*exports.invoices(uow, billed.manager, Sought(), clock).heads, columns))
    assert not [word for word in ("case", "report", "signal", "dossier", "order_") if word in told.lower()]
