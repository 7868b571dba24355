"""The pages of orders: who pays reads, approves and says that the service was done; managers read and reconcile."""

import uuid
from datetime import date, timedelta

import pytest

from billing.domain.people import Contact
from billing.entrypoints.web import orders
from billing.store.space import SpaceLink
from billing.usecases import conventions, ordering, price_lists

HEAD = "commande;code;quantité;montant HT;montant TTC\n"


@pytest.fixture
def member(uow, parties, zudausques, typed, clock):
    price_lists.keep_price_lists(uow, clock)
    member_id = conventions.record_convention(uow, parties.first, zudausques, typed, clock)
    with uow("correspondent") as tx:
        person, _ = tx.people.claim(Contact("Alix Essai", "Maire", "alix.essai@example.org", "+33353010003"))
        tx.parties.set_correspondent(member_id, person, "Maire", date(2026, 3, 1))
        return tx.members.any(member_id)


@pytest.fixture
def ask(uow, clock, parties, member):
    def receive(*services, by_cdg=False):
        order_id = uuid.uuid4()
        asked = ordering.Asked(
            order_id,
            parties.first.cdg_id,
            None if by_cdg else member.id,
            by_cdg,
            1,
            services or [("1.4", "5"), ("1.3", "1")],
        )
        with uow("receive") as tx:
            ordering.receive(tx, asked, clock.now())
            return tx.orders.get(order_id, parties.first.cdg_id)

    return receive


@pytest.fixture
def ordonnateur(visitor, uow, clock, member):
    """Who receives the member's letters, in its space."""
    with uow("link") as tx:
        person = tx.parties.correspondent(member.id)
        tx.space_links.open("jeton-d-essai", SpaceLink(member.id, person.id), clock.now() + timedelta(days=9))
    here = visitor()
    here.get("/espace/entrer/jeton-d-essai")
    here.post("/espace/entrer/jeton-d-essai")
    return here


def test_the_ordonnateur_approves_and_the_manager_reconciles(visitor, ordonnateur, ask):
    order = ask()
    ordonnateur.get("/espace")
    assert order.number in ordonnateur.text
    ordonnateur.get(f"/espace/commandes/{order.id}")
    assert "1 200,00 €" in ordonnateur.text.replace("\N{NARROW NO-BREAK SPACE}", " ")
    assert "Approuver et commander" in ordonnateur.text
    ordonnateur.post(f"/espace/commandes/{order.id}/approuver")
    assert "Bon de commande" in ordonnateur.text
    ordonnateur.post(f"/espace/commandes/{order.id}/livrer")
    manager = visitor("gestion-1")
    manager.get("/commandes?etat=delivered")
    assert order.number in manager.text
    manager.get("/commandes/releves/nouveau")
    data = f"{HEAD}{order.number};1.4;5;650,00;780,00\n{order.number};1.3;1;400,00;480,00\n"
    sent = manager.upload("/commandes/releves/nouveau", "releve", "releve.csv", data.encode(), reference="2026-03")
    assert "Montant différent du devis" in manager.text
    manager.post(f"{sent.url.path}/1/accepter")
    manager.get(f"/commandes/{order.id}")
    assert "commande soldée" in manager.text


def test_the_member_sees_no_order_of_the_cdg_anywhere(visitor, ordonnateur, ask, member):
    order = ask(("2.8", "1"), by_cdg=True)
    ordonnateur.get("/espace")
    assert order.number not in ordonnateur.page
    for answer in (
        ordonnateur.get(f"/espace/commandes/{order.id}"),
        ordonnateur.post(f"/espace/commandes/{order.id}/approuver"),
    ):
        assert answer.status_code in (403, 404)
    manager = visitor("gestion-1")
    manager.get(f"/membres/{member.id}")
    assert order.number not in manager.page
    manager.get(f"/?q={order.number}")
    assert f"/membres/{member.id}" not in manager.page
    manager.get(f"/commandes/{order.id}")
    assert member.name not in manager.page
    assert "Le centre de gestion commande et avance" in manager.text


def test_every_order_of_a_state_stands_on_one_of_its_pages(visitor, ask, monkeypatch):
    monkeypatch.setattr(orders, "PAGE", 2)
    asked = {ask(("2.8", "1"), by_cdg=True).number for _ in range(3)}
    manager, shown = visitor("gestion-1"), []
    for at in ("/commandes", "/commandes?page=2&etat=quoted"):
        manager.get(at)
        shown += [number for number in asked if number in manager.page]
    assert sorted(shown) == sorted(asked)
    assert "3 à 3 sur 3" in manager.text
    manager.get("/commandes?page=3&etat=quoted")
    assert "Cette page n’existe pas" in manager.text


def test_a_wrong_statement_is_refused_whole_with_its_lines(visitor, ask):
    manager = visitor("gestion-1")
    manager.get("/commandes/releves/nouveau")
    bad = f"{HEAD}C-1;1.4;cinq;1,00;1,00\nC-1;1.4;1;deux;1,00\n"
    manager.upload("/commandes/releves/nouveau", "releve", "releve.csv", bad.encode(), reference="2026-03")
    assert "ligne 2" in manager.text
    assert "ligne 3" in manager.text
    assert "Aucun relevé importé" in visitor("gestion-1").get("/commandes").text


def test_the_price_list_shows_both_readings_and_a_manager_chooses(visitor, member):
    manager = visitor("gestion-1")
    manager.get("/commandes/tarif")
    assert "Lecture recalée" in manager.text
    assert "Lecture telle qu’imprimée" in manager.text
    manager.post("/commandes/tarif", {"lecture": "printed", "jour": "2026-01-01"})
    assert "Indiquez un jour à partir d’aujourd’hui." in manager.text
    manager.post("/commandes/tarif", {"lecture": "printed", "jour": "2026-03-10"})
    assert "Version 2" in manager.text


def test_another_cdg_finds_no_order_of_ours(visitor, ask):
    order = ask()
    elsewhere = visitor("gestion-60")
    assert elsewhere.get(f"/commandes/{order.id}").status_code == 404
    assert order.number not in elsewhere.get("/commandes").text
