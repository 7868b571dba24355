"""What is drawn: whole positions, round axes, communes where they are."""

import re

import pytest

from billing.entrypoints.web.charts import Chart, Series, scale
from billing.reference.contours import department_map
from billing.reference.extract_contours import middle, outline, size, surrounds, twice_area

SQUARE = [(0, 0), (10, 0), (10, 10), (0, 10)]
BESIDE = [(10, 0), (20, 0), (20, 10), (10, 10)]


@pytest.mark.parametrize(
    ("largest", "axis"),
    [
        (0, [0, 1]),
        (3, [0, 1, 2, 3]),
        (8, [0, 2, 4, 6, 8]),
        (9, [0, 5, 10]),
        (187200, [0, 50000, 100000, 150000, 200000]),
    ],
)
def test_an_axis_is_round_and_holds_the_largest(largest, axis):
    assert scale(largest) == axis


def test_a_chart_is_drawn_inside_its_box_and_escapes_what_it_says():
    series = [Series("Un", [0, 3, 8]), Series("Deux", [1, 0, 5], "second")]
    for columns in (False, True):
        chart = Chart("essai", "<Titre>", "dit & redit", "Mois", ["a", "b", "c"], series, columns=columns)
        for drawn, width, height in ((chart.wide, 640, 280), (chart.narrow, 330, 240)):
            assert "&lt;Titre&gt;" in drawn
            assert "dit &amp; redit" in drawn
            spots = [(int(x), int(y)) for x, y in re.findall(r'x="(-?\d+)"[^>]* y="(-?\d+)"', drawn)]
            assert spots
            assert all(0 <= x <= width and 0 <= y <= height for x, y in spots)
    assert chart.rows == [("a", ["0", "1"]), ("b", ["3", "0"]), ("c", ["8", "5"])]


def test_a_chart_of_nothing_is_still_a_chart():
    assert "<svg" in Chart("rien", "Rien", "", "Mois", ["a"], [Series("Un", [0])]).wide


def test_the_map_has_every_commune_of_the_official_list(communes):
    drawn = department_map("62")
    assert set(drawn.communes) == {commune.insee_code for commune in communes.communes}
    for each in drawn.communes.values():
        assert 0 <= each.x <= drawn.width
        assert 0 <= each.y <= drawn.height
        assert re.fullmatch(r"(M\d+ \d+l[-\d ]+z)+", each.path)
    # Calais is in the north, Étaples in the west, Arras in the south-east.
    calais, etaples, arras = (drawn.communes[code] for code in ("62193", "62318", "62041"))
    assert calais.y < etaples.y < arras.y
    assert etaples.x < calais.x < arras.x


def test_a_departement_without_contours_has_no_map():
    assert department_map("59") is None
    assert department_map("../communes-62") is None
    assert len(department_map("60").communes) == 680
    assert len(department_map("80").communes) == 771


def test_what_two_communes_share_is_no_border():
    around = outline([[SQUARE], [BESIDE]])
    assert (len(around), abs(twice_area(around[0]))) == (1, 400)
    assert size(around) == (20, 10)
    assert middle([SQUARE]) == (5, 5)
    assert surrounds(SQUARE, (5, 5))
    assert not surrounds(SQUARE, (15, 5))
