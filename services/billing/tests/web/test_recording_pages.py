"""A manager finds a commune, copies its convention, checks, records."""

import pytest

FORM = "/conventions/nouvelle/216209056"


@pytest.fixture
def manager(visitor):
    return visitor("gestion-1")


def test_a_convention_is_recorded_from_search_to_member_page(manager, fields):
    manager.get("/conventions/nouvelle?q=zudausque")
    assert manager.link("Choisir") == FORM

    manager.get(FORM)
    assert manager.post(FORM, fields).status_code == 200
    assert "La convention prend effet le 1er janvier 2026 et s’achève avec le marché, le 27 juin 2027." in manager.text
    assert "1204 agents (tranche : 350 agents et plus)" in manager.text

    answer = manager.post(FORM, fields | {"etape": "enregistrer"})
    assert answer.url.path.startswith("/membres/")
    assert "En vigueur depuis le 1er janvier 2026, jusqu’au 27 juin 2027." in manager.text
    assert manager.text.count("Invitation envoyée") == 2
    assert "référents « autorité » du centre de gestion" in manager.text


def test_checking_records_nothing(manager, fields):
    manager.get(FORM)
    manager.post(FORM, fields)
    manager.get("/")
    assert "Aucun adhérent pour le moment." in manager.text


def test_going_back_to_modify_keeps_what_was_typed(manager, fields):
    manager.get(FORM)
    manager.post(FORM, fields)
    manager.post(FORM, fields | {"etape": "modifier"})
    assert 'value="maxime.essai@example.org"' in manager.page
    assert "sont à revoir" not in manager.text


def test_errors_are_in_plain_french_and_linked_to_their_fields(manager, fields):
    manager.get(FORM)
    wrong = {"received_on": "31/02/2025", "headcount": "douze", "referent_2_email": "maxime.essai@example.org"}
    answer = manager.post(FORM, fields | wrong)

    assert answer.status_code == 422
    assert "3 réponses sont à revoir" in manager.text
    for field, message in (
        ("received_on", "Indiquez la date de réception : jour, mois et année."),
        ("headcount", "Indiquez l’effectif déclaré, en chiffres."),
        ("referent_2_email", "Second référent : cette adresse est déjà donnée plus haut : il faut une autre personne."),
    ):
        assert f'<a href="#{field}">{message}</a>' in manager.page
        assert f'id="{field}-erreur"' in manager.page


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"received_on": "2026-03-11"}, "La réception ne peut pas être datée d’un jour à venir."),
        ({"signed_on": "2025-12-07"}, "La signature ne peut pas précéder la délibération qui l’autorise."),
        ({"headcount": "0"}, "L’effectif doit être d’au moins 1 agent"),
        ({"substitute": "nomme"}, "Suppléant : indiquez l’organisme qui emploie cette personne."),
    ],
)
def test_each_rule_has_its_words(manager, fields, changed, message):
    manager.get(FORM)
    assert manager.post(FORM, fields | changed).status_code == 422
    assert message in manager.text


def test_a_member_already_recorded_leads_to_its_page(manager, fields):
    manager.get(FORM)
    member = manager.post(FORM, fields | {"etape": "enregistrer"}).url.path
    assert manager.get(FORM).url.path == member
    manager.get("/conventions/nouvelle?q=zudausques")
    assert manager.link("Déjà adhérente") == member


def test_recording_twice_from_two_windows_makes_one_member(manager, visitor, fields):
    other = visitor("gestion-2")
    other.get(FORM)
    manager.get(FORM)
    manager.post(FORM, fields | {"etape": "enregistrer"})
    assert other.post(FORM, fields | {"etape": "enregistrer"}).status_code == 422
    assert "Cette commune a déjà une convention." in other.text


def test_a_commune_outside_the_list_is_not_found(manager):
    assert manager.get("/conventions/nouvelle/123456789").status_code == 404


def test_what_is_typed_is_escaped(manager, fields):
    manager.get(FORM)
    manager.post(FORM, fields | {"referent_1_name": "<b>Max</b>"})
    assert "<b>Max</b>" not in manager.page


def test_members_are_searched_and_paged(manager, fields):
    manager.get(FORM)
    manager.post(FORM, fields | {"etape": "enregistrer"})
    manager.get("/?q=zuda")
    assert "1 adhérent trouvé pour « zuda »" in manager.text
    manager.get("/?q=lens&page=9")
    assert "0 adhérent trouvé pour « lens »" in manager.text
