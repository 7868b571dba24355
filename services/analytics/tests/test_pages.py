"""What the public sees."""

import csv
import io
import re

import pytest

from analytics.domain.figures import ACTS, BANDS
from tests.support.browsing import look

TITLE = re.compile(r"<caption>(.*?)</caption>", re.S)


@pytest.fixture
def published(uow, publishing, told):
    """One figure is shown, one is hidden."""
    told(23)
    told(7, act="VIOLENCE")
    with uow("test") as tx:
        publishing.publish_now(tx)


def rows(site, **query) -> list[list[str]]:
    """The table's cells as a screen reader says them."""
    body = re.search(r"<tbody>(.*)</tbody>", site.get("/", params=query).text, re.S)
    assert body is not None
    spoken = re.sub(r'<span class="secret" aria-hidden="true">.*?</span>', "", body[1])
    return [
        [re.sub(r"<[^>]*>", "", cell).strip() for cell in re.findall(r"<t[hd].*?</t[hd]>", row, re.S)]
        for row in re.findall(r"<tr>(.*?)</tr>", spoken, re.S)
    ]


def test_before_the_first_publication_the_page_says_so(site):
    assert "Aucun chiffre" in site.get("/").text
    assert site.get("/chiffres.csv").status_code == 404


def test_the_table_of_the_last_month_shows_a_figure_and_hides_the_small_ones(site, published):
    shown = {row[0]: row[1:] for row in rows(site)}
    assert shown["Harcèlement moral"] == ["moins de 11"] * 3 + ["23", "moins de 11"]
    assert shown["Acte de violence"] == ["moins de 11"] * 5
    assert len(shown) == len(ACTS)


def test_a_count_of_seven_and_a_count_of_zero_look_the_same(site, published):
    shown = {row[0]: row[1:] for row in rows(site)}
    assert shown["Acte de violence"] == shown["Menace"]


@pytest.mark.parametrize(
    ("query", "caption"),
    [
        ({"mois": "2026-10"}, "Octobre 2026 : signalements par acte et par taille d’employeur"),
        ({"acte": "VIOLENCE"}, "Acte de violence : signalements par mois et par taille d’employeur"),
        ({"tranche": "350+"}, "Employeurs de 350 agents ou plus : signalements par acte et par mois"),
        ({"mois": "<script>"}, "Novembre 2026 : signalements par acte et par taille d’employeur"),
    ],
)
def test_links_choose_a_month_an_act_or_a_size(site, published, query, caption):
    found = TITLE.search(site.get("/", params=query).text)
    assert found is not None
    assert found[1] == caption


def test_the_file_holds_the_whole_cube_and_no_hidden_number(site, published):
    answer = site.get("/chiffres.csv")
    lines = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff")), delimiter=";"))
    assert len(lines) == 12 * len(ACTS) * len(BANDS)
    assert {line["nombre"] for line in lines if line["statut"] == "publié"} == {"23"}
    assert {line["nombre"] for line in lines if line["statut"] == "secret"} == {""}
    assert 'filename="signalements-2026-11-20.csv"' in answer.headers["content-disposition"]


def test_the_page_says_what_is_hidden_where_it_comes_from_and_when(site, published):
    text = site.get("/").text
    for said in ("Publication du 20 novembre 2026", "loi n° 51-711", "Source :", "moins de 11 signalements, ou aucun"):
        assert said in text


def test_no_total_stands_on_the_page(site, published):
    assert "30" not in {cell for row in rows(site) for cell in row}


@pytest.mark.parametrize("width", [360, 1280])
def test_axe_finds_nothing_to_say_and_nothing_overflows(site, published, chromium, width):
    sheet = chromium.new_page(viewport={"width": width, "height": 800})
    for name, query in (("mois", ""), ("acte", "?acte=VIOLENCE"), ("tranche", "?tranche=350%2B")):
        sheet.goto(f"{site.base_url}/{query}")
        sheet.locator("summary").click()
        assert look(sheet, f"analytics-{name}") == []
    sheet.close()
