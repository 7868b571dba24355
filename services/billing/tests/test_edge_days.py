"""Days at the edge: a member whose midnight is not Paris's, facts recorded after they counted, years cut short."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from billing.domain.faults import Fault, Refused
from billing.domain.money import Money
from billing.domain.people import Person
from billing.domain.steps import Party
from billing.entrypoints.web import typed as reading
from billing.store import tables as t
from billing.usecases import confirming, leaving, proposing, tariffs
from billing.usecases.duties import DUTIES, run_duties
from paravent.billing.v1 import events_pb2 as events

DAYS = [duty for duty in DUTIES if duty.name == "membership_days"]


def test_a_notice_is_not_withdrawn_once_its_end_is_told(uow, parties, member, convention, clock, told):
    """31 December 2026, 14:30 in Paris, is 1 January in Nouméa: the member has left."""
    with uow("move") as tx:
        known = tx.members.get(member, parties.first.cdg_id, lock=True)
        tx.members.change(replace(known, time_zone="Pacific/Noumea"))
    leaving.give_notice(uow, parties.first, convention, date(2026, 3, 2), date(2026, 3, 3), clock)
    clock.instant = datetime(2026, 12, 31, 13, 30, tzinfo=UTC)
    run_duties(uow, clock, DAYS)
    assert len(told(events.MembershipEnded)) == 1
    with pytest.raises(Refused) as refused:
        leaving.withdraw_notice(uow, parties.first, convention, clock)
    assert refused.value.faults == {"form": Fault.ENDED_ALREADY}


def test_an_end_recorded_after_the_beginning_was_told_is_told_too(uow, parties, member, clock, told):
    """The provider ceased on 31 December; the CdG hears of it in March, two months after accesses opened."""
    run_duties(uow, clock, DAYS)
    assert len(told(events.MembershipActivated)) == 1
    leaving.record_default(uow, parties.first, date(2025, 12, 31), Party.PROVIDER, clock)
    run_duties(uow, clock, DAYS)
    run_duties(uow, clock, DAYS)
    assert [event.until_day for event in told(events.MembershipEnded)] == ["2025-12-31"]


def test_a_renewal_is_priced_with_each_member_counted_once(uow, owner_uow, parties, member, typed, clock):
    """12 agents in all: the price of fewer than 20 together, before and after the renewal."""
    bands = [{"least": 0, "price": "2.50"}, {"least": 20, "price": "2"}]
    charge = {"basis": "per_agent_by_total", "label": "Participation annuelle", "bands": bands}
    tariffs.record(uow, parties.first, {"charges": [charge]}, date(2024, 6, 28), clock)
    with owner_uow("next_market") as tx:
        known = tx.parties.market(parties.first.cdg_id, date(2026, 3, 10))
        days = {"groupement_id": known.groupement_id, "starts_on": date(2027, 6, 28)}
        tx.parties.ensure(t.markets, days, provider_id=known.provider_id, ends_on=date(2031, 6, 27))
    renewal = proposing.draft_for_member(uow, parties.first, member, clock)
    assert proposing.preview_reception(uow, parties.first, renewal, typed, clock).participation == Money.of("30")


def test_who_left_is_not_reminded_of_its_referents(uow, parties, member, convention, clock, told):
    with uow("correspondent") as tx:
        [holder, *_] = tx.habilitations.of_members([member])
        person: Person = holder.person
        tx.parties.set_correspondent(member, person, "Maire", date(2026, 3, 10))
    for day in (datetime(2027, 1, 1, 12, tzinfo=UTC), datetime(2027, 2, 5, 12, tzinfo=UTC)):
        clock.instant = day
        confirming.ask_for_confirmations(uow, clock)
        if day.month == 1:
            leaving.record_default(uow, parties.first, date(2027, 1, 4), Party.CDG, clock, convention)
    kind = events.LETTER_KIND_CONFIRM_REFERENTS
    assert len([event for event in told(events.LetterAsked) if event.kind == kind]) == 1


@pytest.mark.parametrize("text", ["08/12/25", "0025-12-08", "8/12", "31/02/2026", "2026-02-29", ""])
def test_a_day_that_is_none_or_whose_year_is_cut_short_is_not_read(text):
    assert reading.day(text) is None


def test_a_day_is_read_as_a_field_sends_it_or_as_it_is_written_in_france():
    assert reading.day("2024-02-29") == reading.day(" 29/2/2024 ") == date(2024, 2, 29)
