"""The journal as the DPO sees it, and nobody else."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from tests.support.browsing import follow, look


def test_the_dpo_sees_what_happened_and_how_often(visit, vault):
    page = visit("dpo-1")
    follow(page, page.get_by_role("link", name="Journal"))
    assert look(page, "coffre-journal") == []
    rows = [row.split("\t") for row in page.locator("tbody").inner_text().splitlines()]
    assert rows == [
        ["21 novembre 2026", "Ouverture refusée", "accord déjà ouvert", "2"],
        ["20 novembre 2026", "Identité ouverte", "entretien", "1"],
    ]
    page.get_by_role("link", name="octobre 2026").click()
    page.get_by_text("Accord enregistré").wait_for()
    page.set_viewport_size({"width": 360, "height": 740})
    assert look(page, "coffre-journal") == []


def test_nobody_else_finds_the_journal(sign_in):
    referent = sign_in()
    assert referent.get("/journal").status_code == 404
    assert "/journal" not in referent.get("/").text


def test_the_discloser_s_role_reads_neither_who_nor_what_of_the_journal(journal):
    for column in ("entry", "hash", "previous", "subject"):
        with pytest.raises(ProgrammingError, match="permission denied"), journal.engine.connect() as connection:
            connection.execute(text(f"SELECT {column} FROM journal"))
