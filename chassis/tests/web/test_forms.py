"""Forms as typed: nothing lost, nothing dangerous, nothing shown by accident."""

import pytest
from fastapi import HTTPException

from chassis.web import Page, Person, page_number, parse_form


def test_a_form_gives_the_last_value_and_all_of_them():
    form = parse_form(b"acte=moral&acte=sexuel&nom=H%C3%A9l%C3%A8ne+B")
    assert form.get("acte") == "sexuel"
    assert form.all("acte") == ["moral", "sexuel"]
    assert form.get("nom") == "Hélène B"
    assert form.get("absent") == ""
    assert form.all("absent") == []
    assert "nom" in form
    assert "absent" not in form


def test_nul_is_removed_and_line_ends_are_one_kind():
    assert parse_form(b"a=x%00y%0D%0Az%0Dw").get("a") == "xy\nz\nw"


def test_bytes_that_are_no_text_do_not_break_the_form():
    assert parse_form(b"a=%FF%FE").get("a") == "��"


def test_neither_a_form_nor_a_person_shows_what_it_holds():
    person = Person("https://id.fr", "123", "Ada Lovelace", "ada@example.fr", True)
    assert "secret" not in repr(parse_form(b"secret=secret"))
    assert "Ada" not in f"{person} {person!r}"


def test_too_many_fields_are_refused():
    with pytest.raises(HTTPException) as refused:
        parse_form(b"&".join(b"a=1" for _ in range(1001)))
    assert refused.value.status_code == 400


@pytest.mark.parametrize(
    ("number", "total", "around"),
    [(1, 10, [1]), (1, 60, [1, 2, 3]), (5, 250, [1, None, 4, 5, 6, None, 10]), (10, 250, [1, None, 9, 10])],
)
def test_pagination_links_the_neighbours_and_the_ends(number, total, around):
    assert Page(range(25), number, total).around == around


def test_an_empty_list_is_one_page():
    page = Page([], 1, 0)
    assert (page.pages, page.first, page.last) == (1, 0, 0)


@pytest.mark.parametrize(("text", "number"), [("3", 3), ("0", 1), ("-1", 1), ("²", 1), ("9" * 40, 1), (None, 1)])
def test_an_unreadable_page_number_is_the_first_page(text, number):
    assert page_number(text) == number
