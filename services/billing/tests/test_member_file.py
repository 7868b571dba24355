"""A member's file on a real database: what others are told, and whose links stop working."""

import uuid
from dataclasses import replace
from datetime import timedelta
from itertools import zip_longest

import pytest

from billing.domain.adhesion import TypedPerson
from billing.domain.faults import Fault, Refused
from billing.domain.kinds import Kind
from billing.domain.member_edit import TypedMember, read
from billing.domain.parties import BillingAddress, Member
from billing.domain.places import TIME_ZONES
from billing.store.space import SpaceLink
from billing.usecases import members
from billing.usecases.conventions import record_convention
from billing.usecases.habilitations import Unknown
from paravent.billing.v1 import events_pb2 as events

NOBODY = TypedPerson("", "", "", "")
JO = TypedPerson("Jo Essai", "DGS", "jo@example.org", "03 53 01 00 01")
TYPED = TypedMember(
    version=1,
    name="Zudausques",
    kind="commune",
    siret="",
    affiliated="oui",
    time_zone="Europe/Paris",
    address=BillingAddress(),
    mail_domains="",
    correspondent=NOBODY,
)


@pytest.fixture
def zudausques_id(uow, parties, zudausques, typed, clock):
    return record_convention(uow, parties.first, zudausques, typed, clock)


@pytest.fixture
def edit(uow, parties, zudausques_id, clock):
    def edit(manager=None, **changes):
        who = manager or parties.first
        version = members.particulars(uow, parties.first, zudausques_id).member.version
        members.edit(uow, who, zudausques_id, replace(TYPED, version=version, **changes), clock)

    return edit


def test_what_others_know_of_a_member_is_told_when_it_changes(edit, told):
    edit(mail_domains="mairie-zudausques.fr", time_zone="Indian/Reunion")
    edit(mail_domains="mairie-zudausques.fr", time_zone="Indian/Reunion", affiliated="non")
    listed = {event.version: list(event.mail_domains) for event in told(events.MemberListed)}
    assert listed == {1: [], 2: ["mairie-zudausques.fr"]}
    assert len(told(events.MembershipChanged)) == 2


def test_a_new_correspondent_closes_the_links_of_the_one_before(edit, uow, zudausques_id, clock):
    edit(correspondent=JO)
    with uow("link") as tx:
        person = tx.parties.correspondent(zudausques_id)
        tx.space_links.open("token", SpaceLink(zudausques_id, person.id), clock.now() + timedelta(days=1))
    edit(correspondent=replace(JO, phone="03 53 01 00 02"))
    with uow("look") as tx:
        assert tx.parties.correspondent(zudausques_id).phone == "+33353010002"
        assert tx.space_links.follow("token", clock.now()) is not None
    edit(correspondent=replace(JO, name="Lou Autre", email="lou@example.org"))
    with uow("look") as tx:
        assert tx.space_links.follow("token", clock.now()) is None


def test_only_its_own_cdg_changes_a_member(edit, parties):
    with pytest.raises(Unknown):
        edit(parties.elsewhere)


def test_an_address_known_under_another_name_is_refused(edit):
    with pytest.raises(Refused) as refused:
        edit(correspondent=replace(JO, email="maxime.essai@example.org"))
    assert refused.value.faults == {"contact_name": Fault.OTHER_NAME}


def test_a_link_needs_somebody_to_send_it_to(uow, parties, zudausques_id, clock):
    with pytest.raises(members.NobodyToWriteTo):
        members.send_link(uow, parties.first, zudausques_id, clock)


@pytest.mark.parametrize(
    ("changes", "faults"),
    [
        ({"name": " "}, {"member_name": Fault.MISSING}),
        ({"kind": "planet"}, {"kind": Fault.MISSING}),
        ({"time_zone": "Mars/Olympus"}, {"time_zone": Fault.MISSING}),
        ({"siret": "1"}, {"siret": Fault.MALFORMED}),
        ({"address": BillingAddress(postcode="625")}, {"postcode": Fault.MALFORMED, "city": Fault.MISSING}),
        ({"mail_domains": "pas un domaine"}, {"mail_domains": Fault.MALFORMED}),
        ({"mail_domains": "@Gmail.com"}, {"mail_domains": Fault.NOT_INDEPENDENT}),
        ({"mail_domains": "\n".join(f"d{n}.fr" for n in range(21))}, {"mail_domains": Fault.TOO_LONG}),
        ({"version": 7}, {"form": Fault.CHANGED_SINCE}),
    ],
)
def test_each_fault_of_a_file_names_its_field(changes, faults):
    member = Member(uuid.uuid4(), 1, uuid.uuid4(), "Zudausques", "216209056", "62905", "62")
    with pytest.raises(Refused) as refused:
        read(replace(TYPED, **changes), member, None)
    assert refused.value.faults == faults


def test_every_kind_and_zone_that_the_rules_know_can_be_kept(uow, parties, zudausques_id):
    member = members.particulars(uow, parties.first, zudausques_id).member
    for kind, zone in zip_longest(Kind, TIME_ZONES):
        changed = replace(member, kind=kind or Kind.COMMUNE, time_zone=zone or TIME_ZONES[0])
        with uow("keep") as tx:
            tx.members.change(changed)
            assert tx.members.any(member.id) == changed
