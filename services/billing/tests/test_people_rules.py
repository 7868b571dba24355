"""What is typed about a person is cleaned, then checked; whatever is wrong has words."""

import uuid
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.domain import adhesion, member_edit, proposal
from billing.domain.adhesion import TypedPerson, TypedSubstitute
from billing.domain.convention import Market
from billing.domain.faults import Fault, Refused
from billing.domain.member_edit import TypedMember
from billing.domain.parties import BillingAddress, Member
from billing.domain.people import clean_email, clean_phone, folded, named, same_name
from billing.domain.siren import is_siren
from billing.entrypoints.web import words, words_life, words_parties


def faults_of(**changed):
    typed = {"name": "Lou Factice", "function": "Adjointe", "email": "lou@example.org", "phone": "03 53 01 00 02"}
    with pytest.raises(Refused) as refused:
        named(**typed | changed)
    return refused.value.faults


def test_a_contact_is_cleaned():
    contact = named("  Lou   Factice ", "Adjointe", " Lou.Factice@Example.ORG ", "03.53.01.00.02")
    assert (contact.name, contact.email, contact.phone) == ("Lou Factice", "lou.factice@example.org", "+33353010002")


@pytest.mark.parametrize(
    "phone", ["+33 3 53 01 00 02", "0033353010002", "03-53-01-00-02", "(03) 53 01 00 02", "03/53/01/00/02"]
)
def test_the_usual_ways_to_write_a_phone_number_are_understood(phone):
    assert clean_phone(phone) == "+33353010002"


@pytest.mark.parametrize("phone", ["12", "0053", "03 53 01 00", "+0353010002", "trois", "03530100021"])
def test_a_number_that_cannot_be_called_is_refused(phone):
    assert faults_of(phone=phone) == {"phone": Fault.MALFORMED}


@pytest.mark.parametrize(
    "email",
    ["lou", "lou@", "@example.org", "lou@example", "lou@example.org\nBcc: a@b.fr", "lou,max@example.org", "l ou@a.fr"],
)
def test_an_address_that_cannot_be_written_to_is_refused(email):
    assert faults_of(email=email) == {"email": Fault.MALFORMED}


def test_all_that_is_missing_is_told_at_once():
    assert faults_of(name=" ", function="", email="", phone="") == dict.fromkeys(
        ("name", "function", "email", "phone"), Fault.MISSING
    )


def test_a_name_is_a_printable_line():
    assert faults_of(name="Lou\x07Factice") == {"name": Fault.MALFORMED}
    assert faults_of(name="L" * 121) == {"name": Fault.TOO_LONG}


def test_a_refusal_holds_no_value():
    with pytest.raises(Refused) as refused:
        named("Lou Factice", "Adjointe", "secret-address", "03 53 01 00 02")
    assert "secret" not in str(refused.value)


@given(st.text())
def test_folding_twice_is_folding_once(text):
    assert folded(folded(text)) == folded(text)


@given(st.emails())
def test_an_address_is_compared_without_case(email):
    assert clean_email(email.upper()) == clean_email(email).upper().lower()


def test_a_name_is_the_same_in_another_order_case_or_accent():
    assert same_name("Lou-Ann SPÉCIMEN", "Specimen Lou Ann")
    assert not same_name("Lou Factice", "Max Factice")


@pytest.mark.parametrize("text", ["216209056", "216200014"])
def test_a_siren_passes_luhn(text):
    assert is_siren(text)


@pytest.mark.parametrize("text", ["216209057", "21620905", "2162090566", "21620905a", "٢١٦٢٠٩٠٥٦", ""])
def test_what_is_not_a_siren_is_refused(text):
    assert not is_siren(text)


@pytest.mark.parametrize("text", ["", "a\u200bb", "\x07", "é" * 121, "9" * 300, "²"], ids=ascii)
def test_whatever_is_wrong_in_a_form_has_words(text):
    """A zero-width space comes with what is pasted from a page."""
    member = Member(uuid.uuid4(), 1, uuid.uuid4(), "Zudausques", "216209056", "62905", "62")
    person = TypedPerson(text, text, text, text)
    substitute = TypedSubstitute(person, text, independent=False)
    address = BillingAddress(text, text, text, text, text)
    market = Market(*(uuid.uuid4() for _ in range(3)), date(2024, 6, 28), date(2027, 6, 27))
    edited = TypedMember(1, text, text, text, text, text, address, text, person)
    convention = adhesion.TypedConvention(None, None, None, None, (person, person), substitute)
    draft = proposal.Draft(0, text, (person, person), substitute)
    for work, said in (
        (lambda: member_edit.read(edited, member, None), words_parties.edit_errors),
        (lambda: adhesion.read(convention, member.name, market, today=date(2026, 3, 10)), words.errors),
        (lambda: proposal.checked(draft), words_life.errors),
    ):
        with pytest.raises(Refused) as refused:
            work()
        assert all(said(refused.value.faults).values())
