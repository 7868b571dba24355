"""A member that nobody is written to any more: its unanswered call is to be posted, until somebody else is named."""

from datetime import UTC, date, datetime

import pytest

from billing.domain.calls import CallState
from billing.usecases import billing_calls, calling
from billing.usecases.members import Replaced, remove_correspondent
from chassis.clock import FixedClock
from paravent.billing.v1 import events_pb2 as events
from tests.support.called_members import joiner

DUE = date(2026, 4, 15)


def of(uow, member):
    with uow("call") as tx:
        return tx.calls.of_member(member.id)[0]


def test_who_loses_its_correspondent_is_posted_to_until_another_is_named(uow, owner_uow, parties, clock, told):
    member, other = joiner(uow, owner_uow, parties, clock)(2)
    run = calling.start(uow, parties.first, 2026, DUE, clock)
    calling.call_members(uow, clock)
    person = of(uow, member).person_id
    with pytest.raises(Replaced):
        remove_correspondent(uow, parties.first, member.id, of(uow, other).person_id, clock)
    for _ in range(2):
        remove_correspondent(uow, parties.first, member.id, person, clock)
    call = of(uow, member)
    assert (call.state, call.person_id, call.sent_at) == (CallState.PREPARED, None, None)
    assert of(uow, other).state is CallState.SENT
    assert billing_calls.remind(uow, FixedClock(datetime(2026, 4, 20, tzinfo=UTC))) == 1
    with uow("name another") as tx:
        known = tx.parties.correspondents([other.id])[other.id]
        tx.parties.set_correspondent(member.id, known, "Maire", DUE)
    calling.start(uow, parties.first, 2026, DUE, clock)
    calling.call_members(uow, clock)
    call = of(uow, member)
    assert (call.run_id, call.state, call.person_id) == (run, CallState.SENT, known.id)
    assert len([one for one in told(events.LetterAsked) if one.kind == events.LETTER_KIND_CALL]) == 3
