"""The rules of the questionnaire, of the directory, of identities and of self-identification."""

from datetime import date, datetime, timedelta

import pytest

from intake.domain import identity as identities
from intake.domain import selfcheck
from intake.domain.avdhas import ACTS, AVDHAS, CRITERIA, IMPLICATED
from intake.domain.identity import Identity
from intake.domain.members import Member, fold, search_words, slug
from intake.domain.questionnaire import faults, first_incomplete, read
from intake.usecases.envelopes import as_message


def typed(**answers):
    return lambda code: answers.get(code, [])


def test_the_acts_are_those_of_the_law():
    assert {choice.code for choice in ACTS} == {
        "ATTEINTE_PHYSIQUE",
        "VIOLENCE",
        "MENACE",
        "INTIMIDATION",
        "HARCELEMENT_MORAL",
        "HARCELEMENT_SEXUEL",
        "AGISSEMENT_SEXISTE",
        "DISCRIMINATION",
    }


def test_the_codes_of_the_implicated_are_those_of_the_contract():
    contract = (
        "AUTORITE_TERRITORIALE DGS SECRETAIRE_GENERAL REFERENT HIERARCHIE COLLEGUE ELU USAGER PRESTATAIRE CDG AUTRE"
    )
    assert {choice.code for choice in IMPLICATED} == set(contract.split())


def test_criteria_are_asked_only_for_a_discrimination():
    assert "criteres" not in [step.code for step in AVDHAS.asked({"acts": ("MENACE",)})]
    assert "criteres" in [step.code for step in AVDHAS.asked({"acts": ("DISCRIMINATION",)})]
    assert len(CRITERIA) == len({choice.code for choice in CRITERIA}) == 22


def test_an_unticked_act_takes_its_criteria_with_it():
    kept = AVDHAS.relevant({"acts": ("MENACE",), "criteria": ("AGE",), "main_act": ("DISCRIMINATION",)})
    assert kept == {"acts": ("MENACE",)}


def test_the_main_act_comes_first():
    message = as_message({"acts": ("HARCELEMENT_MORAL", "MENACE"), "main_act": ("MENACE",)})
    assert list(message.acts) == ["MENACE", "HARCELEMENT_MORAL"]


def test_only_known_codes_are_kept():
    step = AVDHAS.step("actes")
    assert read(step, typed(acts=["MENACE", "AUTRE_CHOSE"]), {})["acts"] == ("MENACE",)


def test_the_main_act_is_one_of_those_ticked():
    step = AVDHAS.step("principal")
    assert read(step, typed(main_act=["MENACE"]), {"acts": ("VIOLENCE",)})["main_act"] == ()


def test_a_text_that_is_too_long_is_told_by_how_much():
    step = AVDHAS.step("quand")
    assert "1001 caractères" in faults(step, {"when": ("x" * 1001,)})["when"]


def test_the_first_open_question_is_found():
    assert first_incomplete(AVDHAS, {}).code == "qualite"


@pytest.mark.parametrize(
    ("written", "folded"), [("Hénin-Beaumont", "henin beaumont"), ("Œuf-en-Ternois", "oeuf en ternois")]
)
def test_names_are_compared_without_accents(written, folded):
    assert fold(written) == folded


def test_short_forms_and_slugs():
    assert search_words("Ste Catherine") == ("sainte", "catherine")
    assert slug("Bully-les-Mines", "62") == "bully-les-mines-62"


@pytest.mark.parametrize(
    ("zone", "first", "last"),
    [
        ("Europe/Paris", "2025-12-31T23:00:00Z", "2026-06-30T21:59:59Z"),
        ("Indian/Reunion", "2025-12-31T20:00:00Z", "2026-06-30T19:59:59Z"),
        ("America/Martinique", "2026-01-01T04:00:00Z", "2026-07-01T03:59:59Z"),
        ("Pacific/Wallis", "2025-12-31T12:00:00Z", "2026-06-30T11:59:59Z"),
    ],
)
def test_a_member_takes_reports_from_its_first_midnight_to_its_last(zone, first, last):
    member = Member("m", 1, "X", "1", "", "62", "c", "C", "", date(2026, 1, 1), date(2026, 6, 30), "x", time_zone=zone)
    opens, closes = datetime.fromisoformat(first), datetime.fromisoformat(last)
    assert not member.accepts(opens - timedelta(seconds=1))
    assert member.accepts(opens)
    assert member.accepts(closes)
    assert not member.accepts(closes + timedelta(seconds=1))


@pytest.mark.parametrize(
    ("email", "refused"),
    [
        ("a@mairie-lens.fr", True),
        ("a@lens.fr", True),
        ("a@cdg62.fr", True),
        ("a@interieur.gouv.fr", True),
        ("a@exemple.fr", False),
    ],
)
def test_an_address_that_the_employer_may_read_is_recognised(email, refused):
    assert identities.looks_professional(email, "Lens") is refused


def test_an_identity_never_shows_itself():
    assert "Durand" not in repr(Identity(given_name="Anne", family_name="Durand"))


def test_a_name_is_found_without_accents_or_case_but_not_inside_a_word():
    identity = Identity(given_name="Zoé", family_name="Rémi")
    texts = {"what": "ZOE a vu Rémi ; Rémigny n’est pas un nom."}
    found = [texts["what"][f.start : f.end] for f in selfcheck.look(texts, identity)]
    assert found == ["ZOE", "Rémi"]


@pytest.mark.parametrize(
    "number", ["0612345678", "06 12 34 56 78", "06.12.34.56.78", "+33 6 12 34 56 78", "+33612345678"]
)
def test_a_phone_number_is_found(number):
    assert [f.kind for f in selfcheck.look({"what": f"Appelez le {number}."}, None)] == ["phone"]


def test_a_date_or_an_amount_is_no_phone_number():
    assert selfcheck.look({"what": "Le 02/03/2026, 1 234 567 890 123 euros"}, None) == ()


def test_masking_replaces_the_chosen_passages_only():
    texts = {"what": "a@b.fr puis c@d.fr"}
    first, second = selfcheck.look(texts, None)
    assert selfcheck.mask(texts, (first, second), {second.key})["what"] == "a@b.fr puis [masqué]"


def test_other_findings_are_other_stamps():
    one = selfcheck.look({"what": "a@b.fr"}, None)
    assert selfcheck.stamp(one) != selfcheck.stamp(selfcheck.look({"what": "xa@b.fr"}, None))
