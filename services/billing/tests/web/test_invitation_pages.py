"""An invited person binds an account; a second manager confirms."""

import re

import pytest

from paravent.billing.v1 import events_pb2 as events

FORM = "/conventions/nouvelle/216209056"
EMAIL = "maxime.essai@example.org"


@pytest.fixture
def manager(visitor):
    return visitor("gestion-1")


@pytest.fixture
def member(manager, fields) -> str:
    """The path of a member's page, its two referents just invited."""
    manager.get(FORM)
    return manager.post(FORM, fields | {"etape": "enregistrer"}).url.path


@pytest.fixture
def link(member, token_of) -> str:
    return f"/invitation/{token_of(EMAIL)}"


@pytest.fixture
def accept(visitor):
    """Follow an invitation to its end with an account; answers the visitor."""

    def follow(link: str, subject: str):
        person = visitor()
        person.get(link)
        asked = person.post(link)
        person._seen(person._client.post(asked.url, data={"sub": subject}))
        person.post("/invitation")
        return person

    return follow


def test_an_invited_person_is_bound_then_confirmed_by_a_second_manager(member, link, accept, visitor, told):
    assert "Votre compte est relié" in accept(link, "maxime").text

    second = visitor("gestion-2")
    confirm = second.link("Vérifier et confirmer")
    second.get(confirm)
    assert "Maxime Essai" in second.text
    assert second.post(confirm).url.path == member
    assert "Actif" in second.text
    (bound,) = told(events.HabilitationBound)
    assert bound.subject == "maxime"


def test_the_link_tells_nothing_and_changes_nothing(link, visitor):
    curious = visitor()
    for _ in range(3):
        answer = curious.get(link)
        assert answer.status_code == 200
        assert "Zudausques" not in curious.text
        assert "set-cookie" not in answer.headers


def test_no_address_of_the_sign_in_holds_the_token(link, visitor):
    person = visitor()
    person.get(link)
    asked = person.post(link)
    token = link.rpartition("/")[2]
    assert "/oauth2/authorize" in str(asked.url)
    assert all(token not in str(step.headers.get("location", "")) for step in asked.history)


def test_a_link_works_once(link, accept, visitor):
    accept(link, "maxime")
    again = visitor()
    assert again.get(link).status_code == 410
    assert "Ce lien n’est plus valable" in again.text
    person = accept(link, "maxime")
    assert "Ce lien n’est plus valable" in person.text


def test_another_address_is_refused_and_the_link_stays_usable(link, accept):
    refused = accept(link, "lou")
    assert "L’adresse e-mail de ce compte n’est pas celle à laquelle l’invitation a été envoyée." in refused.text
    assert "Votre compte est relié" in accept(link, "maxime").text


def test_the_manager_who_recorded_cannot_confirm(member, link, accept, manager, told):
    accept(link, "maxime")
    manager.get(member)
    assert "Vérifier et confirmer" not in manager.text
    manager.get("/")
    assert "un collègue doit confirmer" in manager.text

    habilitation = _habilitation(manager, member)
    manager.get(member)
    assert manager.post(f"/habilitations/{habilitation}/confirmer").status_code == 409
    assert "une autre personne du centre de gestion doit confirmer" in manager.text
    assert told(events.HabilitationBound) == []


def test_confirming_takes_the_token_of_the_session(member, link, accept, visitor, told):
    accept(link, "maxime")
    second = visitor("gestion-2")
    confirm = second.link("Vérifier et confirmer")
    assert second.post(confirm, token=False).status_code == 403
    assert told(events.HabilitationBound) == []


def test_a_manager_removes_at_once(member, link, accept, visitor, manager, told):
    accept(link, "maxime")
    second = visitor("gestion-2")
    confirm = second.link("Vérifier et confirmer")
    second.get(confirm)
    second.post(confirm)

    remove = f"/habilitations/{_habilitation(manager, member)}/retirer"
    manager.get(remove)
    assert manager.post(remove).url.path == member
    assert "L’accès est fermé dès maintenant." in manager.text
    assert [bool(event.valid_until) for event in sorted(told(events.HabilitationBound), key=lambda e: e.version)] == [
        False,
        True,
    ]


def test_a_removed_referent_is_replaced(member, manager):
    manager.get(member)
    remove = manager.link("Retirer")
    manager.get(remove)
    manager.post(remove)
    designate = manager.link("Désigner un référent")
    manager.get(designate)
    person = {"name": "Noa Maquette", "function": "Agente", "email": "noa@example.org", "phone": "03 53 01 00 05"}
    assert manager.post(designate, person | {"phone": ""}).status_code == 422
    assert "Indiquez le numéro de téléphone." in manager.text
    assert manager.post(designate, person).url.path == member
    assert "Noa Maquette" in manager.text


def test_an_invitation_is_sent_again(member, link, manager, visitor, told):
    manager.get(member)
    again = manager.link("Inviter de nouveau")
    manager.get(again)
    assert manager.post(again).url.path == member
    assert len(told(events.InvitationIssued)) == 3


def test_a_referent_is_no_manager(link, accept):
    person = accept(link, "maxime")
    answer = person.get("/")
    assert answer.status_code == 403
    assert "réservées aux gestionnaires" in person.text


def test_a_cdg_names_who_reads_first_and_a_second_manager_confirms(manager, visitor, accept, token_of, told):
    manager.get("/equipe")
    designate = manager.link("Désigner une personne pour la première lecture")
    manager.get(designate)
    person = {"name": "Maxime Essai", "function": "Psychologue", "email": EMAIL, "phone": "03 53 01 00 05"}
    assert manager.post(designate, person | {"body": "Ailleurs"}).status_code == 422
    assert "Indiquez l’organisme qui emploie cette personne." in manager.text
    assert manager.post(designate, person | {"body": "Prestataire"}).url.path == "/equipe"
    assert "Psychologue · Prestataire" in manager.text
    # Nobody both masks and reads what was masked.
    other = manager.link("Désigner un référent des cas")
    manager.get(other)
    assert manager.post(other, person).status_code == 422

    accept(f"/invitation/{token_of(EMAIL)}", "maxime")
    second = visitor("gestion-2")
    second.get("/equipe")
    confirm = second.link("Vérifier et confirmer")
    second.get(confirm)
    assert "tout le centre de gestion" in second.text
    assert second.post(confirm).url.path == "/equipe"
    [bound] = told(events.HabilitationBound)
    assert (bound.role, bound.member_id) == (events.HABILITATION_ROLE_SCREENER, "")
    assert told(events.ReferentListed) == []
    assert manager.get("/equipe/designer/referent").status_code == 404


@pytest.mark.parametrize("path", ["/", "/equipe", "/conventions/nouvelle", FORM, "/invitation"])
def test_nobody_reads_without_signing_in(visitor, path):
    answer = visitor().get(path)
    assert "/oauth2/authorize" in str(answer.url)


def test_a_manager_of_another_cdg_sees_and_does_nothing_here(member, visitor, manager):
    habilitation = _habilitation(manager, member)
    other = visitor("gestion-60")
    assert "Zudausques" not in other.text
    assert other.get(member).status_code == 404
    other.get("/")
    for step in ("confirmer", "retirer", "inviter"):
        assert other.post(f"/habilitations/{habilitation}/{step}").status_code == 404
    assert other.post(f"{member}/designer/referent", {"name": "x"}).status_code in (404, 422)
    assert other.get(f"{member}/designer/referent").status_code == 404


def test_an_unknown_step_or_id_is_not_found(manager, member):
    manager.get(member)
    assert manager.get(f"/habilitations/{_habilitation(manager, member)}/exploser").status_code == 404
    assert manager.get("/membres/pas-un-identifiant").status_code == 404
    assert manager.get("/membres/00000000-0000-4000-8000-000000000000").status_code == 404


def _habilitation(manager, member: str, who: str = "Maxime Essai") -> str:
    """The id in the links of this person's card."""
    manager.get(member)
    found = re.search(rf"/habilitations/([0-9a-f-]+)/retirer[^:]+: {who}", manager.page)
    assert found
    return found[1]
