"""Files of banks and treasuries: read as they are written in France, refused where they cannot be read."""

from datetime import date

import pytest

from billing.domain.money import Money
from billing.domain.payments import PaymentRefused, received_by
from billing.gateways import bank_files
from billing.gateways.bank_csv import read_amount, read_day

CAMT = """<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version}"><BkToCstmrStmt><Stmt>
{entries}</Stmt></BkToCstmrStmt></Document>"""
NTRY = (
    '<Ntry><Amt Ccy="{currency}">{amount}</Amt><CdtDbtInd>{way}</CdtDbtInd>{status}<ValDt><Dt>2026-02-12</Dt></ValDt>'
    "<NtryDtls>{details}</NtryDtls></Ntry>"
)
TX = (
    "<TxDtls><Refs><EndToEndId>M-{n}</EndToEndId></Refs>{amount}<RltdPties><Dbtr><Pty><Nm>COMMUNE {n}</Nm></Pty></Dbtr>"
    "</RltdPties><RmtInf><Ustrd>facture 62-2026-00000{n}</Ustrd></RmtInf></TxDtls>"
)


def camt(*entries, version="08"):
    return CAMT.format(entries="".join(entries), version=version).encode()


def ntry(amount="24.00", way="CRDT", currency="EUR", status="<Sts><Cd>BOOK</Cd></Sts>", details=""):
    details = details or TX.format(n=1, amount="")
    return NTRY.format(amount=amount, way=way, currency=currency, status=status, details=details)


def read(data, columns=None):
    return bank_files.read(data, columns or {})


@pytest.mark.parametrize(
    ("text", "euros"),
    [
        ("1 234,50", "1234.50"),
        ("1\u202f234,50 €", "1234.50"),
        ("1.234,50", "1234.50"),
        ("1,234.50", "1234.50"),
        ("1234.5", "1234.50"),
        ("24", "24"),
        ("-12,00", "-12"),
        ("12,00-", "-12"),
        ("24 EUR", "24"),
    ],
)
def test_amounts_as_they_are_written(text, euros):
    assert read_amount(text) == Money.of(euros)


@pytest.mark.parametrize("text", ["", "douze", "1.234", "1,2,3", "12,345", "1.23,45", "=1+1", "1e3"])
def test_what_is_no_amount_or_could_be_two_is_none(text):
    assert read_amount(text) is None


@pytest.mark.parametrize("text", ["12/02/2026", "12-02-26", "2026-02-12", "20260212", "12.02.2026 00:00:00"])
def test_days_as_they_are_written(text):
    assert read_day(text) == date(2026, 2, 12)


@pytest.mark.parametrize("text", ["", "31/02/2026", "12/2026", "2026"])
def test_what_is_no_day_is_none(text):
    assert read_day(text) is None


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("mark", [";", "\t", ","])
def test_a_csv_in_any_usual_shape(encoding, mark):
    rows = [["Relevé", "", ""], ["Débiteur", "Date opération", "Crédit"], ["Hénin", "12/02/2026", "24.00"]]
    found = read("\r\n".join(mark.join(row) for row in rows).encode(encoding))
    (one,) = found.entries
    assert (one.place, one.payer, one.day, one.amount) == (3, "Hénin", date(2026, 2, 12), Money.of("24"))


def test_other_headings_are_told():
    data = b"Quand;Combien\n12/02/2026;24,00\n"
    with pytest.raises(PaymentRefused, match="en-têtes"):
        read(data)
    assert len(read(data, {"date": "quand", "amount": "COMBIEN"}).entries) == 1


def test_each_line_that_cannot_be_read_is_told_by_its_number():
    found = read(b"Date;Montant\n12/02/2026;24,00\n99/02/2026;24,00\n\n12/02/2026;x\n12/02/2026;-5,00\n")
    assert [(one.place, one.why) for one in found.problems] == [
        (3, "la date n’est pas lisible"),
        (5, "le montant n’est pas lisible"),
    ]
    assert (len(found.entries), found.left_out) == (1, 1)


@pytest.mark.parametrize("version", ["02", "08"])
def test_a_camt_statement(version):
    status = "<Sts>BOOK</Sts>" if version == "02" else "<Sts><Cd>BOOK</Cd></Sts>"
    pending = "<Sts>PDNG</Sts>"
    entries = ntry(status=status), ntry(way="DBIT", status=status), ntry(status=pending)
    found = read(camt(*entries, ntry(currency="USD", status=status), version=version))
    (one,) = found.entries
    assert (one.day, one.amount, one.payer) == (date(2026, 2, 12), Money.of("24"), "COMMUNE 1")
    assert one.label == "facture 62-2026-000001"
    assert (len(found.problems), found.left_out) == (1, 2)


@pytest.mark.parametrize(("way", "why"), [("DBIT", "la banque a rendu"), ("CRDT", "l’annulation d’un débit")])
def test_what_came_back_is_told_and_never_booked(way, why):
    back = "<TxDtls><RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf></TxDtls>"
    reversed_ = ntry(way=way).replace("<Sts>", "<RvslInd>true</RvslInd><Sts>", 1)
    found = read(camt(ntry(way=way, details=back), reversed_))
    assert ([why in one.why for one in found.problems], found.entries, found.left_out) == ([True, True], [], 0)


def test_a_debit_by_its_column_is_no_payment():
    found = read("Date;Montant;Sens\n12/02/2026;24,00;Débit\n12/02/2026;30,00;C\n".encode())
    assert ([one.amount for one in found.entries], found.left_out) == ([Money.of("30")], 1)


def test_a_day_to_come_is_told():
    found = received_by(read(b"Date;Montant\n12/02/3026;24,00\n12/02/2026;24,00\n"), date(2026, 2, 12))
    assert ([one.place for one in found.problems], [one.place for one in found.entries]) == ([2], [3])


def test_an_entry_of_several_payments_is_split_when_they_add_up():
    parts = [TX.format(n=n, amount=f'<Amt Ccy="EUR">{n}0.00</Amt>') for n in (1, 2)]
    found = read(camt(ntry("30.00", details="".join(parts))))
    assert [(one.place, one.amount) for one in found.entries] == [(1, Money.of("10")), (2, Money.of("20"))]
    whole = read(camt(ntry("31.00", details="".join(parts))))
    assert [one.amount for one in whole.entries] == [Money.of("31")]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x00\x01\x02",
        b"<Document>",
        b"<html></html>",
        b"a;b\n1;2\n",
        b'<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><d>&x;</d>',
        '<!DOCTYPE d [<!ENTITY x "y">]><d>&x;</d>'.encode("utf-16"),
        b"Date;Montant\n" + b"x" * (bank_files.MOST_BYTES + 1),
    ],
)
def test_what_is_no_statement_is_refused(data):
    with pytest.raises(PaymentRefused):
        read(data)


def cfonb(code, amount="", label="", day="120226", reference=""):
    head = f"{code}30001{'':4}00794EUR2 12345678901"
    if code == "05":
        return f"{head}  {day}{'':5}{label}".ljust(120)
    return f"{head}  {day}  {day}{label:<31}{'':11}{amount:0>14}{reference:<16}".ljust(120)


def test_a_cfonb_statement():
    lines = [
        cfonb("01", "100{"),
        cfonb("04", "240{", "VIR RECU", reference="62-2026-000001"),
        cfonb("05", label="NPYCOMMUNE DE ZUDAUSQUES"),
        cfonb("04", "50}", "FRAIS"),
        cfonb("07", "290{"),
    ]
    found = read("\n".join(lines).encode("cp1252"))
    (one,) = found.entries
    assert (one.amount, one.payer, one.reference) == (Money.of("24"), "COMMUNE DE ZUDAUSQUES", "62-2026-000001")
    assert found.left_out == 1
    refused = lines[1][:40] + "01" + lines[1][42:]
    assert [one.why for one in read("\n".join([lines[0], refused, *lines[2:]]).encode("cp1252")).problems] == [
        "c’est un rejet : à traiter à la main"
    ]
    with pytest.raises(PaymentRefused, match="soldes"):
        read("\n".join([*lines[:3], lines[4]]).encode("cp1252"))
    with pytest.raises(PaymentRefused, match="nouveau solde"):
        read("\n".join(lines[:4]).encode("cp1252"))
