"""A report taken down by a screener: one case, a code, nobody to write to until somebody comes with it."""

import secrets
from datetime import timedelta

import pytest

from casework.domain.statuses import NotNow
from casework.store import tables
from casework.usecases import agreements, asking, handling, reading, screening, taking_down
from casework.usecases.demanding import make_block
from casework.usecases.desk import NoSuchCase, Unreachable
from casework.usecases.month_book import NoMonthKey
from casework.usecases.taking_down import Draft, Taken, TooLong
from chassis.sealing import age, claims
from chassis.signing import BadSignature
from paravent.casework.v1 import events_pb2 as told
from paravent.intake.v1.content_pb2 import Answers

from .test_identity import wanted
from .world import CDG, Reporter


def answers(**changes) -> Answers:
    given = {
        "quality": "victim",
        "acts": ["MENACE", "VIOLENCE"],
        "what": "On m'a dit de me taire.",
        "implicated": ["HIERARCHIE"],
    }
    return Answers(**(given | changes))


@pytest.fixture
def draft(world, town) -> Draft:
    world.publish_months()
    return Draft(town, answers=answers())


def take_down(world, draft: Draft, person: str = "screener-1") -> Taken:
    return taking_down.take_down(world.uow, world.desk, world.staff(person), draft)


def offered(world, draft: Draft):
    """What whoever types the code reads in intake, and under which `ref`."""
    [event] = world.events(told.ClaimOffered)
    keys = claims.derive(draft.code)
    assert (event.claim_id, event.report_id, event.cdg_id) == (keys.claim_id, draft.report_id, CDG)
    signers = [world.notices.public_key(CDG)]
    return claims.open_offer(event.envelope, report_id=event.report_id, identity=keys.identity, signers=signers)


def claim(world, draft: Draft, **changes) -> Reporter:
    """Somebody comes with the code."""
    joined = Reporter(report_id=draft.report_id, ref=offered(world, draft).ref)
    reporter = world.join(joined, role="reporter", **changes)
    world.open_all()
    return reporter


def release(world, draft: Draft) -> None:
    world.open_all()
    screening.release(world.uow, world.desk, world.staff("screener-1"), draft.case_id, {})


def statuses(world, who) -> list[str]:
    return [n.status.status for n in world.told(who) if n.WhichOneof("body") == "status"]


def case(world):
    [row] = world.rows(tables.cases)
    return row


def test_it_becomes_one_case_and_an_offer_that_only_its_code_opens(world, town, draft):
    until = take_down(world, draft).until
    assert until == world.clock.now().date() + timedelta(days=60)
    offer = offered(world, draft)
    assert (offer.role, offer.member_id, offer.member_name) == ("reporter", town, "Commune d'Essai")
    assert (offer.answers.what, offer.answers.regime) == ("On m'a dit de me taire.", "avdhas")
    [event] = world.events(told.ClaimOffered)
    assert event.until_day == until.isoformat()
    other = claims.derive(Draft(town).code)
    with pytest.raises(age.CannotOpen):
        claims.open_offer(event.envelope, report_id=event.report_id, identity=other.identity, signers=[])
    keys = claims.derive(draft.code)
    with pytest.raises(BadSignature):
        claims.open_offer(event.envelope, report_id=event.report_id, identity=keys.identity, signers=[bytes(32)])

    world.open_all()
    assert (case(world).case_id, case(world).oral, case(world).proceeding) == (draft.case_id, True, "free")
    seen = reading.show_to_screener(world.uow, world.desk, world.staff("screener-1"), draft.case_id)
    assert seen.original.what == "On m'a dit de me taire."
    assert not seen.proceeding.claimed
    noted = [(r.action, r.person_id, r.case_id) for r in world.rows(tables.access_journal)]
    assert noted[0] == ("took_down_oral_report", "screener-1", draft.case_id)


def test_sent_twice_it_is_one_case_and_one_offer(world, draft):
    assert [take_down(world, draft).again for _ in range(2)] == [False, True]
    world.open_all()
    take_down(world, draft)
    world.open_all()
    assert len(world.rows(tables.cases)) == len(world.events(told.ClaimOffered)) == 1
    assert [r.action for r in world.rows(tables.access_journal)] == ["took_down_oral_report"]


def test_nothing_is_sent_before_somebody_comes_with_the_code(world, draft):
    take_down(world, draft)
    release(world, draft)
    referent = world.staff("referent-1")
    handling.take_in_charge(world.uow, world.desk, referent, draft.case_id)
    with pytest.raises(Unreachable):
        handling.write_message(
            world.uow, world.desk, referent, draft.case_id, notice_id=bytes(16), author="R", text="Bonjour."
        )
    with pytest.raises(Unreachable):
        asking.ask(world.uow, world.desk, referent, draft.case_id, wanted())
    with pytest.raises(Unreachable):
        make_block(world.uow, world.desk, referent, draft.case_id)
    assert not reading.show_to_handler(world.uow, world.desk, referent, draft.case_id).identity.may_ask
    assert world.events(told.ReporterNotified) == []
    assert world.events(told.CaseOpened) == []
    assert world.rows(tables.reach_queue) == []
    assert [e.person_id for e in world.events(told.AttentionNeeded)].count("screener-1") == 1


def test_who_comes_with_the_code_is_the_reporter_and_learns_how_the_case_stands(world, draft):
    take_down(world, draft)
    release(world, draft)
    handling.take_in_charge(world.uow, world.desk, world.staff("referent-1"), draft.case_id)
    reporter = claim(world, draft, identity_choice="confidential")
    assert case(world).report_id == reporter.report_id
    assert statuses(world, reporter) == ["screening", "released", "in_charge"]
    assert {n.ref for n in world.told(reporter)} == {reporter.ref}
    assert [e.report_id for e in world.events(told.CaseOpened)] == [reporter.report_id]
    assert len(world.rows(tables.reach_queue)) == 1
    assert world.rows(tables.voices) == []

    referent = world.staff("referent-1")
    world.speak(reporter, "C'était un lundi, pas un mardi.")
    world.open_all()
    seen = reading.show_to_handler(world.uow, world.desk, referent, draft.case_id)
    assert seen.proceeding.claimed
    assert not seen.identity.anonymous
    assert "C'était un lundi, pas un mardi." in [said.text for said in seen.said]
    asking.ask(world.uow, world.desk, referent, draft.case_id, wanted())
    handling.close(world.uow, world.desk, referent, draft.case_id, "Des mesures ont été prises.")
    assert statuses(world, reporter)[-1] == "closed"


def test_a_code_taken_down_twice_or_for_another_case_claims_nothing(world, town, draft):
    take_down(world, draft)
    world.open_all()
    first = claim(world, draft)
    second = claim(world, draft)
    filed = world.file(town)
    world.open_all()
    world.join(filed, role="reporter")
    world.open_all()
    assert case_ids(world) == {first.report_id, filed.report_id}
    assert statuses(world, second) == []
    aside = [(row.kind, row.report_id) for row in world.rows(tables.inbound) if row.state == "unopenable"]
    assert len(aside) == 2
    assert ("voice", second.report_id) in aside


def case_ids(world) -> set[bytes]:
    return {row.report_id for row in world.rows(tables.cases)}


def test_without_the_offer_nobody_takes_the_case(world, draft):
    take_down(world, draft)
    world.open_all()
    world.join(Reporter(report_id=draft.report_id), role="reporter")
    world.join(Reporter(report_id=draft.report_id, ref=offered(world, draft).ref), role="victim")
    world.open_all()
    assert case_ids(world) == {draft.report_id}
    assert [row.state for row in world.rows(tables.inbound) if row.kind == "voice"] == ["unopenable"] * 2


def test_who_comes_before_the_case_is_open_waits_for_it_with_what_they_say(world, draft):
    take_down(world, draft)
    joined = Reporter(report_id=draft.report_id, ref=offered(world, draft).ref)
    with world.uow("test") as tx:
        [row] = tx.inbound.claim("report", 1)
        tx.inbound.postpone([row.inbound_id])
    reporter = world.join(joined, role="reporter")
    world.speak(reporter, "Je corrige une date.")
    world.open_all()
    assert {row.state for row in world.rows(tables.inbound)} == {"postponed"}
    with world.uow("test") as tx:
        tx.inbound.awaken()
    world.open_all()
    assert {row.state for row in world.rows(tables.inbound)} == {"opened"}
    assert statuses(world, reporter) == ["screening"]
    assert [row.kind for row in world.rows(tables.messages) if row.author == "reporter"] == ["text"]


def test_a_witness_who_spoke_needs_the_agreement_too_and_cannot_be_decided_for_unheard(world, town):
    world.publish_months()
    draft = Draft(town, answers=answers(quality="witness"))
    take_down(world, draft)
    release(world, draft)
    referent = world.staff("referent-1")
    handling.take_in_charge(world.uow, world.desk, referent, draft.case_id)
    assert case(world).proceeding == "advice"
    with pytest.raises(Unreachable):
        agreements.proceed_without(world.uow, world.desk, referent, draft.case_id, "danger", "Un motif.")
    reporter = claim(world, draft)
    victim = world.join(reporter)
    world.open_all()
    assert statuses(world, victim) == ["victim_joined"]
    agreements.proceed_without(world.uow, world.desk, referent, draft.case_id, "danger", "Un motif.")
    assert statuses(world, reporter)[-1] == "proceeds_danger"
    with pytest.raises(NotNow):
        agreements.proceed_without(world.uow, world.desk, referent, draft.case_id, "danger", "Un motif.")


def test_a_report_without_anybody_to_answer_comes_from_nowhere_but_here(world, town):
    reporter = world.reporter()
    report = world.content(reporter, town)
    report.reporter_recipient = ""
    world.send(reporter, report)
    world.open_all()
    assert world.rows(tables.cases) == []
    assert [row.state for row in world.rows(tables.inbound)] == ["unopenable"]


@pytest.mark.parametrize(
    ("changes", "parts"),
    [
        ({"quality": ""}, ["quality"]),
        ({"acts": []}, ["acts"]),
        ({"acts": ["VOL"]}, ["acts"]),
        ({"what": " \n"}, ["what"]),
        ({"implicated": []}, ["implicated"]),
    ],
)
def test_what_cannot_be_done_without_is_missing(world, town, changes, parts):
    assert taking_down.missing(answers(**changes)) == parts
    world.publish_months()
    with pytest.raises(ValueError, match="missing"):
        take_down(world, Draft(town, answers=answers(**changes)))
    assert world.rows(tables.inbound) == []


def test_what_does_not_fit_an_envelope_is_refused_whole(world, town):
    world.publish_months()
    with pytest.raises(TooLong):
        take_down(world, Draft(town, answers=answers(what="é" * 40_000)))
    assert world.rows(tables.inbound) == []
    assert world.events(told.ClaimOffered) == []


def test_a_member_of_another_cdg_or_one_that_left_is_nobodys_to_take_down_for(world, town, draft):
    assert [one.member_id for one in taking_down.members(world.uow, world.staff("screener-1"))] == [town]
    world.habilitate("screener-9", "screener", cdg_id="cdg-80")
    assert taking_down.members(world.uow, world.staff("screener-9")) == []
    with pytest.raises(NoSuchCase):
        take_down(world, draft, "screener-9")
    with pytest.raises(NoSuchCase):
        take_down(world, draft, "referent-1")
    assert world.rows(tables.inbound) == []


def test_it_is_sealed_only_to_a_key_behind_the_root(world, town):
    draft = Draft(town, answers=answers())
    with pytest.raises(NoMonthKey):
        take_down(world, draft)
    world.publish_months(root=secrets.token_bytes(32))
    with pytest.raises(NoMonthKey):
        take_down(world, draft)
    assert world.rows(tables.inbound) == []


def test_a_month_later_without_its_key_nothing_is_taken_down(world, draft):
    world.clock.advance(timedelta(days=70))
    with pytest.raises(NoMonthKey):
        take_down(world, draft)
