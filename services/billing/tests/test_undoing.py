"""A default recorded by mistake is withdrawn, of one convention or of a whole market, and nothing else is lost."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from billing.domain.ending import Cause, Ending, Notice
from billing.domain.faults import Fault, Refused
from billing.domain.steps import Party, StepKind, ending_steps
from billing.store.life import KnownEnding
from billing.usecases import leaving, undoing
from billing.usecases.conventions import record_convention
from paravent.billing.v1 import events_pb2 as events

ON = date(2026, 3, 20)
MARKET_END = date(2027, 6, 27)


@pytest.fixture
def other(uow, parties, communes, typed, convention, clock):
    """Another member's convention, in force since 1 January as the first."""
    persons = [replace(each, email=f"{n}@example.org", name=f"Personne {n * 'x'}") for n, each in _numbered(typed)]
    commune = communes.by_insee_code("62318")
    member = record_convention(uow, parties.first, commune, replace(typed, referents=tuple(persons)), clock)
    with uow("other") as tx:
        return tx.conventions.latest([member])[member].id


def _numbered(typed):
    return enumerate(typed.referents, 1)


def later(clock, day: int, hour: int = 9) -> None:
    clock.instant = datetime(2026, 3, day, hour, 0, tzinfo=UTC)


def ending(uow, convention_id) -> KnownEnding | None:
    with uow("ending") as tx:
        return tx.life.ending(convention_id)


def last_default(uow, convention_id):
    with uow("steps") as tx:
        return next(s.id for s in reversed(tx.life.steps([convention_id])[convention_id]) if s.kind == "defaulted")


def refused(work, *given, **named) -> dict[str, Fault]:
    with pytest.raises(Refused) as caught:
        work(*given, **named)
    return caught.value.faults


def test_a_default_of_one_convention_is_withdrawn_once_until_its_day_is_over(uow, parties, convention, clock, told):
    leaving.record_default(uow, parties.first, ON, Party.CDG, clock, convention)
    default = last_default(uow, convention)
    later(clock, 20, 22)  # 20 March, 23:00 in Paris
    shown = undoing.standing_default(uow, parties.second, convention)
    assert (shown.step.id, shown.back_to, shown.together) == (default, Ending(MARKET_END, Cause.MARKET), 1)
    assert undoing.withdraw_default(uow, parties.second, convention, default, clock).count == 1

    assert ending(uow, convention) is None
    for kind in (events.MemberListed, events.MembershipChanged):
        assert max(told(kind), key=lambda event: event.version).until_day == "2027-06-27"
    with uow("history") as tx:
        assert [s.kind for s in tx.life.steps([convention])[convention]][-1] is StepKind.DEFAULT_WITHDRAWN
    again = refused(undoing.withdraw_default, uow, parties.first, convention, default, clock)
    assert again == {"form": Fault.NOT_OPEN}

    leaving.record_default(uow, parties.first, date(2026, 3, 20), Party.CDG, clock, convention)
    later(clock, 20, 23)  # midnight in Paris
    late = refused(undoing.withdraw_default, uow, parties.first, convention, last_default(uow, convention), clock)
    assert late == {"form": Fault.ENDED_ALREADY}
    with pytest.raises(undoing.Unknown):
        undoing.standing_default(uow, parties.elsewhere, convention)


def test_a_default_of_the_whole_market_is_withdrawn_for_all_whose_day_is_not_over(
    uow, parties, convention, other, clock, told
):
    leaving.record_default(uow, parties.first, ON, Party.PROVIDER, clock)
    later(clock, 11)
    # Since then one was found to have ceased on 12 March: that stays.
    leaving.record_default(uow, parties.first, date(2026, 3, 12), Party.PROVIDER, clock, other)
    later(clock, 13)
    meant = undoing.standing_default(uow, parties.first, convention)
    assert meant.together == 2
    done = undoing.withdraw_default(uow, parties.first, convention, meant.step.id, clock, together=True)
    assert (done.count, done.stayed) == (1, 1)
    assert ending(uow, convention) is None
    assert ending(uow, other).ending == Ending(date(2026, 3, 12), Cause.DEFAULT)


def test_a_market_withdrawn_under_a_later_default_does_not_come_back(uow, parties, convention, other, clock):
    leaving.record_default(uow, parties.first, ON, Party.PROVIDER, clock)
    whole = last_default(uow, convention)
    later(clock, 11)
    leaving.record_default(uow, parties.first, date(2026, 3, 18), Party.CDG, clock, other)
    later(clock, 12)
    done = undoing.withdraw_default(uow, parties.first, convention, whole, clock, together=True)
    assert (done.count, done.stayed) == (2, 0)
    assert ending(uow, other).ending == Ending(date(2026, 3, 18), Cause.DEFAULT)
    later(clock, 13)
    undoing.withdraw_default(uow, parties.first, other, last_default(uow, other), clock)
    assert ending(uow, other) is None


def test_a_notice_comes_back_with_its_letters_and_can_be_withdrawn_itself(uow, parties, convention, clock, told):
    letters = date(2026, 3, 2), date(2026, 3, 3)
    given = leaving.give_notice(uow, parties.first, convention, *letters, clock)
    later(clock, 11)
    leaving.record_default(uow, parties.first, ON, Party.PROVIDER, clock, convention)
    later(clock, 12)
    undoing.withdraw_default(uow, parties.first, convention, last_default(uow, convention), clock)
    assert (
        ending(uow, convention)
        == KnownEnding(given, Notice(*letters))
        == KnownEnding(Ending(date(2026, 12, 31), Cause.NOTICE), Notice(*letters))
    )
    assert max(told(events.MemberListed), key=lambda event: event.version).until_day == "2026-12-31"
    later(clock, 13)
    leaving.withdraw_notice(uow, parties.first, convention, clock)
    with uow("history") as tx:
        assert ending_steps(tx.life.steps([convention])[convention]) == []


def test_an_end_is_not_withdrawn_once_the_member_has_joined_again(uow, parties, convention, typed, zudausques, clock):
    """The default ends it on 20 March, and another convention, received on 9 March, takes effect on 1 April."""
    leaving.record_default(uow, parties.first, ON, Party.PROVIDER, clock, convention)
    record_convention(uow, parties.first, zudausques, replace(typed, received_on=date(2026, 3, 9)), clock)
    default = last_default(uow, convention)
    assert refused(undoing.withdraw_default, uow, parties.first, convention, default, clock) == {
        "form": Fault.FOLLOWED_ALREADY
    }
