"""Lists of bodies: what a line says, and why one is refused."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.domain.kinds import Kind, Oddity, kind_named, oddity
from billing.domain.listing import Reason, read_entries
from billing.domain.listing_table import Column, FileFault, FileRefused, decode, guarded, read_listing, unguarded
from billing.domain.places import TIME_ZONES, department_of, is_insee_code, time_zone_of
from billing.domain.siren import is_siret, siret_of

HEADINGS = "SIRET;Nom;Type;Code INSEE;Adresse;Code postal;Ville;Affilié;Effectif;Correspondant;Fonction;E-mail"
SIRET = siret_of("216209056", 1)
LINE = f"{SIRET};Zudausques;commune;62905;1 rue de la Mairie;62500;Zudausques;oui;12;Jo Essai;DGS;jo@example.org"


def read(text, communes, department="62"):
    return read_entries(read_listing(text), department, communes)


def reasons(line, communes, headings=HEADINGS):
    _entries, refused = read(f"{headings}\n{line}\n", communes)
    return [(refusal.column, refusal.reason) for each in refused for refusal in each.refusals]


def test_a_whole_line_is_read(communes):
    (entry,), refused = read(f"{HEADINGS}\n{LINE}\n", communes)
    assert refused == []
    assert (entry.siren, entry.siret, entry.kind) == ("216209056", SIRET, Kind.COMMUNE)
    assert (entry.insee_code, entry.postcode, entry.city) == ("62905", "62500", "Zudausques")
    assert (entry.affiliated, entry.agents, entry.email) == (True, 12, "jo@example.org")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_what_spreadsheets_write_is_read(communes, encoding, delimiter, ending):
    text = f"{HEADINGS}\n{LINE.replace('Jo Essai', 'Zoé Œuvré')}\n".replace(";", delimiter).replace("\n", ending)
    (entry,), refused = read(decode(text.encode(encoding)), communes)
    assert (entry.contact, refused) == ("Zoé Œuvré", [])


def test_what_breaks_a_line_within_a_cell_does_not_break_the_list(communes):
    line = LINE.replace("1 rue", "Mairie\u2028\x0b1 rue")
    (entry,), refused = read(f"{HEADINGS}\n{line}\n", communes)
    assert (entry.street, refused) == ("Mairie 1 rue de la Mairie", [])


def test_la_poste_has_a_check_of_its_own_except_for_its_seat():
    assert is_siret("35600000000048")
    assert is_siret("35600000049837")
    assert not is_siret("35600000000055")


def test_headings_are_known_without_accents_case_or_order(communes):
    (entry,), _ = read("type,DENOMINATION,n° siren,Fax\nMairie,Agny,216200139,\n", communes)
    assert (entry.name, entry.kind, entry.insee_code) == ("Agny", Kind.COMMUNE, "62013")
    assert read_listing("siren;nom;type;Fax\n1;2;3;4").ignored == ("Fax",)


def test_a_seat_is_found_by_postal_code_and_town(communes):
    heading = "SIREN;Nom;Type;Code postal;Ville"
    (entry,), _ = read(f"{heading}\n200044840;Communauté;Communauté de communes;62500;SAINT OMER\n", communes)
    assert entry.insee_code == "62765"
    assert reasons("200044840;X;syndicat;62500;Nulle-Part", communes, heading) == [(Column.INSEE, Reason.NO_PLACE)]


@pytest.mark.parametrize(
    ("old", "new", "column", "reason"),
    [
        (SIRET, SIRET[:13] + str((int(SIRET[13]) + 1) % 10), Column.SIRET, Reason.WRONG_KEY),
        (SIRET, "2,16209E+13", Column.SIRET, Reason.ABRIDGED),
        (SIRET, "2162090560", Column.SIRET, Reason.MALFORMED),
        (SIRET, "", Column.SIRET, Reason.MISSING),
        (";commune;", ";planète;", Column.KIND, Reason.UNKNOWN),
        (";commune;", ";;", Column.KIND, Reason.MISSING),
        (";62905;", ";59350;", Column.INSEE, Reason.OTHER_DEPARTMENT),
        (";62905;", ";62013;", Column.INSEE, Reason.OTHER_PLACE),
        (";62905;", ";629;", Column.INSEE, Reason.MALFORMED),
        (";62500;", ";625;", Column.POSTCODE, Reason.MALFORMED),
        (";oui;", ";peut-être;", Column.AFFILIATED, Reason.MALFORMED),
        (";12;", ";douze;", Column.AGENTS, Reason.MALFORMED),
        (";12;", ";0;", Column.AGENTS, Reason.MALFORMED),
        ("jo@example.org", "jo", Column.EMAIL, Reason.MALFORMED),
        ("jo@example.org", "", Column.EMAIL, Reason.MISSING),
        ("Jo Essai", "", Column.CONTACT, Reason.MISSING),
        ("1 rue de la Mairie", "x" * 121, Column.STREET, Reason.TOO_LONG),
    ],
)
def test_each_fault_names_its_column(communes, old, new, column, reason):
    assert (column, reason) in reasons(LINE.replace(old, new), communes)


def test_a_body_stands_once_in_a_list_and_the_good_lines_stay(communes):
    other = f"{siret_of('216200139', 2)};Agny;commune;62013;;;;;;Jo Autre;;jo@example.org"
    entries, refused = read("\n".join([HEADINGS, LINE, "", LINE, other]), communes)
    assert [entry.row.line for entry in entries] == [2]
    assert [(each.row.line, [(r.reason, r.line) for r in each.refusals]) for each in refused] == [
        (4, [(Reason.TWICE, 2)]),
        (5, [(Reason.OTHER_NAME, 2)]),
    ]


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"", FileFault.EMPTY),
        (b"siret;nom;type\n", FileFault.EMPTY),
        (b"PK\x03\x04...", FileFault.SPREADSHEET),
        (b"siret;nom\x00;type\n\x81;2;3", FileFault.NOT_TEXT),
        (b"nom;type\n1;2", FileFault.NO_NUMBER),
        (b"siret;nom\n1;2", FileFault.NO_NAME_OR_KIND),
        (b"siret;nom;type;Nom\n1;2;3;4", FileFault.TWICE),
        (b'siret;nom;type\n1;"2";3\n4;"5"6;7', FileFault.CROOKED),
        (b"siret;nom;type\n" + b"1;2;3\n" * 40_001, FileFault.TOO_LONG),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_whole(data, fault):
    with pytest.raises(FileRefused) as refused:
        read_listing(decode(data))
    assert refused.value.fault is fault


@given(st.text(st.characters(exclude_categories=("Cs", "Cc"))))
def test_no_cell_becomes_a_formula_and_none_is_lost(text):
    assert not guarded(text).startswith(("=", "+", "-", "@", "\t", "\r"))
    assert unguarded(guarded(text)) == text or text.startswith("'")


@given(st.lists(st.lists(st.text(max_size=8), min_size=3, max_size=3), max_size=6))
def test_any_lines_are_read_or_refused(communes, cells):
    """Nothing but FileRefused comes out of a file; every line that is not blank is an entry or is refused."""
    written = io.StringIO()
    csv.writer(written, delimiter=";").writerows([["siret", "nom", "type"], *cells])
    try:
        listing = read_listing(decode(written.getvalue().encode("utf-8", errors="ignore")))
    except FileRefused:
        return
    entries, refused = read_entries(listing, "62", communes)
    assert len(entries) + len(refused) == len(listing.rows)


@pytest.mark.parametrize(
    ("code", "department", "zone"),
    [
        ("62905", "62", "Europe/Paris"),
        ("01001", "01", "Europe/Paris"),
        ("2A004", "2A", "Europe/Paris"),
        ("2B033", "2B", "Europe/Paris"),
        ("97105", "971", "America/Guadeloupe"),
        ("97209", "972", "America/Martinique"),
        ("97302", "973", "America/Cayenne"),
        ("97411", "974", "Indian/Reunion"),
        ("97502", "975", "America/Miquelon"),
        ("97608", "976", "Indian/Mayotte"),
        ("97701", "977", "America/Guadeloupe"),
        ("97801", "978", "America/Guadeloupe"),
        ("98613", "986", "Pacific/Wallis"),
        ("98735", "987", "Pacific/Tahiti"),
        ("98818", "988", "Pacific/Noumea"),
    ],
)
def test_the_departement_and_its_clocks_come_from_the_code(code, department, zone):
    assert is_insee_code(code)
    assert (department_of(code), time_zone_of(department)) == (department, zone)
    assert zone in TIME_ZONES


@pytest.mark.parametrize("code", ["", "6290", "629055", "20004", "00001", "96001", "97901", "98401", "2C001", "6290A"])
def test_what_is_no_code_is_refused(code):
    assert not is_insee_code(code)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Commune", Kind.COMMUNE),
        ("MAIRIE", Kind.COMMUNE),
        ("Communauté d’agglomération", Kind.EPCI),
        ("C.C.", Kind.EPCI),
        ("S.I.V.O.M.", Kind.SYNDICAT),
        ("Syndicat mixte ouvert", Kind.SYNDICAT),
        ("C.C.A.S.", Kind.CCAS),
        ("Conseil départemental", Kind.DEPARTEMENT),
        ("Région", Kind.REGION),
        ("SDIS", Kind.SDIS),
        ("Office public de l'habitat", Kind.OFFICE),
        ("Établissement public local", Kind.OTHER_PUBLIC),
        ("URPS", Kind.PROFESSIONALS),
        ("Professions libérales", Kind.PROFESSIONALS),
        ("association sportive", None),
        ("", None),
    ],
)
def test_kinds_are_known_as_lists_write_them(text, kind):
    assert kind_named(text) is kind


def test_every_kind_is_known_by_its_own_name():
    assert all(kind_named(kind.value) is kind for kind in Kind)


def test_an_affiliation_that_looks_odd_is_told():
    assert oddity(Kind.COMMUNE, False, 349) is Oddity.SMALL_NOT_AFFILIATED
    assert oddity(Kind.COMMUNE, False, 350) is None
    assert oddity(Kind.COMMUNE, True, 12) is None
    assert oddity(Kind.DEPARTEMENT, False, 100) is None
    assert oddity(Kind.EPCI, None, 900) is Oddity.UNKNOWN
    assert oddity(Kind.PROFESSIONALS, True, None) is Oddity.PROFESSIONALS_AFFILIATED
    assert oddity(Kind.PROFESSIONALS, None, None) is None


@given(st.integers(1, 9999))
def test_a_place_has_a_siret_that_passes_the_check(place):
    siret = siret_of("216209056", place)
    assert is_siret(siret)
    assert siret[9:13] == f"{place:04}"
