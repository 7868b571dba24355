"""Who is in office, and to whom of them a reporter may confide their name."""

from datetime import date

import pytest

from intake.domain.referents import Referent, offered
from intake.entrypoints.events import Worker
from paravent.billing.v1.events_pb2 import HabilitationRole, ReferentListed

from .conftest import CDG, TODAY

MEMBER = "m-boulogne"


def person(name: str, **changes) -> Referent:
    made = {
        "habilitation_id": f"h-{name}",
        "member_id": MEMBER,
        "cdg_id": CDG,
        "issuer": "https://qui.test",
        "subject": name,
        "name": name,
        "function": "Ressources humaines",
        "body": "Boulogne-sur-Mer",
        "authority": False,
        "from_day": date(2026, 1, 1),
    }
    return Referent(**(made | changes))


def authority(name: str, **changes) -> Referent:
    return person(name, **({"authority": True, "member_id": "", "body": "CdG du Pas-de-Calais"} | changes))


OWN = [person("Berthe"), person("Adam")]
OF_THE_CDG = [authority("Clovis"), authority("Denise")]
OTHERS = [person("Voisine", member_id="m-calais"), authority("Lointain", cdg_id="cdg-80")]
EVERYBODY = OWN + OF_THE_CDG + OTHERS


def names(*implicated: str, known=EVERYBODY, today=TODAY) -> list[str]:
    return [found.name for found in offered(implicated, MEMBER, CDG, known, today)]


def test_the_members_own_referents_are_offered_by_name():
    assert names("COLLEGUE", "HIERARCHIE") == ["Adam", "Berthe"]


@pytest.mark.parametrize("code", ["AUTORITE_TERRITORIALE", "DGS", "SECRETAIRE_GENERAL", "ELU"])
def test_when_the_authority_is_implicated_only_the_cdgs_are_offered(code):
    assert names("COLLEGUE", code) == ["Clovis", "Denise"]


def test_when_a_referent_is_implicated_none_of_the_members_own_is_offered():
    assert names("REFERENT") == ["Clovis", "Denise"]


def test_when_the_cdg_is_implicated_nobody_is_offered():
    assert names("CDG", "COLLEGUE") == []


def test_a_named_substitute_comes_before_the_cdgs_referents():
    substitute = authority("Suppléant", member_id=MEMBER)
    assert names("DGS", known=[*EVERYBODY, substitute]) == ["Suppléant"]
    assert names("COLLEGUE", known=[*EVERYBODY, substitute]) == ["Adam", "Berthe"]


def test_a_referent_of_the_member_is_not_offered_under_another_hat():
    twice = authority("Berthe la même", issuer="https://qui.test", subject="Berthe")
    assert names("DGS", known=[*OWN, twice]) == []


def test_who_is_not_in_office_that_day_is_not_offered():
    known = [person("Hier", until_day=date(2026, 11, 23)), person("Demain", from_day=date(2026, 11, 25))]
    assert names("COLLEGUE", known=known) == []
    assert names("COLLEGUE", known=known, today=date(2026, 11, 23)) == ["Hier"]


@pytest.fixture
def tell(clock, uow):
    """Billing tells of a person; answers who is known of the member then."""

    def told(**changes) -> list[Referent]:
        event = {
            "habilitation_id": "h-1",
            "version": 1,
            "member_id": MEMBER,
            "cdg_id": CDG,
            "issuer": "https://qui.test",
            "subject": "referent-1",
            "display_name": "Maxime Essai",
            "function": "DRH",
            "body": "Boulogne-sur-Mer",
            "role": HabilitationRole.HABILITATION_ROLE_REFERENT,
            "valid_from": "2026-11-24T09:00:00Z",
        } | changes
        with uow("event") as tx:
            Worker(bytes(32), clock).referent_listed(ReferentListed(**event), tx)
            return tx.referents.of_member(MEMBER, CDG)

    return told


def test_a_person_in_office_is_kept_as_billing_names_them(tell):
    [kept] = tell()
    assert (kept.name, kept.function, kept.body, kept.authority) == ("Maxime Essai", "DRH", "Boulogne-sur-Mer", False)
    assert kept.from_day == TODAY


def test_a_person_of_the_whole_cdg_belongs_to_each_of_its_members(tell):
    role = HabilitationRole.HABILITATION_ROLE_AUTHORITY_REFERENT
    [kept] = tell(member_id="", role=role)
    assert kept.authority
    assert tell(habilitation_id="h-2", cdg_id="cdg-80") == [kept]
    assert tell(habilitation_id="h-3", member_id="m-calais") == [kept]


def test_who_is_not_in_office_yet_is_offered_from_the_day_after(tell):
    [kept] = tell(valid_from="2026-11-26T09:00:00Z")
    assert not kept.in_office(date(2026, 11, 26))
    assert kept.in_office(date(2026, 11, 27))


def test_a_removal_counts_at_once_and_leaves_no_name(tell):
    tell()
    [kept] = tell(version=2, valid_until="2026-11-24T09:17:00Z")
    assert not kept.in_office(TODAY)
    assert (kept.name, kept.subject, kept.issuer, kept.body, kept.function) == ("", "", "", "", "")


def test_an_older_version_changes_nothing(tell):
    tell(version=2, valid_until="2026-11-24T09:17:00Z")
    [kept] = tell(version=1)
    assert not kept.in_office(TODAY)
