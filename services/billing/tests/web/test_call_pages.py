"""The pages of tariffs and calls, from the tariff to the invoice, and what a member sees in its space."""

from datetime import date

import pytest
from sqlalchemy import select

from billing.store.call_tables import calls
from billing.usecases.duties import run_duties
from paravent.billing.v1 import events_pb2 as events
from tests.support.called_members import joiner

TARIFF = {
    "charges": "2",
    "valid_from": "2026-01-01",
    "charge_1_basis": "per_agent_by_size",
    "charge_1_label": "Participation annuelle",
    "charge_1_bands": "1 : 2,00\n50 agents : 1,80 €",
    "charge_1_vat": "O",
    "charge_2_basis": "flat",
    "charge_2_label": "Mise à disposition de l’outil",
    "charge_2_price": "30",
    "charge_2_vat": "O",
    "year": "civil",
    "pro_rata": "months",
}


@pytest.fixture
def join(uow, owner_uow, parties, clock):
    return joiner(uow, owner_uow, parties, clock)


@pytest.fixture
def called(visitor, join, uow, clock):
    """A manager, in front of a run that the clock has carried out: four members, one without a correspondent."""
    join(4)
    manager = visitor("gestion-1")
    manager.get("/appels/annee/2027")
    assert "Le 31 décembre 2026 n’est pas encore passé" in manager.text
    manager.get("/appels/annee/2026")
    assert "n’est pas encore passé" not in manager.text
    assert "adhérents à appeler 4" in manager.text
    assert "1 adhérent sans correspondant" in manager.text
    manager.post("/appels/annee/2026", {"due_on": "2026-04-15"})
    assert "Envoi des bordereaux" in manager.text
    run_duties(uow, clock)
    return manager


def space_of(visitor, told):
    """Somebody who followed the link of the newest letter."""
    token = [letter.token for letter in told(events.LetterAsked) if letter.kind == events.LETTER_KIND_CALL][-1]
    here = visitor()
    here.get(f"/espace/entrer/{token}")
    here.post(f"/espace/entrer/{token}")
    return here


def test_a_tariff_is_shown_before_it_is_recorded_and_stays_in_the_history(visitor, join):
    manager = visitor("gestion-1")
    manager.get("/tarifs")
    assert "2,00 € par agent et par an" in manager.text
    manager.get("/tarifs/nouveau")
    shared = TARIFF | {"advances_unit": "335"}
    manager.post("/tarifs/nouveau", shared | {"etape": "verifier"})
    for said in (
        "avance est repris par unités de 335,00 €",
        "de 1 à 49 agents : 2,00 € par agent ; 50 agents et plus : 1,80 € par agent",
        "54,00 €",
        "246,00 €",
    ):
        assert said in manager.text
    assert "L’année appelée change" not in manager.text
    manager.post("/tarifs/nouveau", shared | {"etape": "verifier", "year": "anniversary"})
    assert "L’année appelée change" in manager.text
    for _ in range(2):  # pressed twice, it is one version
        manager.get("/tarifs/nouveau")
        manager.post("/tarifs/nouveau", shared | {"etape": "enregistrer"})
    assert "Version 3" not in manager.text
    assert "Version 2, à partir du 1er janvier 2026" in manager.text
    assert "Aucune année n’est encore réglée" in manager.text
    assert "Version 1, à partir du 28 juin 2024" in manager.text


def test_a_tariff_that_does_not_hold_says_why(visitor, parties, uow, clock):
    elsewhere = {"charges": [], "advances": {"unit": "100"}, "pooled_with": "62"}
    with uow("the CdG 60 shares with ours") as tx:
        tx.tariffs.add(parties.elsewhere.cdg_id, elsewhere, date(2026, 1, 1), by=parties.elsewhere.id, at=clock.now())
    manager = visitor("gestion-1")
    manager.get("/tarifs/nouveau")
    for changed, said in (
        ({"charge_1_bands": "50 : 1,80"}, "La première tranche commence à 1 agent"),
        ({"charge_1_bands": "beaucoup"}, "Écrivez une tranche par ligne"),
        ({"charge_2_price": "1,23456"}, "quatre décimales"),
        ({"charge_2_vat": "S"}, "ne mêle pas"),
        ({"charge_2_basis": "per_report", "charge_2_price": "336"}, "pas plus de 335 €"),
        ({"charge_2_basis": "per_report", "charge_2_price": "0"}, "son prix est positif"),
        ({"advances_unit": "100", "pooled_with": "60"}, "60 partage déjà avec le vôtre"),
        ({"valid_from": ""}, "Indiquez le jour d’effet"),
    ):
        assert manager.post("/tarifs/nouveau", TARIFF | {"etape": "enregistrer"} | changed).status_code == 422
        assert said in manager.text


def test_a_member_declares_is_sent_back_corrects_and_is_billed(called, visitor, told, uow, clock):
    here = space_of(visitor, told)
    here.get(here.link("Appel 2026 : déclarer l’effectif"))
    with uow("calls") as tx:
        sent = tx.session.execute(select(calls.c.id, calls.c.run_id, calls.c.known_agents, calls.c.member_id)).all()
    mine = next(row for row in sent if f"effectif connu : {row.known_agents}." in here.text)
    path = f"/espace/appels/{mine.id}"
    assert here.post(path, {"agents": "douze", "name": "", "function": "Maire"}).status_code == 422
    assert "Indiquez l’effectif, en chiffres" in here.text
    asked = {"agents": "40", "name": "Alix Exemple", "function": "Secrétaire de mairie"}
    here.post(path, asked | {"etape": "verifier"})
    assert "80,00 €" in here.text
    assert here.post(path, asked | {"etape": "confirmer"}).status_code == 422
    here.post(path, asked | {"etape": "confirmer", "sure": "oui"})
    assert "Votre déclaration est enregistrée" in here.text

    run, call = f"/appels/{mine.run_id}", f"/appels/{mine.run_id}/{mine.id}"
    called.get(run)
    assert "plus de 20 %" in called.text
    called.get(call)
    called.post(f"{call}/renvoyer", {"motive": ""})
    assert "Dites à la collectivité ce qui est à revoir" in called.text
    called.post(f"{call}/renvoyer", {"motive": "Sans les saisonniers."})
    here.get(path)
    assert "Sans les saisonniers." in here.text
    here.post(path, asked | {"agents": "14", "etape": "confirmer"})

    called.get(f"{run}?tout=oui")
    assert f'value="{mine.id}" checked' in called.page
    called.post(f"{run}/verifier", {"appel": str(mine.id), "portee": "choisis"})
    assert "1 appel est vérifié" in called.text
    here.get(path)
    assert here.post(path, asked | {"etape": "confirmer"}).status_code == 422
    called.get(f"{run}?vue=verifies")
    called.post(f"{run}/emettre")
    run_duties(uow, clock)
    called.get(f"{run}?vue=factures")
    assert "28,00 €" in called.text
    assert visitor("gestion-60").get(run).status_code == 404


def test_a_paper_is_copied_by_a_manager_and_a_posted_bordereau_is_noted(called, uow):
    with uow("calls") as tx:
        posted = tx.session.execute(select(calls).where(calls.c.state == "prepared")).one()
    run = f"/appels/{posted.run_id}"
    called.get(f"{run}?vue=courrier")
    called.post(f"{run}/postes")
    assert "1 bordereau est noté comme envoyé" in called.text
    called.get(f"{run}/{posted.id}")
    typed = {"agents": str(posted.known_agents), "name": "Sacha Modèle", "function": "Maire"}
    called.post(f"{run}/{posted.id}/declarer", typed)
    assert "saisi d’un papier" in called.text
    called.post(f"{run}/{posted.id}/annuler")
    assert "L’appel est annulé" in called.text
    called.post(f"{run}/{posted.id}/appeler")
    assert "L’adhérent est appelé de nouveau" in called.text
    assert called.link("Autre appel de 2026 pour cet adhérent") == f"{run}/{posted.id}"
    called.get(f"{run}?vue=annules")
    assert called.link("Commune") == f"{run}/{posted.id}"
    called.get(f"{run}/{posted.id}")
    assert "Appeler de nouveau" not in called.text
    assert called.post(f"{run}/{posted.id}/appeler").status_code == 422


def test_a_member_sees_its_own_calls_only(called, visitor, told, uow):
    here = space_of(visitor, told)
    with uow("calls") as tx:
        every = list(tx.session.scalars(select(calls.c.id)))
    answers = [here.get(f"/espace/appels/{each}").status_code for each in every]
    assert sorted(answers) == [200, 404, 404, 404]
