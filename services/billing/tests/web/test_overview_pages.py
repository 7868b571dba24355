"""The morning's pages: figures that lead to their lists, the map, the search, and exports opened again."""

import csv
import io
import re
import zipfile
from html import unescape
from xml.etree import ElementTree

import pytest
from sqlalchemy import update

from billing.store.order_tables import orders
from tests.support.twelve_members import accounts, bodies, some_orders

TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}p"
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"


@pytest.fixture
def office(visitor, owner_engine, parties):
    """A manager of the CdG 62, on the members' list."""
    with owner_engine.begin() as connection:
        ids = bodies(connection, parties)
        accounts(connection, parties, ids)
        some_orders(connection, parties, ids)
    return visitor("gestion-1")


def test_each_figure_leads_to_the_list_behind_it(office):
    assert office.get("/tableau-de-bord").status_code == 200
    for words, list_says in (
        ("2 adhérents ont moins de deux référents actifs", "2 collectivités."),
        ("2 effectifs manquent pour l’appel de cette année", "2 collectivités."),
        ("2 conventions finissent dans les trois mois", "2 collectivités."),
        ("6 conventions en vigueur", "6 collectivités."),
        ("1 convention proposée, pas encore revenue", "1 collectivité."),
        ("848,00 € restent dus", "2 collectivités."),
    ):
        office.get("/tableau-de-bord")
        assert words in office.text
        number, rest = words.split(" ", 1) if "€" not in words else ("848,00 €", "restent dus")
        office.get(office.link(f"<strong>{number}</strong> <span>{rest}"))
        assert list_says in office.text


def test_charts_are_images_with_their_numbers_in_a_table(office):
    office.get("/tableau-de-bord")
    assert office.page.count('role="img" aria-labelledby="adhesions-wide-chart-t adhesions-wide-chart-d"') == 1
    assert "De juin 2024 à mars 2026 : 8 conventions conclues en tout, 6 en vigueur." in office.text
    assert "En 2026 : 1 872,00 € facturés, 1 024,00 € encaissés." in office.text.replace("\u202f", " ")
    assert "style=" not in office.page
    assert "<script" not in office.page


def test_orders_that_the_cdg_pays_are_counted_and_found_nowhere(office, owner_engine):
    pages = (
        "/tableau-de-bord",
        "/",
        "/carte",
        "/exports/commandes.csv",
        "/recherche?q=7MLD",
        "/recherche?q=0003",
        "/adherents.csv",
    )
    shown = [office.get(path).text for path in pages]
    assert "une commande que le centre de gestion paie lui-même" in shown[0].replace("\N{NO-BREAK SPACE}", " ")
    assert not any("7MLD-0003" in page for page in shown)
    assert "7MLD-0001" in shown[4]
    # Whatever happens to it, the page does not move.
    with owner_engine.begin() as connection:
        connection.execute(update(orders).where(orders.c.by_cdg).values(status="settled", net_cents=99))
    again = [office.get(path).text for path in pages]
    assert [_still(page) for page in again] == [_still(page) for page in shown]


def test_the_list_is_narrowed_sorted_and_exported_as_it_is_shown(office):
    office.get("/?etat=en-vigueur&tri=effectif&sens=desc")
    assert "6 collectivités." in office.text
    assert office.text.index("Béthune") < office.text.index("SIVOM du Béthunois") < office.text.index("Wancourt")
    rows = list(csv.reader(io.StringIO(office.get(office.link("CSV")).text.lstrip("\ufeff")), delimiter=";"))
    assert [row[0] for row in rows[1:3]] == ["Béthune", "SIVOM du Béthunois"]
    assert (len(rows), rows[1][9], rows[1][13]) == (7, "900", "800,00")
    office.get("/?etat=n-importe-quoi&nature=1&fin=x&tri=x")
    assert "12 collectivités." in office.text


def test_exports_open_again_and_hold_no_formula(office):
    office.get("/exports")
    for name in ("Effectifs à demander", "Communes de la carte", "Factures et avoirs", "Balance"):
        assert name in office.text
    for address in sorted(set(re.findall(r'href="(/[a-z/]+\.(?:csv|ods)[^"]*)"', office.page))):
        assert office.get(unescape(address)).status_code == 200, address
    assert "62-2026-000001" in office.get("/exports/appels.csv").text
    assert [row[:11] for row in office.get("/exports/commandes.csv").text.splitlines()[1:]] == [
        "7MLD-0001;B",
        "7MLD-0002;L",
    ]
    assert office.get("/exports/autre.csv").status_code == office.get("/exports/appels.xml").status_code == 404
    text = office.get("/adherents.csv").content.decode("utf-8-sig")
    assert "'=Urps" in text
    answer = office.get("/adherents.ods")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.namelist()[0] == "mimetype"
        assert archive.testzip() is None
        assert archive.read("mimetype").decode() == answer.headers["content-type"]
        content = ElementTree.fromstring(archive.read("content.xml"))
    assert len(content.findall(f".//{TABLE}table-row")) == 13
    assert "=Urps" in [cell.text for cell in content.iter(TEXT)]
    assert not any(name.endswith("formula") for cell in content.iter() for name in cell.attrib)
    assert "62119;Béthune;2;960;En vigueur" in office.get("/carte.csv").content.decode()


def test_the_map_shows_each_commune_once_and_says_the_same_in_a_table(office):
    office.get("/carte")
    assert 'aria-label="Béthune : en vigueur, 960 agents, 2 collectivités"' in office.page
    assert 'aria-label="Étaples : proposée"' in office.page
    assert office.page.count('<circle class="dot') == 10
    assert "10 communes" in office.text
    office.get(office.link("Béthune"))
    assert "2 adhérents trouvés pour « 62119 »" in office.text


def test_the_search_groups_what_it_finds(office):
    office.get("/recherche?q=bethun")
    assert "Collectivités Béthune" in office.text
    office.get("/recherche?q=62-2026-000003%00")
    assert "Factures et avoirs 62-2026-000003" in office.text
    office.get("/recherche?q=elodie")
    assert "Personnes Élodie Référente" in office.text
    for nothing in ("<b>zzz", "%"):
        office.get(f"/recherche?q={nothing}")
        assert f"Rien ne répond à « {nothing} »." in office.text
    assert "<b>zzz" not in office.page


def test_a_first_time_manager_is_told_where_to_begin(visitor):
    first = visitor("gestion-1")
    assert "Aucun adhérent pour le moment." in first.text
    first.get("/tableau-de-bord")
    for words in ("Pour commencer", "Renseigner le centre de gestion", "Rien ne vous attend aujourd’hui."):
        assert words in first.text
    assert first.text.count("À faire") == 6
    first.get("/carte")
    assert "Aucune collectivité pour le moment" in first.text


def test_who_is_no_manager_sees_none_of_it(visitor):
    stranger = visitor()
    for path in ("/tableau-de-bord", "/carte", "/carte.csv", "/recherche?q=a", "/exports", "/adherents.ods"):
        assert stranger.get(path).url.path.startswith("/oauth2/authorize")


def _still(page: str) -> str:
    """Without what changes from one answer to the next: the session's hour, tokens."""
    return "\n".join(line for line in page.splitlines() if "_csrf" not in line and "session" not in line)
