"""A manager imports a list, changes a member's file, writes to its correspondent, reads the groupement."""

import re

import pytest

from billing.domain.siren import siret_of
from paravent.billing.v1 import events_pb2 as events

LIST = (
    "SIREN;Nom;Type;Code INSEE;Adresse;Code postal;Ville;Affilié;Correspondant;E-mail\n"
    "216200139;Agny;commune;62013;Place;62217;Agny;oui;Jo Essai;jo@example.org\n"
    "123456789;=cmd();planète;62013;;;;;;\n"
)
EDIT = {
    "kind": "commune",
    "affiliated": "oui",
    "time_zone": "Europe/Paris",
    "member_name": "Agny",
    "contact_name": "Jo Essai",
    "contact_email": "jo@example.org",
}


@pytest.fixture
def manager(visitor):
    return visitor("gestion-1")


@pytest.fixture
def send(manager):
    def send(content: bytes, name: str = "liste.csv", *, token: bool = True):
        manager.get("/membres/importer")
        return manager.upload("/membres/importer", "liste", name, content, token=token)

    return send


@pytest.fixture
def agny(manager, send, uow):
    """The address of a member without a convention."""
    report = send(LIST.encode()).url.path
    manager.post(report)
    with uow("find") as tx:
        return f"/membres/{tx.members.by_siren(['216200139'])['216200139'].id}"


def edited(manager, agny, **changes):
    manager.get(f"{agny}/modifier")
    version = re.search(r'name="version" value="(\d+)"', manager.page)[1]
    return manager.post(f"{agny}/modifier", EDIT | {"version": version} | changes)


def test_a_list_is_reported_then_imported_and_its_refused_lines_come_back(manager, send):
    answer = send(LIST.encode("cp1252"))
    assert re.fullmatch(r"/membres/importer/[0-9a-f-]{36}", answer.url.path)
    assert "1 organisme nouveau" in manager.text
    assert "Type : ce type n’est pas connu" in manager.text
    assert "SIREN : la clé de contrôle est fausse" in manager.text
    refused = manager.get(f"{answer.url.path}/refus.csv").content.decode("utf-8-sig").splitlines()
    assert refused[0].endswith(";Ligne;Motif du refus")
    assert refused[1].startswith("123456789;'=cmd();planète")

    manager.get(answer.url.path)
    manager.post(answer.url.path)
    assert "1 organisme ajouté, 0 modifié" in manager.text
    manager.post(answer.url.path)
    assert "1 organisme ajouté, 0 modifié" in manager.text
    again = manager.get(f"{answer.url.path}/refus.csv").content
    assert again.decode("utf-8-sig").splitlines() == refused
    sent_back = send(again).url.path
    assert manager.get(f"{sent_back}/refus.csv").content.decode("utf-8-sig").splitlines()[0] == refused[0]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "Choisissez un fichier."),
        (b"PK\x03\x04", "C’est un classeur de tableur."),
        (b"nom;type\na;b", "Il manque une colonne SIRET ou SIREN."),
    ],
)
def test_a_file_that_cannot_be_read_says_why(manager, send, content, words):
    assert send(content).status_code == 422
    assert f'<a href="#liste">{words}' in manager.page


def test_a_list_is_sent_by_our_own_page_and_seen_by_its_own_cdg_only(manager, visitor, send):
    assert send(LIST.encode(), token=False).status_code == 403
    report = send(LIST.encode()).url.path
    elsewhere = visitor("gestion-60")
    assert elsewhere.get(report).status_code == 404
    assert elsewhere.post(report).status_code == 404
    assert elsewhere.get(f"{report}/refus.csv").status_code == 404
    assert manager.get("/membres/importer/modele.csv").text.startswith("\ufeffSIRET;Nom;Type;Code INSEE")


def test_the_official_list_can_be_sent_back_as_it_is(manager, agny):
    listed = manager.get("/membres/importer/communes.csv").content
    assert listed.count(b"\r\n") == 887
    assert b";Agny;" not in listed
    manager.get("/membres/importer")
    manager.upload("/membres/importer", "liste", "communes.csv", listed)
    assert "886 organismes nouveaux" in manager.text
    assert "0 ligne refusée" in manager.text


def test_a_member_without_a_convention_has_a_page(manager, agny):
    manager.get(agny)
    assert "Sans convention" in manager.text
    assert manager.link("Saisir une convention signée") == "/conventions/nouvelle/216200139"
    assert "Place 62217 Agny" in manager.text


def test_a_file_is_changed_with_its_billing_data(manager, agny):
    siret = siret_of("216200139", 2)
    answer = edited(
        manager,
        agny,
        siret=siret,
        street="2 rue Neuve",
        postcode="62217",
        city="Agny",
        service_code="ACHATS",
        mail_domains="@Mairie-Agny.fr\nmairie-agny.fr",
        kind="professionals",
    )
    assert answer.url.path == agny
    assert "La fiche est enregistrée." in manager.text
    for words in ("2 rue Neuve", siret[-5:], "mairie-agny.fr", "Ce qui change pour des professionnels libéraux"):
        assert words in manager.text
    assert "ne s’affilie pas : vérifiez" in manager.text


def test_what_is_wrong_with_a_file_is_told_field_by_field(manager, agny):
    answer = edited(
        manager,
        agny,
        member_name="",
        siret=siret_of("216209056", 1),
        street="2 rue Neuve",
        mail_domains="orange.fr",
        contact_email="autre@example.org",
    )
    assert answer.status_code == 422
    for field, words in (
        ("member_name", "Indiquez le nom."),
        ("siret", "Ce SIRET est celui d’un autre organisme"),
        ("postcode", "Indiquez le code postal"),
        ("city", "Indiquez la ville"),
        ("mail_domains", "Un de ces domaines est ouvert à tous"),
        ("contact_phone", "Correspondant : indiquez le numéro de téléphone."),
    ):
        assert f'<a href="#{field}">{words}' in manager.page


def test_two_managers_do_not_overwrite_each_other(manager, agny):
    manager.get(f"{agny}/modifier")
    version = re.search(r'name="version" value="(\d+)"', manager.page)[1]
    fields = EDIT | {"version": version, "postcode": "62217", "city": "Agny"}
    assert manager.post(f"{agny}/modifier", fields).url.path == agny
    manager.get(f"{agny}/modifier")
    assert manager.post(f"{agny}/modifier", fields).status_code == 422
    assert "Cette fiche a changé entre-temps." in manager.text


def test_the_correspondent_gets_a_link(manager, visitor, agny, told, site):
    manager.get(agny)
    manager.post(f"{agny}/lien")
    assert "Le correspondant reçoit un e-mail" in manager.text
    (letter,) = told(events.LetterAsked)
    guest = visitor()
    guest.get(f"/espace/entrer/{letter.token}")
    assert guest.post(f"/espace/entrer/{letter.token}").url.path == "/espace"
    edited(
        manager,
        agny,
        postcode="62217",
        city="Agny",
        contact_name="Lou Autre",
        contact_function="DGS",
        contact_email="lou@example.org",
        contact_phone="03 53 01 00 09",
    )
    assert guest.get("/espace").status_code == 403


def test_a_correspondent_is_removed_after_a_page_that_says_what_follows(manager, visitor, agny, told, site):
    manager.get(agny)
    manager.post(f"{agny}/lien")
    guest = visitor()
    token = told(events.LetterAsked)[0].token
    guest.get(f"/espace/entrer/{token}")
    guest.post(f"/espace/entrer/{token}")
    asked = f"{agny}/correspondant/retirer"
    manager.get(asked)
    assert "Jo Essai" in manager.text
    person = re.search(r'name="personne" value="([^"]+)"', manager.page)[1]
    assert manager.post(asked, {"personne": agny[-36:]}).status_code == 422
    assert "Le correspondant a changé entre-temps" in manager.text
    assert visitor("gestion-60").get(asked).status_code == 404
    manager.get(asked)
    manager.post(asked, {"personne": person})
    assert "Le correspondant est retiré." in manager.text
    assert "Personne n’est désigné pour recevoir les appels et les factures" in manager.text
    assert guest.get("/espace").status_code == 403
    assert manager.get(asked).url.path == agny


def test_the_groupement_is_read_only(manager):
    manager.get("/equipe")
    assert manager.link("Voir le groupement") == "/groupement"
    manager.get("/groupement")
    assert "du 28 juin 2024 au 27 juin 2027 (en cours)" in manager.text
    assert "Aucune facture ne peut être émise" in manager.text
    assert manager.page.count("<form") == manager.page.count('action="/deconnexion"')
