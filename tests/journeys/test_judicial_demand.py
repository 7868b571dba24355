"""A judicial demand: two custodians of two bodies sign, the authority alone reads, the reporter is told."""

import json
import re

import pyrage

from chassis.sealing import age
from tests.support import keeping
from tests.support.agent import Agent
from tests.support.browsing import follow
from tests.support.visitor import DESKTOP

GIVEN, FAMILY = "Hippolyte", "Delannoy"
AUTHORITY = age.new_identity()


def test_two_custodians_give_the_authority_a_name_that_they_never_see(platform, visitor):
    agent = Agent(visitor("requisition-agent"))
    words, case = keeping.case_in_charge(platform, agent.visitor, given_name=GIVEN, family_name=FAMILY)

    referent = visitor("requisition-referent", DESKTOP)
    referent.sign_in("casework", keeping.REFERENT)
    referent.go("casework", f"/dossiers/{case}/demande-judiciaire")
    referent.press("Préparer le bloc scellé")
    block = referent.page.locator("pre.block").inner_text()
    referent.picture("bloc")

    first = visitor("requisition-gardien-1", DESKTOP)
    keeping.arrive(first, "gardien-1")
    order = write_order(first, block)
    sign(first)
    assert first.shows("Il manque la signature d’un gardien d’un autre organisme")

    second = visitor("requisition-gardien-2", DESKTOP)
    keeping.arrive(second, "gardien-2")
    second.go("vault", order)
    sign(second)
    assert second.shows("Signé par deux organismes")
    second.press("Exécuter l’ordre")
    armored = second.page.locator("#resultat").input_value()
    second.picture("resultat")
    for custodian in (first, second):
        assert FAMILY not in custodian.page.content()
    assert opened(armored)["identity"]["family_name"] == FAMILY

    second.go("vault", order)
    assert second.shows("Exécuté")
    assert not second.page.get_by_role("button", name="Exécuter l’ordre").count()

    agent.open_space(words)
    agent.visitor.wait_for("Parquet de l’exemple")
    agent.visitor.picture("informe")


def test_nobody_but_a_custodian_finds_their_pages(visitor):
    referent = visitor("requisition-refus", DESKTOP, pictured=False)
    keeping.arrive(referent, keeping.REFERENT)
    assert referent.go("vault", "/gardiens") == 404


def write_order(custodian, block: str) -> str:
    """Answers the order's path."""
    page = custodian.page
    custodian.go("vault", "/gardiens/nouvel-ordre")
    custodian.press("Enregistrer l’ordre")
    assert page.get_by_role("alert").count()
    custodian.picture("ordre-vide")
    custodian.choose("Une réquisition judiciaire")
    page.get_by_label("Bloc remis").fill(block)
    page.get_by_label("Référence de l’acte").fill("Réquisition 2026/118")
    page.get_by_label("Autorité qui demande").fill("Parquet de l’exemple")
    page.get_by_label("Date de l’acte").fill("2026-11-02")
    page.get_by_label("Clé publique de l’autorité").fill(AUTHORITY.recipient)
    custodian.choose("Tout de suite, dans son espace de suivi, avec des explications écrites")
    custodian.press("Enregistrer l’ordre")
    custodian.picture("ordre")
    assert re.search(r"Dossier|dossier", page.locator("h1").inner_text())
    return custodian.path()


def sign(custodian) -> None:
    follow(custodian.page, custodian.page.get_by_role("button", name="Toucher ma clé et signer"))
    custodian.page.get_by_text("Camille Serrure").first.wait_for()
    custodian.picture("signe")


def opened(armored: str) -> dict:
    """With the age library itself, as the authority would."""
    lines = armored.strip().splitlines()
    assert (lines[0], lines[-1]) == ("-----BEGIN AGE ENCRYPTED FILE-----", "-----END AGE ENCRYPTED FILE-----")
    identity = pyrage.x25519.Identity.from_str(AUTHORITY.secret)
    return json.loads(pyrage.decrypt(armored.strip().encode(), [identity]))
