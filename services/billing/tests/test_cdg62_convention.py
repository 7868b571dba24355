"""The CdG 62's convention played in full: every day and every euro below is computed by hand from its text.

Signed under the market of 28 June 2024 to 27 June 2027 (preamble). Délibération of 9 December 2024, received signed on
17 December 2024: access on 1 January 2025 (art. 3). 2 € for each agent and year, on the headcount of 31 December of the
year before (art. 6). A member leaves on the anniversary of its adhesion, 1 January, by registered letters to the CdG
and to the provider, three months before (art. 9): both there by 1 October.
"""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from billing.domain.convention import Convention
from billing.domain.ending import Cause, Ending
from billing.domain.faults import Fault, Refused
from billing.domain.money import Money
from billing.domain.tariffs import Subject, read, share_of, subscription, year_of
from billing.domain.vat import totals
from billing.store import tables as t
from billing.usecases.conventions import record_convention
from billing.usecases.duties import run_duties
from billing.usecases.leaving import give_notice, preview_notice, withdraw_notice
from billing.usecases.life import convention_file
from billing.usecases.proposing import (
    draft_for_commune,
    draft_for_member,
    draft_renewals,
    mark_sent,
    record_reception,
)
from paravent.billing.v1 import events_pb2 as events

MARKET_END = date(2027, 6, 27)
TARIFF = read(
    {"charges": [{"basis": "per_agent", "label": "Participation annuelle", "price": "2"}]},
    version=1,
    valid_from=date(2024, 6, 28),
)


def at(clock, text: str) -> None:
    """Move the clock to an instant of Paris, written with its offset."""
    clock.instant = datetime.fromisoformat(text).astimezone(UTC)


@pytest.fixture
def as_typed(typed):
    """Zudausques as the annex tells it: voted on 9, signed on 12, received on 17 December 2024; 12 agents."""
    days = {"deliberated_on": date(2024, 12, 9), "signed_on": date(2024, 12, 12), "received_on": date(2024, 12, 17)}
    return replace(typed, **days, headcount=12)


@pytest.fixture
def member(uow, parties, zudausques, as_typed, clock):
    """The member, whose convention was drafted and sent in November, and received on 17 December."""
    at(clock, "2024-11-20T10:00:00+01:00")
    proposal = draft_for_commune(uow, parties.first, zudausques, clock)
    mark_sent(uow, parties.first, proposal, date(2024, 11, 20), clock)
    at(clock, "2024-12-17T15:00:00+01:00")
    return record_reception(uow, parties.first, proposal, as_typed, clock)


def convention(uow, member) -> Convention:
    with uow("latest") as tx:
        return tx.conventions.latest([member])[member]


def newest(told, kind=events.MemberListed):
    """What the others were told last of a membership: the outbox keeps no order of its own."""
    return max(told(kind), key=lambda event: event.version)


def in_force(uow, parties, day: date) -> int:
    with uow("in_force") as tx:
        return len(tx.conventions.in_force(parties.first.cdg_id, day))


def due(agents: int, effect_on: date, day: date) -> Money:
    """What the tariff asks for the year that a day stands in."""
    year = year_of(TARIFF, effect_on, day)
    lines = subscription(TARIFF, Subject(agents, agents, affiliated=True, share=share_of(TARIFF, effect_on, year)))
    return totals(lines).gross


def test_received_on_17_december_access_opens_on_1_january_at_midnight_in_paris(uow, member, parties, clock, told):
    joined = convention(uow, member)
    assert (joined.effect_on, joined.until_on, joined.headcount) == (date(2025, 1, 1), MARKET_END, 12)
    [listed] = told(events.MemberListed)
    assert (listed.from_day, listed.until_day, listed.time_zone) == ("2025-01-01", "2027-06-27", "Europe/Paris")
    assert in_force(uow, parties, date(2024, 12, 31)) == 0
    assert in_force(uow, parties, date(2025, 1, 1)) == 1

    at(clock, "2024-12-31T23:59:59+01:00")
    run_duties(uow, clock)
    assert told(events.MembershipActivated) == []
    at(clock, "2025-01-01T00:00:00+01:00")
    run_duties(uow, clock)
    run_duties(uow, clock)
    [active] = told(events.MembershipActivated)
    assert (active.member.siren, active.from_day, active.until_day) == ("216209056", "2025-01-01", "2027-06-27")


def test_two_euros_for_each_agent_of_31_december_every_year(uow, member):
    effect = convention(uow, member).effect_on
    assert due(12, effect, date(2025, 3, 1)) == Money.of("24.00")  # 12 × 2 €, whole: it runs from 1 January
    assert due(14, effect, date(2026, 3, 1)) == Money.of("28.00")  # 14 × 2 €, declared at 31 December 2025
    assert due(1204, effect, date(2027, 3, 1)) == Money.of("2408.00")
    with uow("headcounts") as tx:
        # Signed in 2024: the agents of 31 December 2023.
        assert [(h.at_day, h.agents) for h in tx.conventions.headcounts(member)] == [(date(2023, 12, 31), 12)]


@pytest.mark.parametrize(
    ("cdg", "provider", "last_day", "missed"),
    [
        ("2025-10-01", "2025-10-01", "2025-12-31", None),  # exact: three months before 1 January 2026
        ("2025-03-03", "2025-03-04", "2025-12-31", None),  # early: the first anniversary, not before
        ("2025-09-30", "2025-10-02", "2026-12-31", "2026-01-01"),  # one letter a day late: the next anniversary
        ("2025-10-02", "2025-09-30", "2026-12-31", "2026-01-01"),
        ("2025-12-31", "2025-12-31", "2026-12-31", "2026-01-01"),
    ],
)
def test_a_member_leaves_on_1_january_three_months_after_the_later_letter(
    uow, member, parties, clock, told, cdg, provider, last_day, missed
):
    at(clock, "2026-01-05T10:00:00+01:00")
    joined, days = convention(uow, member), (date.fromisoformat(cdg), date.fromisoformat(provider))
    shown = preview_notice(uow, parties.first, joined.id, *days, clock)
    assert (shown.explained.missed and shown.explained.missed.isoformat()) == missed
    assert shown.late is (last_day == "2025-12-31")

    given = give_notice(uow, parties.first, joined.id, *days, clock)

    last = date.fromisoformat(last_day)
    assert given == shown.ending == Ending(last, Cause.NOTICE)
    assert (convention(uow, member).until_on, convention(uow, member).cause) == (last, Cause.NOTICE)
    assert newest(told).until_day == newest(told, events.MembershipChanged).until_day == last_day
    assert (in_force(uow, parties, last), in_force(uow, parties, last + timedelta(1))) == (1, 0)


def test_a_notice_too_late_for_1_january_2027_ends_with_the_market(uow, member, parties, clock):
    at(clock, "2026-10-05T10:00:00+02:00")
    late = date(2026, 10, 2)
    ending = give_notice(uow, parties.first, convention(uow, member).id, late, late, clock)
    # The next anniversary, 1 January 2028, comes after the market: its end comes first.
    assert ending == Ending(MARKET_END, Cause.MARKET)


def test_it_ends_at_midnight_in_paris_and_once(uow, member, parties, clock, told):
    at(clock, "2025-09-01T10:00:00+02:00")
    letters = date(2025, 8, 29), date(2025, 9, 1)
    give_notice(uow, parties.first, convention(uow, member).id, *letters, clock)
    at(clock, "2025-12-31T23:59:59+01:00")
    run_duties(uow, clock)
    assert told(events.MembershipEnded) == []
    at(clock, "2026-01-01T00:00:00+01:00")
    run_duties(uow, clock)
    run_duties(uow, clock)
    [ended] = told(events.MembershipEnded)
    assert (ended.until_day, ended.cause) == ("2025-12-31", "notice")


def test_a_notice_is_withdrawn_before_its_day_and_not_after(uow, member, parties, clock, told):
    at(clock, "2025-09-01T10:00:00+02:00")
    joined, letters = convention(uow, member), (date(2025, 8, 29), date(2025, 9, 1))
    give_notice(uow, parties.first, joined.id, *letters, clock)
    at(clock, "2025-12-31T10:00:00+01:00")
    withdraw_notice(uow, parties.first, joined.id, clock)
    assert convention(uow, member).until_on == MARKET_END
    assert newest(told).until_day == "2027-06-27"

    give_notice(uow, parties.first, joined.id, *letters, clock)
    at(clock, "2026-01-01T10:00:00+01:00")
    with pytest.raises(Refused) as refused:
        withdraw_notice(uow, parties.first, joined.id, clock)
    assert refused.value.faults == {"form": Fault.ENDED_ALREADY}


def test_an_adhesion_received_in_june_2027_is_refused(uow, parties, zudausques, as_typed, clock):
    at(clock, "2027-06-10T10:00:00+02:00")
    # Received on 1 June 2027 it would take effect on 1 July, after the market.
    days = {"deliberated_on": date(2027, 5, 3), "signed_on": date(2027, 5, 20)}
    with pytest.raises(Refused) as refused:
        record_convention(
            uow, parties.first, zudausques, replace(as_typed, **days, received_on=date(2027, 6, 1)), clock
        )
    assert refused.value.faults == {"received_on": Fault.MARKET_ENDS_FIRST}
    # The last day that still opens something: 31 May, for 1 to 27 June.
    record_convention(uow, parties.first, zudausques, replace(as_typed, **days, received_on=date(2027, 5, 31)), clock)
    assert in_force(uow, parties, date(2027, 6, 1)) == in_force(uow, parties, MARKET_END) == 1


def test_it_ends_with_the_market_on_27_june_2027(uow, member, parties, clock, told):
    assert (in_force(uow, parties, MARKET_END), in_force(uow, parties, date(2027, 6, 28))) == (1, 0)
    at(clock, "2027-06-27T23:59:59+02:00")
    run_duties(uow, clock)
    assert told(events.MembershipEnded) == []
    at(clock, "2027-06-28T00:00:00+02:00")
    run_duties(uow, clock)
    [ended] = told(events.MembershipEnded)
    assert (ended.until_day, ended.cause) == ("2027-06-27", "market")


@pytest.fixture
def next_market(owner_uow, parties):
    """28 June 2027 to 27 June 2031, with the same provider."""
    with owner_uow("next_market") as tx:
        known = tx.parties.market(parties.first.cdg_id, date(2026, 1, 1))
        days = {"groupement_id": known.groupement_id, "starts_on": date(2027, 6, 28)}
        return tx.parties.ensure(t.markets, days, provider_id=known.provider_id, ends_on=date(2031, 6, 27))


def test_a_renewal_received_in_time_follows_without_a_gap(uow, member, parties, clock, told, as_typed, next_market):
    at(clock, "2027-03-01T10:00:00+01:00")
    assert draft_renewals(uow, parties.second, clock) == 1
    assert draft_renewals(uow, parties.second, clock) == 0
    with uow("open") as tx:
        [proposal] = tx.proposals.open(parties.first.cdg_id)
    assert (proposal.market_id, proposal.draft.headcount) == (next_market, 12)
    assert {person.name for person in proposal.draft.referents} == {"Maxime Essai", "Lou Factice"}
    mark_sent(uow, parties.first, proposal.id, date(2027, 3, 1), clock)

    at(clock, "2027-06-15T10:00:00+02:00")
    days = {"deliberated_on": date(2027, 5, 3), "signed_on": date(2027, 6, 1), "received_on": date(2027, 6, 14)}
    record_reception(uow, parties.first, proposal.id, replace(as_typed, **days, headcount=15), clock)

    with uow("both") as tx:
        first, second = tx.conventions.of_member(member)
    # Not 1 July, as for a new adhesion: three days would be without anybody to report to.
    assert (second.effect_on, second.until_on, second.follows) == (date(2027, 6, 28), date(2031, 6, 27), first.id)
    assert convention(uow, member).id == first.id  # still in force today
    # It begins whatever ends the first: a notice is given on it, for its own first anniversary.
    letters = date(2027, 6, 15), date(2027, 6, 15)
    with pytest.raises(Refused) as refused:
        preview_notice(uow, parties.first, first.id, *letters, clock)
    assert refused.value.faults == {"form": Fault.RENEWED_ALREADY}
    assert convention_file(uow, parties.first, first.id, clock).following == second
    on_it = preview_notice(uow, parties.first, second.id, *letters, clock)
    assert on_it.ending == Ending(date(2028, 6, 27), Cause.NOTICE)
    assert (newest(told).from_day, newest(told).until_day) == (
        "2025-01-01",
        "2031-06-27",
    )
    assert len(told(events.InvitationIssued)) == 2  # the same two referents: nobody is invited again

    at(clock, "2027-06-28T00:00:00+02:00")
    run_duties(uow, clock)
    assert told(events.MembershipEnded) == []
    assert sorted(event.from_day for event in told(events.MembershipActivated)) == ["2025-01-01", "2027-06-28"]
    assert convention(uow, member).id == second.id
    # 15 agents × 2 €; no pro rata in this tariff.
    assert due(15, second.effect_on, date(2027, 7, 1)) == Money.of("30.00")


def test_a_renewal_received_too_late_opens_on_the_first_of_the_next_month(
    uow, member, parties, clock, as_typed, next_market
):
    at(clock, "2027-07-06T10:00:00+02:00")
    proposal = draft_for_member(uow, parties.first, member, clock)
    days = {"deliberated_on": date(2027, 6, 3), "signed_on": date(2027, 6, 20), "received_on": date(2027, 7, 5)}
    record_reception(uow, parties.first, proposal, replace(as_typed, **days), clock)
    renewed = convention(uow, member)
    assert (renewed.effect_on, renewed.until_on) == (date(2027, 8, 1), date(2031, 6, 27))
    assert in_force(uow, parties, date(2027, 7, 31)) == 0
