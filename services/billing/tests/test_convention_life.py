"""A convention before and after its reception: refused steps, two managers at once, others told, yearly questions."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select

from billing.domain.adhesion import TypedPerson
from billing.domain.agenda import State
from billing.domain.data_roles import DEFAULTS, DataRole
from billing.domain.ending import Cause
from billing.domain.faults import Fault, Refused
from billing.domain.habilitation import Account, SignedIn
from billing.domain.people import Person
from billing.domain.proposal import Draft
from billing.domain.steps import Amendment, Party, StepKind
from billing.entrypoints.web import words_life
from billing.store import tables as t
from billing.usecases import completing, confirming, habilitations, leaving, life, proposing
from billing.usecases.conventions import record_convention
from billing.usecases.duties import run_duties
from billing.usecases.habilitations import Unknown
from paravent.billing.v1 import events_pb2 as events

TODAY = date(2026, 3, 10)


def refused(work, *given) -> dict[str, Fault]:
    with pytest.raises(Refused) as caught:
        work(*given)
    return caught.value.faults


@pytest.fixture
def correspondent(uow, member):
    """Somebody of the member whom letters go to."""
    with uow("correspondent") as tx:
        person = tx.session.execute(select(t.people).limit(1)).one()
        tx.parties.set_correspondent(
            member, Person(person.id, person.version, person.name, person.email, person.phone), "Maire", TODAY
        )
        return person.id


def letters(told, kind) -> list[str]:
    return [event.person_id for event in told(events.LetterAsked) if event.kind == kind]


def test_a_convention_is_drafted_corrected_sent_and_signed(uow, parties, zudausques, typed, clock, told):
    manager = parties.first
    proposal = proposing.draft_for_commune(uow, manager, zudausques, clock)
    assert told(events.MemberListed) == []  # nobody is told of a body that has not joined
    proposing.change_draft(uow, manager, proposal, Draft(12, "le maire, Madame Exemple", typed.referents), clock)
    assert proposing.mark_sent(uow, manager, proposal, TODAY, clock) is False  # no correspondent: by other means
    file = life.proposal_file(uow, manager, proposal, clock)
    assert sorted(document.kind for document in file.documents) == ["acte", "convention"]
    assert refused(proposing.change_draft, uow, manager, proposal, Draft(), clock) == {"form": Fault.NOT_OPEN}

    shown = proposing.preview_reception(uow, manager, proposal, typed, clock)
    assert shown.convention.effect_on == date(2026, 1, 1)
    proposing.record_reception(uow, manager, proposal, typed, clock)

    assert [event.from_day for event in told(events.MemberListed)] == ["2026-01-01"]
    with uow("proposal") as tx:
        assert not tx.proposals.get(proposal, manager.cdg_id).open
    assert refused(proposing.give_up, uow, manager, proposal, clock) == {"form": Fault.NOT_OPEN}


def test_a_member_has_one_open_proposal_and_another_cdg_sees_none(uow, parties, zudausques, clock):
    proposal = proposing.draft_for_commune(uow, parties.first, zudausques, clock)
    again = refused(proposing.draft_for_commune, uow, parties.second, zudausques, clock)
    assert again == {"form": Fault.PROPOSED_ALREADY}
    with pytest.raises(Unknown):
        proposing.give_up(uow, parties.elsewhere, proposal, clock)
    proposing.give_up(uow, parties.second, proposal, clock)
    proposing.draft_for_commune(uow, parties.second, zudausques, clock)


def test_two_managers_conclude_the_same_proposal_at_once_and_one_does(uow, parties, zudausques, typed, clock, told):
    proposal = proposing.draft_for_commune(uow, parties.first, zudausques, clock)

    def conclude(manager):
        try:
            return proposing.record_reception(uow, manager, proposal, typed, clock)
        except Refused as error:
            return error.faults

    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(conclude, (parties.first, parties.second) * 2))
    assert sorted(isinstance(result, dict) for result in results) == [False, True, True, True]
    assert {"form": Fault.NOT_OPEN} in results
    with uow("count") as tx:
        assert tx.session.scalar(select(func.count()).select_from(t.conventions)) == 1
    assert len(told(events.MemberListed)) == 1
    assert len(told(events.InvitationIssued)) == 2


def test_the_direct_path_closes_the_open_proposal(uow, parties, zudausques, typed, clock):
    proposal = proposing.draft_for_commune(uow, parties.first, zudausques, clock)
    record_convention(uow, parties.second, zudausques, typed, clock)
    with uow("proposal") as tx:
        assert tx.proposals.get(proposal, parties.first.cdg_id).convention_id is not None


def test_what_lacks_a_countersignature_is_shown_and_opens_all_the_same(uow, parties, member, convention, clock):
    manager = parties.first
    [line] = life.overview(uow, manager, State.TO_SIGN, clock).lines
    assert line.missing == (StepKind.CDG_SIGNED, StepKind.PROVIDER_SIGNED)
    assert (line.about, line.day) == (convention, date(2026, 1, 1))  # in force

    # The provider signed the model in October, before the member.
    completing.countersign(uow, manager, convention, StepKind.PROVIDER_SIGNED, date(2025, 10, 21), clock)
    completing.countersign(uow, manager, convention, StepKind.CDG_SIGNED, TODAY, clock)
    assert life.overview(uow, manager, State.TO_SIGN, clock).lines == []
    again = refused(completing.countersign, uow, manager, convention, StepKind.CDG_SIGNED, TODAY, clock)
    assert again == {"form": Fault.DONE_ALREADY}
    tomorrow = refused(
        completing.countersign, uow, manager, convention, StepKind.CDG_SIGNED, TODAY + timedelta(1), clock
    )
    assert tomorrow == {"on_day": Fault.IN_THE_FUTURE}


def test_amendments_are_numbered_and_printed(uow, parties, member, convention, clock):
    change = Amendment("Le suppléant change.", TODAY, TODAY, None)
    later = replace(change, effect_on=TODAY + timedelta(30))
    # What is sent twice is one.
    sent = [completing.amend(uow, parties.first, convention, each, clock) for each in (change, change, later, later)]
    assert sent == [1, 1, 2, 2]
    with uow("documents") as tx:
        titles = {document.title for document in tx.documents.of_member(member)}
    assert titles == {"Avenant n° 1 à la convention", "Avenant n° 2 à la convention"}
    outside = replace(change, effect_on=date(2027, 6, 28), signed_on=date(2025, 12, 11))
    faults = refused(completing.amend, uow, parties.first, convention, outside, clock)
    assert faults == {"effect_on": Fault.OUTSIDE_MARKET, "signed_on": Fault.BEFORE_SIGNATURE}
    assert all(words_life.errors(faults).values())
    nothing = refused(completing.amend, uow, parties.first, convention, Amendment(" ", None, None, None), clock)
    assert nothing == {"purpose": Fault.MISSING, "signed_on": Fault.MISSING, "effect_on": Fault.MISSING}


def test_article_8_says_who_answers_for_data_until_a_convention_says_otherwise(uow, parties, convention, clock):
    with uow("roles") as tx:
        assert tx.life.roles(convention) == list(DEFAULTS)
    joint = [replace(each, cdg=DataRole.JOINT, member=DataRole.JOINT) for each in DEFAULTS]
    completing.set_data_roles(uow, parties.first, convention, joint, clock)
    with uow("roles") as tx:
        assert tx.life.roles(convention) == joint
    nobody = [replace(each, cdg=DataRole.NONE, member=DataRole.NONE) for each in DEFAULTS]
    assert refused(completing.set_data_roles, uow, parties.first, convention, nobody, clock) == {
        "service_file": Fault.MALFORMED
    }


def test_a_default_ends_every_convention_of_the_market_and_those_to_come(
    uow, parties, communes, typed, member, clock, told
):
    later = replace(typed, received_on=date(2026, 3, 9))
    others = tuple(
        replace(each, email=f"{n}@example.org", name=f"Autre {'Un' if n == 1 else 'Deux'}")
        for n, each in enumerate(typed.referents, 1)
    )
    record_convention(uow, parties.first, communes.by_insee_code("62318"), replace(later, referents=others), clock)
    on = date(2026, 3, 20)
    assert len(leaving.preview_default(uow, parties.first, on, clock)) == 2
    assert leaving.record_default(uow, parties.first, on, Party.PROVIDER, clock) == 2

    second = [event for event in told(events.MemberListed) if event.version == 2]
    assert [event.until_day for event in second] == ["2026-03-20", "2026-03-20"]
    with uow("after") as tx:
        assert len(tx.conventions.in_force(parties.first.cdg_id, on)) == 1
        # The one that would have taken effect on 1 April never does.
        assert tx.conventions.in_force(parties.first.cdg_id, date(2026, 4, 1)) == []
        assert tx.conventions.latest([member])[member].cause is Cause.DEFAULT
    clock.instant = datetime(2026, 4, 2, 9, 0, tzinfo=UTC)
    run_duties(uow, clock)
    assert [event.cause for event in told(events.MembershipEnded)] == ["default"]
    assert refused(leaving.preview_default, uow, parties.first, date(2028, 1, 1), clock) == {"on": Fault.OUTSIDE_MARKET}


def test_a_second_notice_and_one_after_the_end_are_refused(uow, parties, convention, clock):
    clock.instant = datetime(2026, 9, 20, 9, 0, tzinfo=UTC)
    days = date(2026, 9, 10), date(2026, 9, 11)
    leaving.give_notice(uow, parties.first, convention, *days, clock)
    assert refused(leaving.give_notice, uow, parties.second, convention, *days, clock) == {"form": Fault.ENDING_ALREADY}
    assert refused(leaving.preview_notice, uow, parties.second, convention, days[0], None, clock) == {
        "provider_received_on": Fault.MISSING
    }
    with pytest.raises(Unknown):
        leaving.withdraw_notice(uow, parties.elsewhere, convention, clock)


def test_who_left_comes_back_after_a_pause(uow, parties, member, convention, typed, clock, told):
    clock.instant = datetime(2026, 9, 20, 9, 0, tzinfo=UTC)
    leaving.give_notice(uow, parties.first, convention, date(2026, 9, 10), date(2026, 9, 11), clock)
    clock.instant = datetime(2027, 1, 2, 9, 0, tzinfo=UTC)
    run_duties(uow, clock)
    clock.instant = datetime(2027, 2, 10, 9, 0, tzinfo=UTC)
    proposal = proposing.draft_for_member(uow, parties.first, member, clock)
    back = {"deliberated_on": date(2027, 2, 1), "signed_on": date(2027, 2, 2), "received_on": date(2027, 2, 9)}
    proposing.record_reception(uow, parties.first, proposal, replace(typed, **back), clock)
    assert max(told(events.MemberListed), key=lambda event: event.version).from_day == "2027-03-01"
    clock.instant = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
    run_duties(uow, clock)
    assert sorted(event.from_day for event in told(events.MembershipActivated)) == ["2026-01-01", "2027-03-01"]
    assert len(told(events.MembershipEnded)) == 1


def test_days_are_the_members_own(uow, parties, member, clock, told):
    with uow("move") as tx:
        known = tx.members.get(member, parties.first.cdg_id, lock=True)
        tx.members.change(replace(known, time_zone="Indian/Reunion"))
    # 20:00 UTC on 27 June 2027: already the 28th in Réunion, and 22:00 on the 27th in Paris.
    clock.instant = datetime(2027, 6, 27, 19, 59, 59, tzinfo=UTC)
    run_duties(uow, clock)
    assert told(events.MembershipEnded) == []
    clock.instant = datetime(2027, 6, 27, 20, 0, tzinfo=UTC)
    run_duties(uow, clock)
    assert len(told(events.MembershipEnded)) == 1


def test_a_designation_is_told_to_the_others_and_not_by_name_outside(uow, parties, member, clock, told, token_of):
    for number, email in enumerate(("maxime.essai@example.org", "lou.factice@example.org")):
        someone = SignedIn(Account("https://connexion.example.org", f"a-{number}"), email, email_verified=True)
        habilitations.accept_invitation(uow, token_of(email), someone, clock)
    with uow("holders") as tx:
        holders = {holder.person.email: holder for holder in tx.habilitations.of_members([member])}
    for holder in holders.values():
        habilitations.confirm_habilitation(uow, parties.second, holder.habilitation.id, clock, timedelta(hours=48))
    # The first had nobody to tell; the second is told to the first.
    assert len(letters(told, events.LETTER_KIND_REFERENT_DESIGNATED)) == 1
    designated = told(events.ReferentDesignated)
    assert [event.from_day for event in designated] == ["2026-03-12", "2026-03-12"]
    assert all(str(holder.person.id) not in str(event) for holder in holders.values() for event in designated)


def test_referents_are_confirmed_once_a_year_and_reminded_once(uow, parties, member, correspondent, clock, told):
    kind = events.LETTER_KIND_CONFIRM_REFERENTS
    clock.instant = datetime(2026, 12, 31, 12, 0, tzinfo=UTC)
    confirming.ask_for_confirmations(uow, clock)
    assert letters(told, kind) == []
    for day, count in ((date(2027, 1, 1), 1), (date(2027, 1, 30), 1), (date(2027, 1, 31), 2), (date(2027, 5, 1), 2)):
        clock.instant = datetime(day.year, day.month, day.day, 12, 0, tzinfo=UTC)
        confirming.ask_for_confirmations(uow, clock)
        assert letters(told, kind) == [str(correspondent)] * count

    with uow("member") as tx:
        known = tx.members.any(member)
        seen = [holder.habilitation.id for holder in tx.habilitations.of_members([member])]
    changed = refused(confirming.confirm_by_member, uow, known, correspondent, seen[:1], clock)
    assert changed == {"form": Fault.CHANGED_SINCE}
    confirming.confirm_by_member(uow, known, correspondent, seen, clock)
    with uow("answer") as tx:
        answer = tx.confirmations.of(member, date(2027, 1, 1))
    assert (answer.confirmed_on, answer.by_person, len(answer.habilitations)) == (date(2027, 5, 1), correspondent, 2)
    assert life.overview(uow, parties.first, State.REFERENTS, clock).lines == []


def test_a_manager_confirms_what_the_member_said(uow, parties, member, clock):
    with uow("seen") as tx:
        seen = [holder.habilitation.id for holder in tx.habilitations.of_members([member])]
    early = refused(confirming.confirm_by_manager, uow, parties.first, member, seen, clock)
    assert early == {"form": Fault.NOT_OPEN}  # the first year: the convention has just said it
    clock.instant = datetime(2027, 1, 4, 12, 0, tzinfo=UTC)
    confirming.confirm_by_manager(uow, parties.first, member, seen, clock)
    assert confirming.ask_for_confirmations(uow, clock) == 0


def test_a_substitute_stays_in_a_renewal_draft(uow, parties, member, clock, owner_uow):
    with owner_uow("next_market") as tx:
        known = tx.parties.market(parties.first.cdg_id, TODAY)
        days = {"groupement_id": known.groupement_id, "starts_on": date(2027, 6, 28)}
        tx.parties.ensure(t.markets, days, provider_id=known.provider_id, ends_on=date(2031, 6, 27))
    proposal = proposing.draft_for_member(uow, parties.first, member, clock)
    file = life.proposal_file(uow, parties.first, proposal, clock)
    assert file.before is not None
    assert {person.email for person in file.proposal.draft.referents} == {
        "maxime.essai@example.org",
        "lou.factice@example.org",
    }
    wrong = Draft(0, "x" * 300, (TypedPerson("a\x07", "", "", ""),))
    assert refused(proposing.change_draft, uow, parties.first, proposal, wrong, clock) == {
        "headcount": Fault.NOT_POSITIVE,
        "signatory": Fault.TOO_LONG,
        "referent_1_name": Fault.MALFORMED,
    }
