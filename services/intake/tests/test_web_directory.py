"""Finding one's employer, and being told where to turn."""

import pytest

from intake.usecases.directory import list_member


@pytest.mark.parametrize("typed", ["boulogne", "BOULOGNE SUR MER", "Boulogné-sur", "216201608"])
def test_an_employer_is_found_by_name_whatever_the_accents(browser, typed):
    browser.post("/employeur", employeur=typed)
    assert 'href="/m/boulogne-sur-mer-62"' in browser.page


def test_saint_may_be_written_short(browser, uow, listed):
    with uow("list") as tx:
        list_member(tx, listed(member_id="m-omer", name="Saint-Omer", siren="216207654"))
    browser.post("/employeur", employeur="St Omer")
    assert "Saint-Omer" in browser.page


def test_an_unknown_employer_is_told_where_to_turn(browser):
    browser.post("/employeur", employeur="Atlantide")
    assert "/ou-s-adresser" in browser.page
    browser.get("/ou-s-adresser")
    assert "Défenseur des droits" in browser.page
    assert "03 00 00 00 62" in browser.page
    assert browser.get("/m/atlantide").status_code == 404


@pytest.mark.parametrize("path", ["boulogne-sur-mer-62", "216201608"])
def test_a_member_has_a_page_under_its_name_and_its_siren(browser, path):
    browser.get(f"/m/{path}")
    assert "Commencer un signalement" in browser.page


def test_a_member_whose_convention_has_ended_takes_no_report(browser, uow, listed):
    with uow("list") as tx:
        list_member(tx, listed(version=2, until_day="2026-06-30"))
    browser.get("/m/boulogne-sur-mer-62")
    assert "pas ouvert aujourd’hui" in browser.page
    assert browser.post("/signalement", membre="m-boulogne").status_code == 303


def test_two_bodies_of_one_name_have_two_pages(uow, ready, listed):
    with uow("list") as tx:
        list_member(tx, listed(member_id="m-other", siren="216299999"))
        assert tx.members.by_address("boulogne-sur-mer-62-216299999").member_id == "m-other"


def test_an_older_line_of_the_directory_changes_nothing(uow, listed, clock):
    with uow("list") as tx:
        list_member(tx, listed(version=5, name="Boulogne"))
        list_member(tx, listed(version=4, name="Ancien nom"))
        member = tx.members.by_id("m-boulogne")
    assert member.name == "Boulogne"
    assert member.accepts(clock.now())


def test_the_poster_shows_the_address_and_its_code(browser):
    browser.get("/m/boulogne-sur-mer-62/affiche")
    assert "https://signaler.test/m/boulogne-sur-mer-62" in browser.page
    assert "<svg" in browser.page
