"""The reporter's side of consent in Chromium: on a phone, with JavaScript and without it."""

import socket
from collections.abc import Iterator

import pytest
from playwright.sync_api import Error
from sqlalchemy import text

from intake.entrypoints.web.app import make_app
from paravent.casework.v1.content_pb2 import IdentityRequest
from tests.support.browsing import follow, look, picture
from tests.support.serving import serving

from .in_office import EVERYBODY

PHONE = {"width": 360, "height": 740}


@pytest.fixture
def site(settings, clock, database, ready) -> Iterator[str]:
    """The portal, served. Answers its address."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        told = settings.model_copy(update={"public_url": url, "cookie_secure": False})
        with serving(make_app(told, clock), listener):
            yield url


@pytest.fixture(params=[True, False], ids=["scripts", "no-scripts"])
def phone(request, chromium, site):
    """A page on a phone, with JavaScript and without it."""
    context = chromium.new_context(viewport=PHONE, java_script_enabled=request.param, locale="fr-FR", bypass_csp=True)
    context.set_default_timeout(15_000)
    page = context.new_page()
    page.scripts = request.param
    yield page
    context.close()


@pytest.fixture
def filed(browser):
    """A report whose reporter sealed their name; the form was filled by another browser."""
    browser.fill()
    browser.send(identite="confidential", given_name="Zéphyrine", family_name="Quatrevingtdix")
    return list(browser.words)


def press(page, name: str) -> None:
    follow(page, page.get_by_role("button", name=name, exact=True))


def choose(page, label: str) -> None:
    page.locator("label").filter(has_text=label).first.click()


def shows(page, name: str) -> None:
    """A picture, and no fault. axe is a script: without scripts there is the picture."""
    if page.scripts:
        assert look(page, f"intake-{name}-scripts") == []
    else:
        picture(page, f"intake-{name}")


def reading(page) -> str:
    return " ".join(page.locator("main").inner_text().split())


def words_of(page) -> list[str]:
    return page.locator("ol.words li").all_inner_texts()


def fill_form(page, site: str) -> None:
    """From the member's page to the review."""
    page.goto(f"{site}/m/boulogne-sur-mer-62")
    for button in ("Commencer un signalement", "J’ai compris, continuer", "Écrire maintenant"):
        press(page, button)
    choose(page, "Je suis la personne concernée")
    press(page, "Continuer")
    choose(page, "Menaces")
    press(page, "Continuer")
    for field, typed in (("when", "Depuis lundi"), ("where", "Au dépôt"), ("what", "Il m’a menacée devant témoins.")):
        page.fill(f"#{field}", typed)
        press(page, "Continuer")
    choose(page, "Un·e supérieur·e hiérarchique")
    press(page, "Continuer")
    choose(page, "Non")
    press(page, "Continuer")


def test_back_from_the_receipt_and_sending_again_files_one_report(phone, site, database):
    fill_form(phone, site)
    shows(phone, "verification")
    choose(phone, "Rester anonyme")
    press(phone, "Envoyer le signalement")
    first = words_of(phone)
    shows(phone, "recepisse")
    assert len(first) == 8
    with pytest.raises(Error, match="ERR_CACHE_MISS"):  # Chromium asks whether to send the last question again
        phone.go_back()
    phone.wait_for_timeout(500)  # its page with that question comes up
    phone.reload()  # yes
    assert "Vérifiez vos réponses" in reading(phone)
    choose(phone, "Rester anonyme")
    press(phone, "Envoyer le signalement")
    assert words_of(phone) == first
    assert "Il était déjà parti" in reading(phone)
    shows(phone, "recepisse-deja-envoye")
    with database.engine.connect() as connection:
        for table in ("reports", "vault_queue", "outbox"):
            assert connection.execute(text(f"SELECT count(*) FROM {table}")).scalar() == 1


def test_a_request_is_read_accepted_and_taken_back_on_a_phone(phone, site, browser, filed, notify, database):
    notify(
        identity_request=IdentityRequest(
            request_id=b"r" * 16,
            issuer="https://qui.test",
            subject="referente-1",
            name="Mme Berthe Lanoy-Vandenbroucke",
            body="Centre de gestion du Pas-de-Calais",
            purpose="protection",
            reason="J’aimerais vous entendre avant de décider de la suite, et vous proposer un changement de service.",
            fields=["name", "position", "contact"],
            case_label="Merle-42",
            until="2026-12-20",
            regime="avdhas",
        )
    )
    phone.goto(f"{site}/suivi")
    phone.get_by_label("Vos huit mots").fill(" ".join(filed))
    press(phone, "Ouvrir")
    shows(phone, "espace-demande")
    follow(phone, phone.get_by_role("link", name="Lire la demande"))
    shows(phone, "demande")
    phone.get_by_label("Vos huit mots").fill("trois mots seulement")
    press(phone, "J’accepte")
    assert "Rien n’a été signé" in reading(phone)
    assert phone.get_by_label("Vos huit mots").input_value().strip() == ""
    shows(phone, "demande-erreur")
    phone.get_by_label("Vos huit mots").fill(" ".join(filed))
    press(phone, "J’accepte")
    assert "Personne ne peut voir votre identité avant" in reading(phone)
    shows(phone, "demande-acceptee")
    phone.get_by_label("Vos huit mots").first.fill(" ".join(filed))
    press(phone, "Reprendre mon accord")
    assert "Vous avez repris votre accord" in reading(phone)
    follow(phone, phone.get_by_role("link", name="Votre espace de suivi"))
    shows(phone, "espace-accord-repris")
    with database.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM vault_queue WHERE prompt")).scalar() == 2


def test_a_name_is_told_to_a_referent_and_taken_back_on_a_phone(phone, site, uow, database):
    with uow("people") as tx:
        for person in EVERYBODY:
            tx.referents.keep(person, 1)
    fill_form(phone, site)
    choose(phone, "Dire mon nom à une personne que je choisis")
    shows(phone, "dire-mon-nom")
    phone.get_by_label("Prénom").fill("Zéphyrine")
    press(phone, "Envoyer le signalement")
    assert "Cochez au moins une personne" in reading(phone)
    shows(phone, "dire-mon-nom-a-revoir")
    choose(phone, "Berthe Lanoy")
    phone.get_by_label("Nom", exact=True).fill("Quatrevingtdix")
    press(phone, "Envoyer le signalement")
    words = " ".join(words_of(phone))
    assert "Berthe Lanoy pourra la voir au coffre" in reading(phone)
    shows(phone, "recepisse-nom-dit")
    phone.goto(f"{site}/suivi")
    phone.get_by_label("Vos huit mots").fill(words)
    press(phone, "Ouvrir")
    shows(phone, "espace-nom-dit")
    follow(phone, phone.get_by_role("link", name="Berthe Lanoy (Boulogne-sur-Mer)"))
    assert "Vous avez dit votre nom" in reading(phone)
    shows(phone, "nom-dit")
    phone.get_by_label("Vos huit mots").first.fill(words)
    press(phone, "Reprendre mon accord")
    assert "Vous avez repris votre accord" in reading(phone)
    shows(phone, "nom-dit-repris")
    with database.engine.connect() as connection:
        prompt = connection.execute(text("SELECT prompt FROM vault_queue")).scalars().all()
    assert sorted(prompt) == [False, False, True]


def test_name_and_address_are_given_on_a_phone(phone, site, browser, database):
    browser.fill()
    browser.send()
    words = " ".join(browser.words)
    phone.goto(f"{site}/suivi")
    phone.get_by_label("Vos huit mots").fill(words)
    press(phone, "Ouvrir")
    follow(phone, phone.get_by_role("link", name="Confier mon nom"))
    shows(phone, "nom")
    phone.get_by_label("Prénom").fill("Zéphyrine")
    phone.get_by_label("Nom", exact=True).fill("Quatrevingtdix")
    phone.get_by_label("Vos huit mots").fill(words)
    press(phone, "Sceller mon nom")
    assert "Votre nom est scellé" in reading(phone)
    shows(phone, "nom-scelle")
    follow(phone, phone.get_by_role("link", name="Votre espace de suivi"))
    follow(phone, phone.get_by_role("link", name="Laisser une adresse"))
    shows(phone, "adresse")
    phone.get_by_label("Votre adresse électronique").fill("x@mairie-boulogne.fr")
    press(phone, "Laisser mon adresse")
    assert "adresse professionnelle" in reading(phone)
    shows(phone, "adresse-refusee")
    phone.get_by_label("Votre adresse électronique").fill("x@exemple.org")
    phone.get_by_label("Vos huit mots").fill(words)
    press(phone, "Laisser mon adresse")
    assert "Vous avez laissé une adresse" in reading(phone)
    shows(phone, "adresse-laissee")
    with database.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM vault_queue WHERE prompt")).scalar() == 2
