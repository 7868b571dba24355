"""A member from the official list to its termination: signed, called, declared, billed, paid, and leaving.

The manager has a desk; the member's accountant has a telephone without JavaScript and the link of a mail. The treasury,
another public system, hears of the call and of the invoice.
"""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from io import BytesIO

import pytest
from pypdf import PdfReader

from tests.support import stores
from tests.support.conventions import Referent, fill_convention, mailed_link, one_day
from tests.support.listener import Listener, listening
from tests.support.visitor import DESKTOP, PHONE

COMMUNE = "Bapaume"
REFERENTS = (
    Referent("Alix Premier", "Ressources humaines", "alix.premier@bapaume.example.org", "03 21 00 00 04"),
    Referent("Billie Second", "Prévention", "billie.second@bapaume.example.org", "03 21 00 00 05"),
)
ACCOUNTANT = "dany.compte@bapaume.example.org"
PARTICULARS = {
    "street": "1 place de l’Exemple",
    "postcode": "62450",
    "city": COMMUNE,
    "contact_name": "Dany Compte",
    "contact_function": "Comptable",
    "contact_email": ACCOUNTANT,
    "contact_phone": "03 21 00 00 03",
}
TODAY = one_day()
CALL, INVOICE = "fr.paravent.call.issued.v1", "fr.paravent.invoice.issued.v1"
ACTIVATED = "fr.paravent.membership.activated.v1"


@pytest.fixture
def manager(visitor):
    person = visitor("annee-gestionnaire", DESKTOP)
    person.sign_in("billing", "gestion-1")
    return person


@pytest.fixture
def accountant(visitor):
    return visitor("annee-comptable", PHONE, scripts=False)


@pytest.fixture
def treasury(platform) -> Iterator[Listener]:
    with listening(platform, "62", INVOICE) as listener:
        yield listener


def test_a_member_joins_is_called_declares_pays_and_leaves(platform, manager, accountant, treasury):
    send_a_convention(manager)
    accountant.page.goto(mailed_link(platform, ACCOUNTANT, "une convention"))
    assert printed(accountant, "Convention d’adhésion").count(COMMUNE) > 2

    sign(manager)
    year = first_of_next_month().year
    call(platform, manager, year)
    accountant.page.goto(mailed_link(platform, ACCOUNTANT, "déclarer l’effectif"))
    declare(accountant, agents=65)

    bill(platform, manager, year)
    assert "130,00" in printed(accountant, "Facture 62-", path="/espace")
    is_told(platform, treasury, year)
    pay(manager)
    terminate(manager)


def first_of_next_month() -> date:
    """Convention, article 3."""
    return (TODAY.replace(day=1) + timedelta(32)).replace(day=1)


def send_a_convention(manager) -> None:
    manager.follow("Enregistrer une convention")
    manager.page.get_by_label("Nom de la commune").fill(COMMUNE.lower())
    manager.press("Chercher")
    manager.press(f"Préparer : {COMMUNE}")
    manager.follow("Nommer un correspondant")
    for field, answer in PARTICULARS.items():
        manager.page.locator(f"#{field}").fill(answer)
    manager.press("Enregistrer")
    manager.follow("Ouvrir la proposition")
    manager.page.locator("#sent_on").fill(TODAY.isoformat())
    manager.press("Noter l’envoi")
    assert manager.shows("La convention est envoyée")
    manager.picture("envoyee")


def sign(manager) -> None:
    manager.follow("Enregistrer la convention reçue")
    fill_convention(manager.page, REFERENTS, TODAY, 63)
    manager.press("Vérifier")
    # 63 agents at 2 € for a year.
    assert manager.shows("126,00 €")
    manager.press("Enregistrer la convention")
    assert manager.shows("À venir")
    manager.picture("signee")


def call(platform, manager, year: int) -> None:
    manager.follow("Appels", exact=True)
    manager.follow(f"Préparer l’appel {year}")
    manager.page.locator("#due_on").fill((TODAY + timedelta(30)).isoformat())
    manager.picture("appel-prepare")
    manager.press("Appeler")
    platform.until(lambda: reloaded(manager, re.compile("En attente [1-9]")))
    manager.picture("appel-lance")


def reloaded(visitor, link: re.Pattern[str]) -> int:
    """Load the page again: is this link there now?"""
    visitor.page.reload()
    return int(visitor.page.get_by_role("link", name=link).count())


def declare(accountant, agents: int) -> None:
    accountant.press("Entrer")
    accountant.picture("espace")
    accountant.follow(re.compile("déclarer l’effectif"))
    for field, answer in {"agents": str(agents), "name": "Dany Compte", "function": "Comptable"}.items():
        accountant.page.locator(f"#{field}").fill(answer)
    accountant.press("Voir le montant")
    # 65 × 2 €: the tariff of the demonstration asks a whole first year.
    assert accountant.shows("130,00 €")
    accountant.picture("montant")
    accountant.press("Confirmer la déclaration")
    assert accountant.shows("Votre déclaration est enregistrée")


def bill(platform, manager, year: int) -> None:
    manager.follow("Appels", exact=True)
    manager.follow(str(year), exact=True)
    manager.press("Valider le seul appel déclaré")
    manager.follow(re.compile("Vérifiés 1"))
    manager.press("Émettre 1 facture")
    platform.until(lambda: reloaded(manager, re.compile("Facturés 1")))
    manager.picture("facture-emise")


def is_told(platform, treasury: Listener, year: int) -> None:
    """In its feed and by webhook: bodies, days and amounts as billing has them, and nobody."""
    siren = siren_of(platform)
    platform.until(lambda: len(treasury.read(siren)) == 2 and treasury.pushed(siren))
    called, billed = treasury.read(siren)
    assert treasury.pushed(siren) == [billed]
    assert (called["type"], called["data"]["year"]) == (CALL, year)
    number, invoice_id = billed["data"].pop("number"), billed["data"].pop("invoice_id")
    assert billed["data"] == {
        "member": {"siren": siren, "name": COMMUNE, "insee_code": "62080", "department": "62"},
        "kind": "invoice",
        "issued_on": TODAY.isoformat(),
        "due_on": billed["data"]["due_on"],
        "net": "130.00",
        "tax": "0.00",
        "gross": "130.00",
        "currency": "EUR",
    }
    assert stores.rows(platform, "billing", f"SELECT number FROM invoices WHERE id = '{invoice_id}'") == [(number,)]
    told = treasury.read()
    assert {event["type"] for event in told} >= {CALL, INVOICE, ACTIVATED}
    everything = repr(told)
    for person in (*REFERENTS, Referent(PARTICULARS["contact_name"], "", ACCOUNTANT, "")):
        assert person.name not in everything
        assert person.email not in everything


def siren_of(platform) -> str:
    ((siren,),) = stores.rows(platform, "billing", f"SELECT siren FROM members WHERE name = '{COMMUNE}'")
    return str(siren)


def pay(manager) -> None:
    manager.follow("Factures", exact=True)
    manager.page.locator("#q").fill(COMMUNE)
    manager.press("Chercher")
    manager.follow(re.compile(r"^62-\d{4}-\d{6}$"))
    manager.picture("facture")
    manager.follow("Saisir un paiement")
    manager.page.locator("#recu_le").fill(TODAY.isoformat())
    manager.page.locator("#montant").fill("130,00")
    manager.press("Enregistrer le paiement")
    assert manager.shows("restent dus 0,00 €")
    manager.picture("payee")


def terminate(manager) -> None:
    """Two registered letters received today: the market ends before the first anniversary with three months' notice."""
    manager.follow(COMMUNE, exact=True)
    manager.page.get_by_text("Avenant, résiliation").click()
    manager.follow("La collectivité résilie")
    for field in ("cdg_received_on", "provider_received_on"):
        manager.page.locator(f"#{field}").fill(TODAY.isoformat())
    manager.press("Voir la date de sortie")
    assert manager.shows("Dernier jour : 27 juin 2027")
    manager.picture("resiliation")
    manager.press("Enregistrer la résiliation")
    manager.picture("resiliee")


def printed(visitor, title: str, path: str = "") -> str:
    """The text of the document of this title, in the member's space."""
    if path:
        visitor.go("billing", path)
    else:
        visitor.press("Entrer")
    link = visitor.page.get_by_role("link", name=title).first
    answer = visitor.context.request.get(visitor.demo.url("billing") + (link.get_attribute("href") or ""))
    assert answer.headers["content-type"] == "application/pdf"
    return " ".join(page.extract_text() for page in PdfReader(BytesIO(answer.body())).pages)
