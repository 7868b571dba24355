"""A manager records a convention: what is stored, told and refused."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError, ProgrammingError

from billing.domain.adhesion import TypedPerson, TypedSubstitute
from billing.domain.faults import Fault, Refused
from billing.domain.habilitation import Role
from billing.domain.register import Filters
from billing.store import tables as t
from billing.usecases import announcing, reading
from billing.usecases.conventions import record_convention
from billing.usecases.directory import directory
from paravent.billing.v1 import events_pb2 as events

SUBSTITUTE = TypedSubstitute(
    TypedPerson("Claude Fictif", "Juriste", "claude.fictif@example.org", "03 53 01 00 03"),
    body="Communauté d'agglomération",
    independent=True,
)


def faults_of(uow, manager, commune, typed, clock):
    with pytest.raises(Refused) as refused:
        record_convention(uow, manager, commune, typed, clock)
    return refused.value.faults


def counts(uow):
    with uow("count") as tx:
        tables = (t.members, t.conventions, t.headcounts, t.people, t.habilitations, t.invitations, t.outbox)
        return [tx.session.scalar(select(func.count()).select_from(table)) for table in tables]


def test_a_convention_makes_a_member_and_announces_it(uow, parties, zudausques, typed, clock, told):
    member_id = record_convention(uow, parties.first, zudausques, typed, clock)

    (listed,) = told(events.MemberListed)
    assert (listed.member_id, listed.name, listed.siren) == (str(member_id), "Zudausques", "216209056")
    assert (listed.from_day, listed.until_day, listed.department) == ("2026-01-01", "2027-06-27", "62")
    (changed,) = told(events.MembershipChanged)
    assert (changed.size_band, changed.version) == ("11-19", listed.version)


def test_referents_are_invited_and_nobody_is_habilitated_yet(uow, parties, zudausques, typed, clock, told):
    record_convention(uow, parties.first, zudausques, typed, clock)

    assert {event.email for event in told(events.ContactChanged)} == {
        "maxime.essai@example.org",
        "lou.factice@example.org",
    }
    assert len({event.token for event in told(events.InvitationIssued)}) == 2
    assert told(events.HabilitationBound) == []


def test_no_token_is_stored(uow, parties, zudausques, typed, clock, told):
    record_convention(uow, parties.first, zudausques, typed, clock)
    tokens = {event.token for event in told(events.InvitationIssued)}
    with uow("read") as tx:
        stored = tx.session.scalars(select(t.invitations.c.token_hash)).all()
    assert all(len(each) == 32 and each.hex() not in tokens for each in stored)


def test_a_named_substitute_is_invited_for_this_member_only(uow, parties, zudausques, typed, clock):
    member_id = record_convention(uow, parties.first, zudausques, replace(typed, substitute=SUBSTITUTE), clock)

    member_file = reading.member_file(uow, parties.first, member_id, clock)
    (substitute,) = member_file.substitutes
    assert substitute.holder.habilitation.role is Role.AUTHORITY_REFERENT
    assert substitute.holder.habilitation.body == "Communauté d'agglomération"


def test_a_substitute_under_the_authority_is_refused(uow, parties, zudausques, typed, clock):
    own = replace(SUBSTITUTE, body="Commune de Zudausques", independent=False)
    faults = faults_of(uow, parties.first, zudausques, replace(typed, substitute=own), clock)
    assert faults == {
        "substitute_body": Fault.NOT_INDEPENDENT,
        "substitute_independent": Fault.NOT_INDEPENDENT,
    }


def test_a_referent_cannot_be_the_substitute(uow, parties, zudausques, typed, clock):
    same = replace(SUBSTITUTE, person=typed.referents[0])
    faults = faults_of(uow, parties.first, zudausques, replace(typed, substitute=same), clock)
    assert faults == {"substitute_email": Fault.SAME_PERSON}


def test_every_fault_is_told_at_once_and_nothing_is_written(uow, parties, zudausques, typed, clock):
    wrong = replace(
        typed,
        received_on=None,
        headcount=0,
        referents=(typed.referents[0], replace(typed.referents[0], phone="rien")),
    )
    faults = faults_of(uow, parties.first, zudausques, wrong, clock)
    assert faults == {
        "received_on": Fault.MISSING,
        "headcount": Fault.NOT_POSITIVE,
        "referent_2_phone": Fault.MALFORMED,
    }
    assert counts(uow) == [0] * 7


def test_a_member_joins_once(uow, parties, zudausques, typed, clock):
    record_convention(uow, parties.first, zudausques, typed, clock)
    before = counts(uow)
    assert faults_of(uow, parties.second, zudausques, typed, clock) == {"form": Fault.ALREADY_MEMBER}
    assert counts(uow) == before


def test_a_cdg_records_communes_of_its_own_department_only(uow, parties, zudausques, typed, clock):
    assert faults_of(uow, parties.elsewhere, zudausques, typed, clock) == {"form": Fault.OTHER_CDG}


def test_an_address_keeps_the_name_that_it_was_given(uow, parties, communes, zudausques, typed, clock):
    record_convention(uow, parties.first, zudausques, typed, clock)
    other = replace(typed, referents=(replace(typed.referents[0], name="Quelqu'un d'autre"), typed.referents[1]))
    before = counts(uow)
    agny = communes.by_insee_code("62013")
    assert faults_of(uow, parties.first, agny, other, clock) == {"referent_1_name": Fault.OTHER_NAME}
    assert counts(uow) == before


def test_a_person_may_be_referent_of_several_members_and_is_announced_once(
    uow, parties, communes, zudausques, typed, clock, told
):
    record_convention(uow, parties.first, zudausques, typed, clock)
    record_convention(uow, parties.first, communes.by_insee_code("62013"), typed, clock)
    assert len(told(events.ContactChanged)) == 2
    assert len(told(events.InvitationIssued)) == 4


def test_events_and_rows_commit_or_vanish_together(uow, parties, zudausques, typed, clock, monkeypatch):
    def fail(*_arguments):
        raise RuntimeError("the last step fails")

    monkeypatch.setattr(announcing, "invitation", fail)
    with pytest.raises(RuntimeError):
        record_convention(uow, parties.first, zudausques, typed, clock)
    assert counts(uow) == [0] * 7


def test_another_cdg_cannot_read_the_member(uow, parties, zudausques, typed, clock):
    member_id = record_convention(uow, parties.first, zudausques, typed, clock)
    assert reading.member_file(uow, parties.elsewhere, member_id, clock) is None
    assert directory(uow, parties.elsewhere, Filters(), clock, offset=0, limit=25).entries == []


def test_members_are_found_by_name_and_code(uow, parties, communes, typed, clock):
    for code in ("62905", "62318", "62013"):
        record_convention(uow, parties.first, communes.by_insee_code(code), typed, clock)

    def found(words):
        return [each.name for each in directory(uow, parties.first, Filters(words), clock, offset=0, limit=25).entries]

    assert found("") == ["Agny", "Étaples", "Zudausques"]
    assert found("etap") == ["Étaples"]
    assert found("62905") == ["Zudausques"]
    assert found("216200139") == ["Agny"]
    assert found("100%") == []


def test_the_database_refuses_an_effect_on_another_day(owner_uow, uow, parties, zudausques, typed, clock):
    record_convention(uow, parties.first, zudausques, typed, clock)
    with pytest.raises(IntegrityError), owner_uow("tamper") as tx:
        tx.session.execute(update(t.conventions).values(effect_on=date(2025, 12, 17)))


@pytest.mark.parametrize("table", [t.conventions, t.headcounts, t.managers, t.cdgs, t.markets])
def test_the_service_cannot_alter_what_is_settled(uow, parties, zudausques, typed, clock, table):
    record_convention(uow, parties.first, zudausques, typed, clock)
    column = next(iter(table.primary_key.columns))
    with pytest.raises(ProgrammingError, match="permission denied"), uow("tamper") as tx:
        tx.session.execute(update(table).values({column: column}))
