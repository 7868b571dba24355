"""A manager follows an invoice: payment, file of the bank, balance, reminder, Chorus Pro, titre, credit note."""

import re
from datetime import UTC, datetime
from io import BytesIO
from zipfile import ZipFile

import pytest
from pypdf import PdfReader

from billing.domain.people import named
from billing.store.space import SpaceLink
from billing.usecases import dunning
from billing.usecases.habilitations import known_person

ZUDAUSQUES, ARRAS = "62905", "62041"
SIRET = "21620905600011"


@pytest.fixture
def manager(visitor):
    return visitor("gestion-1")


def said(manager, *words):
    missing = [one for one in words if one not in manager.text]
    assert not missing, f"{missing} in: {manager.text[:2000]}"


def test_an_invoice_is_found_paid_and_undone(manager, billed, visitor, space_link):
    invoice = billed(ZUDAUSQUES, "1234.50", siret=SIRET)
    manager.get("/factures?q=zudausques&etat=late&annee=2026")
    said(manager, "62-2026-000001", "1 234,50 €", "24 jours de retard")
    manager.get("/factures?etat=credit")
    said(manager, "Aucune facture ne correspond")
    at = f"/factures/{invoice}"
    assert manager.get(f"{at}/factur-x.xml").text.count("62-2026-000001") >= 1
    manager.get(f"{at}/paiement")
    assert manager.post(f"{at}/paiement", {"recu_le": "", "montant": "x"}).status_code == 422
    said(manager, "2 réponses sont à revoir")
    assert manager.post(f"{at}/paiement", {"recu_le": "2026-03-11", "montant": "24"}).status_code == 422
    said(manager, "un paiement n’est pas daté d’un jour à venir")
    manager.post(f"{at}/paiement", {"recu_le": "2026-03-09", "montant": "1 000,00", "reference": "M-7"})
    said(manager, "Le paiement est enregistré", "Payée en partie", "234,50 €")
    manager.get(f"{at}/avoir")
    assert manager.post(f"{at}/avoir", {"motif": "Effectif corrigé, à cause de lui"}).status_code == 422
    said(manager, "Choisissez le motif", "Cochez la case")
    assert manager.post(f"{at}/avoir", {"motif": "Autre correction", "accord": "oui"}).status_code == 422
    said(manager, "Précisez la correction")
    manager.post(f"{at}/avoir", {"motif": "Effectif corrigé", "precision": "11 agents", "accord": "oui"})
    said(manager, "L’avoir est émis", "62-2026-000002", "Motif : Effectif corrigé – 11 agents")
    undone_by_words(manager, visitor(), space_link())
    manager.get(at)
    said(manager, "Mêmes lignes et mêmes montants")
    manager.post(f"{at}/nouvelle")
    said(manager, "La nouvelle facture est émise", "62-2026-000003", "Cet adhérent a un crédit")
    manager.get(at)
    said(manager, "Remplacée par la facture 62-2026-000003")
    manager.get("/factures/paiements")
    said(manager, "Crédits à imputer", "1 000,00 € sur 1 000,00 €")


def undone_by_words(manager, member, link):
    """The member reads the motive; what the manager wrote about it stands nowhere but in the CdG's accounts."""
    xml = manager.get(manager.link("Télécharger le XML")).content.decode()
    member.get(link)
    member.post(link)
    said(member, "annule 62-2026-000001. Motif : Effectif corrigé")
    paper = PdfReader(BytesIO(member.get(member.link("62-2026-000002")).content)).pages[0].extract_text()
    assert ["Effectif corrigé" in text for text in (xml, paper)] == [True, True]
    assert not any("11 agents" in text for text in (xml, paper, member.text))


def test_a_payment_is_moved_and_taken_back_by_contrary_entries(manager, billed, clock):
    first, second = billed(ZUDAUSQUES, "24.00"), billed(ZUDAUSQUES, "30.00")
    manager.get(f"/factures/{first}/paiement")
    manager.post(f"/factures/{first}/paiement", {"recu_le": "2026-03-09", "montant": "40"})
    payment = re.search(r"/factures/paiements/[0-9a-f-]{36}", manager.page)[0]
    manager.get(payment)
    manager.post(payment, {"etape": "imputer", "facture": str(second), "montant": "99"})
    said(manager, "c’est plus que ce qui reste de ce paiement")
    manager.post(payment, {"etape": "imputer", "facture": str(second)})
    taken = re.findall(r'value="(reprendre-[0-9a-f-]+)"', manager.page)
    manager.post(payment, {"etape": taken[0]})
    said(manager, "Contrepassation", "Repris")
    assert manager.post(payment, {"etape": "rembourser", "rendu_le": "", "rendu": "x"}).status_code == 422
    said(manager, "Indiquez le jour du remboursement", "Indiquez le montant en euros")
    back = {"etape": "rembourser", "rendu_le": "2026-03-10", "mandat": "V-62"}
    manager.post(payment, back | {"rendu": "99"})
    said(manager, "c’est plus que ce qui reste de ce paiement")
    manager.post(payment, back)
    said(manager, "Les écritures sont enregistrées", "V-62")
    manager.post(payment, {"etape": "annuler", "accord": "oui"})
    said(manager, "annulez d’abord le remboursement")
    manager.post(payment, {"etape": re.search(r'value="(rendu-[0-9a-f-]+)"', manager.page)[1]})
    manager.post(payment, {"etape": "annuler"})
    said(manager, "cochez la case pour confirmer")
    manager.post(payment, {"etape": "annuler", "accord": "oui"})
    assert [billed.standing(one).paid.cents for one in (first, second)] == [0, 0]


def test_a_file_is_read_then_booked(manager, billed):
    invoice = billed(ZUDAUSQUES, "24.00")
    at = "/factures/paiements/importer"
    manager.get(at)
    assert manager.upload(at, "fichier", "releve.csv", b"").status_code == 422
    said(manager, "choisissez un fichier")
    manager.upload(at, "fichier", "releve.csv", "Date;Montant;Libellé\n9/3/2026;24,00;62-2026-000001\nx;1;y\n".encode())
    said(manager, "Une ligne est à revoir", "Ligne 3 : la date n’est pas lisible.")
    file = manager.link("Continuer avec 1 ligne")
    manager.get(file)
    said(manager, "Reconnues", "62-2026-000001", "numéro de facture lu dans la ligne")
    manager.post(file)
    said(manager, "1 paiement enregistré", "24,00 €")
    assert billed.standing(invoice).open.cents == 0
    manager.get(file)
    said(manager, "Ce fichier est déjà enregistré")
    assert manager.post(file, token=False).status_code == 403
    assert manager.upload(at, "fichier", "releve.csv", b"x", token=False).status_code == 403


def test_the_balance_of_a_day_and_its_file(manager, billed):
    billed(ZUDAUSQUES, "24.00")
    manager.get("/factures/balance?jour=2026-02-15")
    said(manager, "restent dus au 15 février 2026", "Zudausques", "1 à 30 jours")
    csv = manager.get("/factures/balance.csv?jour=2026-02-15")
    assert csv.content.decode("utf-8-sig").splitlines()[1] == "Zudausques;216209056;0,00;24,00;0,00;0,00;0,00;24,00"
    manager.get("/factures/balance?jour=hier")
    said(manager, "Indiquez un jour")


def test_reminders_wait_for_a_manager(manager, billed, uow, clock):
    late, disputed = billed(ZUDAUSQUES, "24.00"), billed(ARRAS, "30.00")
    manager.get(f"/factures/{disputed}")
    manager.post(f"/factures/{disputed}/litige", {"motif": "Effectif"})
    said(manager, "Le litige est noté", "Contestée")
    assert dunning.prepare(uow, clock) == 1
    manager.get("/factures/relances")
    said(manager, "Zudausques", "1 sur 3", "Pas de correspondant")
    assert manager.get(manager.link("Relire le PDF")).content.startswith(b"%PDF")
    manager.get("/factures/relances")
    assert manager.post("/factures/relances").status_code == 422
    letter = re.search(r'name="lettre" value="([0-9a-f-]+)"', manager.page)[1]
    manager.post("/factures/relances", {"lettre": letter})
    said(manager, "1 rappel est parti", "Aucun rappel n’attend")
    manager.get(f"/factures/{late}")
    assert manager.get(manager.link("Rappel n° 1")).headers["content-type"] == "application/pdf"


def test_what_leaves_for_chorus_pro_is_checked_and_journaled(manager, billed):
    invoice = billed(ZUDAUSQUES, "24.00", siret=SIRET)
    billed(ARRAS, "30.00")
    manager.get("/factures/chorus")
    said(manager, "Fiche : Arras", "Le SIRET de l’adhérent manque", "Ni code service ni engagement")
    assert "/modifier" in manager.link("Fiche : Arras")
    manager.post("/factures/chorus")
    said(manager, "L’export est au journal", "Rien n’est prêt à partir")
    with ZipFile(BytesIO(manager.get(manager.link("ZIP")).content)) as outer:
        assert sorted(outer.namelist()) == ["E1-cii-01.zip", "E2-factur-x-01.zip", "LISEZMOI.txt"]
        with ZipFile(BytesIO(outer.read("E2-factur-x-01.zip"))) as flow:
            assert flow.namelist() == ["62-2026-000001.pdf"]
    manager.get(f"/factures/{invoice}")
    assert manager.post("/factures/chorus", {"facture": str(invoice)}).status_code == 422
    said(manager, "Elle est déjà partie")
    manager.get(f"/factures/{invoice}")
    manager.post("/factures/chorus", {"facture": str(invoice), "encore": "oui"})
    said(manager, "déjà parties : 1")
    deposit = re.search(r'action="(/factures/chorus/[0-9a-f-]+/depose)"', manager.page)[1]
    manager.post(deposit, {"jour": "2026-03-10"})
    said(manager, "Le jour du dépôt est noté")


def test_titres_and_their_numbers(manager, billed):
    invoice = billed(ZUDAUSQUES, "24.00")
    manager.get("/factures/reglages")
    assert manager.post("/factures/reglages", {"jours_1": "30", "jours_2": "15"}).status_code == 422
    manager.post("/factures/reglages", {"jours_1": "20", "jours_2": "40", "article": "7068", "budget": "00100"})
    said(manager, "Les réglages sont enregistrés")
    billed(ARRAS, "14.99")
    manager.get("/factures/titres")
    said(manager, "Une facture est inférieure à 15 €", "D1611-1")
    manager.post("/factures/titres")
    told = manager.get(manager.link("JSON")).json()
    assert (told["bordereau"]["numero"], told["titres"][0]["nature"]) == (1, "7068")
    manager.get(f"/factures/{invoice}")
    manager.post(f"/factures/{invoice}/titre", {"exercice": "2026", "bordereau": "x", "titre": "112"})
    said(manager, "Indiquez le numéro : bordereau.")
    manager.post(f"/factures/{invoice}/titre", {"exercice": "2026", "bordereau": "3", "titre": "112"})
    said(manager, "Titre 112 de 2026, bordereau 3")


def test_a_member_reads_what_it_owes(visitor, billed, space_link):
    billed(ZUDAUSQUES, "24.00")
    member = visitor()
    link = space_link()
    member.get(link)
    member.post(link)
    said(member, "À payer : 24,00 €", "Facture 62-2026-000001 : 24,00 €, avant le 14 février 2026")
    assert member.get(member.link("62-2026-000001")).content.startswith(b"%PDF")


def test_another_cdg_finds_nothing(visitor, billed):
    invoice = billed(ZUDAUSQUES, "24.00")
    elsewhere = visitor("gestion-60")
    assert elsewhere.get(f"/factures/{invoice}").status_code == 404
    elsewhere.get("/factures")
    said(elsewhere, "Aucune facture ne peut être émise", "Aucune facture pour le moment")


@pytest.fixture
def space_link(uow, billed):
    """The link of a letter to Zudausques."""

    def open_one() -> str:
        with uow("link") as tx:
            member = tx.members.page(billed.manager.cdg_id, "zudausques", offset=0, limit=1)[0]
            person = known_person(tx, named("Lou Factice", "Comptable", "lou.factice@example.org", "0353010002"))
            tx.space_links.open("t" * 43, SpaceLink(member.id, person.id), datetime(2026, 4, 1, tzinfo=UTC))
        return "/espace/entrer/" + "t" * 43

    return open_one
