"""The shipped extract of the official list."""

import csv

from billing.domain.siren import is_siren
from billing.reference.communes import _CSV


def test_it_holds_the_887_communes_of_pas_de_calais(communes):
    assert len(communes.communes) == 887
    assert len({commune.insee_code for commune in communes.communes}) == 887
    assert len({commune.siren for commune in communes.communes}) == 887
    assert {commune.department for commune in communes.communes} == {"62"}


def test_every_siren_passes_luhn_and_every_row_is_complete(communes):
    assert all(is_siren(commune.siren) and commune.postal_codes for commune in communes.communes)
    with _CSV.open(encoding="utf-8") as file:
        assert all(int(row["population"]) > 0 for row in csv.DictReader(file))


def test_a_commune_is_found_without_accents_or_hyphens(communes):
    assert communes.search("etaples")[0].name == "Étaples"
    assert communes.search("bruay buissiere")[0].name == "Bruay-la-Buissière"


def test_a_commune_is_found_by_postal_code_and_siren(communes):
    assert "Zudausques" in [commune.name for commune in communes.search("62500")]
    assert [commune.name for commune in communes.search("216209056")] == ["Zudausques"]


def test_names_that_start_with_the_words_come_first(communes):
    assert communes.search("lens")[0].name == "Lens"


def test_nothing_sought_finds_nothing(communes):
    assert communes.search("  ") == []
    assert communes.search("xyzzy") == []
