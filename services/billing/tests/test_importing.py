"""A list of bodies on a real database: shown, applied once, what is wrong kept apart."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select, text

from billing.domain.kinds import Kind
from billing.domain.listing import Reason
from billing.domain.listing_table import Column
from billing.domain.parties import Member
from billing.domain.siren import is_siren, siret_of
from billing.store import tables as t
from billing.store.space import SpaceLink
from billing.usecases import importing, reading
from billing.usecases.conventions import record_convention
from billing.usecases.habilitations import Unknown
from paravent.billing.v1 import events_pb2 as events

HEADINGS = "SIREN;Nom;Type;Code INSEE;Adresse;Code postal;Ville;Affilié;Effectif;Correspondant;Fonction;E-mail"
AGNY = "216200139;Agny;commune;62013;Place;62217;Agny;oui;24;Jo Essai;DGS;jo@example.org"
CCAS = "266200010;CCAS d’Agny;CCAS;62013;;;;non;3;;;"


@pytest.fixture
def apply(uow, parties, communes, clock):
    def send(*lines, manager=None):
        who = manager or parties.first
        sent = importing.receive(uow, who, "\n".join([HEADINGS, *lines]).encode(), clock)
        return importing.apply(uow, who, sent, communes, clock)

    return send


def siren(start):
    """A SIREN with these eight digits first."""
    return next(f"{start}{key}" for key in range(10) if is_siren(f"{start}{key}"))


def test_good_lines_are_imported_and_the_others_kept_apart(apply, uow, parties, told):
    ccas = CCAS.replace("266200010", siren("26620001"))
    seen = apply(AGNY, ccas, AGNY, "123456789;Faux;commune;62013;;;;;;;;")

    assert (seen.done.added, seen.done.changed) == (2, 0)
    assert [(line.row.line, line.refusals[0].reason) for line in seen.refused] == [
        (4, Reason.TWICE),
        (5, Reason.WRONG_KEY),
    ]
    with uow("look") as tx:
        members = tx.members.by_siren(["216200139", siren("26620001")])
        agny = members["216200139"]
        assert (agny.kind, agny.affiliated, agny.listed_agents) == (Kind.COMMUNE, True, 24)
        assert tx.parties.correspondent(agny.id).email == "jo@example.org"
        assert tx.parties.buyers([agny.id])[agny.id].city == "Agny"
        assert tx.parties.buyers([members[siren("26620001")].id]) == {}
    assert [event.email for event in told(events.ContactChanged)] == ["jo@example.org"]
    assert told(events.MemberListed) == []


def test_a_member_without_a_convention_can_be_read_everywhere(apply, uow, parties, clock):
    apply(AGNY)
    with uow("find") as tx:
        (member,) = tx.members.page(parties.first.cdg_id, "agny", offset=0, limit=25)
    file = reading.member_file(uow, parties.first, member.id, clock)
    assert (file.convention, file.headcounts, file.referents) == (None, [], [])
    assert file.extras["particulars"].agents == 24


def test_applied_twice_a_list_changes_nothing(apply, uow, parties, communes, clock):
    sent = importing.receive(uow, parties.first, f"{HEADINGS}\n{AGNY}".encode(), clock)
    first = importing.apply(uow, parties.first, sent, communes, clock)
    assert importing.apply(uow, parties.second, sent, communes, clock) == first
    again = importing.receive(uow, parties.first, f"{HEADINGS}\n{AGNY}".encode(), clock)
    seen = importing.review(uow, parties.first, again, communes)
    assert (seen.new, seen.changed, seen.same, seen.refused) == ([], [], 1, [])


def test_what_changes_is_shown_and_nothing_is_erased(apply, uow, parties, communes, clock):
    apply(AGNY)
    siret = siret_of("216200139", 3)
    headings = "SIRET;Nom;Type;Code INSEE;Affilié;E-mail;Correspondant"
    listed = f"{headings}\n{siret};Agny;commune;62013;;lou@example.org;Lou Autre"
    with uow("link") as tx:
        member = tx.members.by_siren(["216200139"])["216200139"]
        person = tx.parties.correspondent(member.id)
        tx.space_links.open("token", SpaceLink(member.id, person.id), clock.now() + timedelta(days=1))
    sent = importing.receive(uow, parties.first, listed.encode(), clock)
    (line,) = importing.review(uow, parties.first, sent, communes).changed
    assert [(each.column, each.before, each.after) for each in line.changes] == [
        (Column.SIRET, "", siret),
        (Column.EMAIL, "jo@example.org", "lou@example.org"),
    ]
    importing.apply(uow, parties.first, sent, communes, clock)
    with uow("look") as tx:
        changed = tx.members.by_siren(["216200139"])["216200139"]
        assert (changed.siret, changed.affiliated, changed.listed_agents) == (siret, True, 24)
        assert tx.parties.correspondent(changed.id).email == "lou@example.org"
        assert tx.parties.buyers([changed.id])[changed.id].street == "Place"
        assert tx.space_links.follow("token", clock.now()) is None


def test_the_new_name_of_a_member_is_told(apply, uow, parties, zudausques, typed, clock, told):
    record_convention(uow, parties.first, zudausques, typed, clock)
    apply("216209056;Zudausques-la-Neuve;commune;62905;;;;;;;;")
    assert {event.version: event.name for event in told(events.MemberListed)} == {
        1: "Zudausques",
        2: "Zudausques-la-Neuve",
    }


def test_another_cdgs_body_and_an_address_under_another_name_are_refused(
    apply, uow, owner_uow, parties, zudausques, typed, clock, communes
):
    apply(AGNY)
    with owner_uow("move") as tx:
        tx.session.execute(t.members.update().values(cdg_id=parties.elsewhere.cdg_id))
    seen = apply(AGNY, "216209056;Zudausques;commune;62905;;;;;;Max Inconnu;;jo@example.org")
    assert [each.refusals[0].reason for each in seen.refused] == [Reason.OTHER_CDG, Reason.OTHER_NAME]
    sent = importing.receive(uow, parties.first, f"{HEADINGS}\n{AGNY}".encode(), clock)
    with pytest.raises(Unknown):
        importing.review(uow, parties.elsewhere, sent, communes)


def test_a_list_is_forgotten_after_a_month(uow, parties, communes, clock):
    sent = importing.receive(uow, parties.first, f"{HEADINGS}\n{AGNY}".encode(), clock)
    clock.advance(timedelta(days=31))
    importing.receive(uow, parties.first, f"{HEADINGS}\n{AGNY}".encode(), clock)
    with pytest.raises(Unknown):
        importing.apply(uow, parties.first, sent, communes, clock)


def test_a_long_list_is_applied_in_one_transaction(apply, uow):
    """Ten thousand lines, each with a correspondent, take 4 s on the machine that this was written on."""
    rest = "syndicat;62001;Rue;62000;Arras;oui;9"
    seen = apply(*(f"{siren(30_000_000 + n)};Syndicat {n};{rest};Jo {n};;jo{n}@example.org" for n in range(1_500)))
    assert (seen.done.added, len(seen.refused)) == (1_500, 0)
    with uow("count") as tx:
        assert tx.session.scalar(select(func.count()).select_from(t.people)) == 1_500


def test_a_list_applied_by_two_managers_at_once_is_applied_once(uow, parties, communes, clock):
    sent = importing.receive(uow, parties.first, f"{HEADINGS}\n{AGNY}".encode(), clock)
    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(
            lambda who: importing.apply(uow, who, sent, communes, clock), (parties.first, parties.second)
        )
    assert first == second
    assert first.done.added == 1


def test_what_is_typed_while_a_list_is_applied_is_kept_and_an_older_form_is_out_of_date(
    apply, uow, owner_uow, parties, communes, clock
):
    """The list waits for who types, and changes what it names alone."""
    apply(AGNY)
    sent = importing.receive(uow, parties.first, f"{HEADINGS}\n{AGNY.replace(';24;', ';31;')}".encode(), clock)
    with ThreadPoolExecutor(1) as pool, owner_uow("types") as tx:
        before = tx.members.by_siren(["216200139"], lock=True)["216200139"]
        applying = pool.submit(importing.apply, uow, parties.first, sent, communes, clock)
        blocked = text("SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype = 'transactionid'")
        while not tx.session.scalar(blocked) and not applying.done():
            pass
        tx.members.change(replace(before, mail_domains=("agny.example.org",)))
        tx.session.commit()
        assert applying.result(20).done.changed == 1
    with uow("look") as tx:
        after = tx.members.by_siren(["216200139"])["216200139"]
    assert (after.mail_domains, after.listed_agents) == (("agny.example.org",), 31)
    assert after.version > before.version


def test_a_body_recorded_while_the_list_is_applied_is_told(uow, owner_uow, parties, communes, clock, zudausques):
    """The list waits for whoever records the same body; its line is refused, and the others are imported."""
    line = "216209056;Zudausques;commune;62905;;;;;;;;"
    sent = importing.receive(uow, parties.first, f"{HEADINGS}\n{line}\n{AGNY}".encode(), clock)
    ours = (zudausques.name, zudausques.siren, zudausques.insee_code, zudausques.department)
    with ThreadPoolExecutor(1) as pool, owner_uow("records") as tx:
        tx.members.claim(Member(uuid.uuid4(), 0, parties.first.cdg_id, *ours))
        applying = pool.submit(importing.apply, uow, parties.first, sent, communes, clock)
        blocked = text("SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype = 'transactionid'")
        while not tx.session.scalar(blocked) and not applying.done():
            pass
        tx.session.commit()
        seen = applying.result(20)
    assert seen.done.added == 1
    assert [(each.row.line, each.refusals[0].reason) for each in seen.refused] == [(2, Reason.MEANWHILE)]
