"""The pages of a convention's life: drafted, sent, received, countersigned, given notice of; and the member's space."""

from datetime import UTC, datetime

import pytest

from billing.store.space import SpaceLink

SIREN = "216209056"


@pytest.fixture
def manager(visitor):
    return visitor("gestion-1")


@pytest.fixture
def space(visitor, uow, parties, member, clock):
    """Somebody in the member's space."""

    def enter(token: str = "t" * 43):
        with uow("link") as tx:
            [holder, *_] = tx.habilitations.of_members([member])
            link = SpaceLink(member, holder.person.id)
            tx.space_links.open(token, link, datetime(2028, 1, 1, tzinfo=UTC))
        here = visitor()
        here.get(f"/espace/entrer/{token}")
        here.post(f"/espace/entrer/{token}")
        return here

    return enter


def test_a_convention_goes_from_draft_to_member(manager, fields):
    manager.get("/conventions/nouvelle?q=zudausque")
    assert "Préparer" in manager.text
    answer = manager.post(f"/conventions/nouvelle/{SIREN}/preparer")
    proposal = answer.url.path
    assert "Brouillon" in manager.text
    draft = manager.get(f"{proposal}/convention.pdf")
    assert draft.content.startswith(b"%PDF")
    manager.get(f"{proposal}/modifier")
    manager.post(f"{proposal}/modifier", {"signatory": "le maire, Madame Exemple", "headcount": "12"})
    assert "le maire, Madame Exemple" in manager.text
    assert manager.post(f"{proposal}/envoyer", {"sent_on": "2026-04-01"}).status_code == 422
    assert "L’envoi ne peut pas être daté d’un jour à venir." in manager.text
    manager.post(f"{proposal}/envoyer", {"sent_on": "2026-03-10"})
    assert "n’a pas de correspondant : transmettez-lui" in manager.text
    assert manager.link("Modèle d’acte de désignation").startswith("/documents/")

    manager.get("/conventions")
    assert "1 Envoyées" in manager.text
    manager.get(f"{proposal}/recue")
    assert 'value="12"' in manager.page
    manager.post(f"{proposal}/recue", fields)
    assert "La convention prend effet le 1er janvier 2026" in manager.text
    assert manager.post(f"{proposal}/recue", fields | {"etape": "enregistrer"}).url.path.startswith("/membres/")
    assert "Il manque la signature : du centre de gestion, du prestataire" in manager.text
    manager.get(f"{proposal}/recue")
    manager.post(f"{proposal}/recue", fields | {"etape": "enregistrer"})
    assert "Cette étape est déjà faite, ou n’est plus possible." in manager.text


def test_a_late_notice_says_which_anniversary_it_missed(manager, convention, clock):
    clock.instant = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
    manager.get(f"/conventions/{convention}/preavis")
    letters = {"cdg_received_on": "2026-10-01", "provider_received_on": "2026-10-02"}
    manager.post(f"/conventions/{convention}/preavis", letters)
    assert "Trop tard pour l’anniversaire du 1er janvier 2027" in manager.text
    assert "au plus tard le 1er octobre 2026" in manager.text
    assert "Dernier jour : 27 juin 2027" in manager.text

    manager.post(f"/conventions/{convention}/preavis", letters | {"provider_received_on": "2026-10-01"})
    assert "Dernier jour : 31 décembre 2026" in manager.text
    right = letters | {"provider_received_on": "2026-10-01", "etape": "enregistrer"}
    manager.post(f"/conventions/{convention}/preavis", right)
    assert "La résiliation est enregistrée." in manager.text
    assert "résiliation à la date anniversaire (article 9)" in manager.text
    manager.get(f"/conventions/{convention}/retirer-preavis")
    manager.post(f"/conventions/{convention}/retirer-preavis")
    assert "Résiliation retirée" in manager.text

    manager.get(f"/conventions/{convention}/defaillance")
    manager.post(f"/conventions/{convention}/defaillance", {"on": "2026-11-30", "etape": "enregistrer"})
    manager.get(manager.link("Retirer cette résiliation"))
    assert "le dernier jour redevient le 27 juin 2027 : fin du marché (article 2)." in manager.text
    default = manager.page.split('name="defaillance" value="')[1].split('"')[0]
    manager.post(f"/conventions/{convention}/retirer-defaillance", {"defaillance": default})
    assert "La résiliation de plein droit est retirée." in manager.text


def test_another_cdg_finds_no_page_of_it(visitor, convention):
    other = visitor("gestion-60")
    for step in (
        "contresigner",
        "preavis",
        "retirer-preavis",
        "defaillance",
        "retirer-defaillance",
        "avenant",
        "donnees",
    ):
        assert other.get(f"/conventions/{convention}/{step}").status_code == 404


def test_a_member_confirms_its_referents_in_its_space(space, clock, manager, member):
    clock.instant = datetime(2027, 1, 4, 9, 0, tzinfo=UTC)
    here = space()
    here.get("/espace")
    assert "Maxime Essai" in here.text
    people = [part.split('"')[0] for part in here.page.split('name="personne" value="')[1:]]
    assert len(people) == 2
    here.post("/espace/referents", {"personne": people[0]})
    assert "La liste des référents a changé entre-temps" in here.text
    here.get("/espace")
    here.post("/espace/referents", {"personne": people})
    assert "Merci : vos référents sont confirmés pour cette année." in here.text
    assert "Confirmés le 4 janvier 2027." in here.text
