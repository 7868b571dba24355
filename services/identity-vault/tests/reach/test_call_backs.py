"""Who asked to be called is called: by one listener, at the hour, and forgotten."""

from datetime import timedelta

import grpc
import pytest

from chassis.rpc import channel
from paravent.identity_vault.v1.reach_pb2 import FinishCallBackRequest, ListCallBacksRequest, TakeCallBackRequest
from paravent_rpc.identity_vault.v1.reach_pb2_grpc import CallBackServiceStub

ONE, TWO, OTHER_CDG = "signed:ecoute-1", "signed:ecoute-2", "signed:ecoute-60"
# Asked for 14:00 in Paris, 13:00 UTC; the clock says 12:00 UTC.
TO_THE_HOUR = timedelta(minutes=55)


@pytest.fixture
def listeners(world, certificates):
    """The call-backs as the vault's pages see them."""
    certificate = certificates.issue("discloser.identity-vault.paravent")
    made = channel(f"127.0.0.1:{world.courier_server.port}", certificate, "courier.identity-vault.paravent")
    yield CallBackServiceStub(made)
    made.close()


def tickets(listeners, token: str):
    return list(listeners.ListCallBacks(ListCallBacksRequest(id_token=token)).tickets)


def take(listeners, token: str, handle: str) -> str:
    return listeners.TakeCallBack(TakeCallBackRequest(id_token=token, handle=handle)).phone


def code(call) -> str:
    with pytest.raises(grpc.RpcError) as caught:
        call()
    return f"{caught.value.code().name} {caught.value.details()}"


def test_a_number_shows_from_five_minutes_before_the_hour_to_one_listener(world, listeners, asked):
    world.work_off(asked())
    (early,) = tickets(listeners, ONE)
    assert (early.hour, early.means, early.due, early.taken) == ("2026-11-24T14", "phone", False, False)
    assert code(lambda: take(listeners, ONE, early.handle)) == "FAILED_PRECONDITION not-yet"
    (seen,) = tickets(listeners, TWO)
    world.clock.advance(TO_THE_HOUR)
    assert take(listeners, ONE, early.handle) == "06 39 98 00 01"
    assert take(listeners, ONE, early.handle) == "06 39 98 00 01"
    assert [each.taken for each in tickets(listeners, ONE)] == [True]
    assert tickets(listeners, TWO) == []
    assert code(lambda: take(listeners, TWO, seen.handle)) == "NOT_FOUND unknown-handle"


def test_a_number_is_forgotten_when_the_call_is_over(world, listeners, asked):
    world.work_off(asked())
    world.clock.advance(TO_THE_HOUR)
    (ticket,) = tickets(listeners, ONE)
    finish = FinishCallBackRequest(id_token=ONE, handle=ticket.handle)
    assert code(lambda: listeners.FinishCallBack(finish)) == "NOT_FOUND unknown-handle"
    take(listeners, ONE, ticket.handle)
    listeners.FinishCallBack(finish)
    assert world.rows("call_backs")["call_backs"] == []
    assert code(lambda: take(listeners, ONE, ticket.handle)) == "NOT_FOUND unknown-handle"


@pytest.mark.parametrize(("taken", "hours"), [(True, 2), (False, 25)])
def test_a_number_is_forgotten_after_its_time(world, listeners, asked, taken, hours):
    world.work_off(asked())
    world.clock.advance(TO_THE_HOUR)
    (ticket,) = tickets(listeners, ONE)
    if taken:
        take(listeners, ONE, ticket.handle)
    world.clock.advance(timedelta(hours=hours, minutes=-1) if taken else timedelta(hours=24))
    world.courier.tidy()
    assert len(world.rows("call_backs")["call_backs"]) == 1
    world.clock.advance(timedelta(minutes=6))
    assert code(lambda: take(listeners, ONE, ticket.handle)) == "NOT_FOUND unknown-handle"
    world.courier.tidy()
    assert world.rows("call_backs")["call_backs"] == []


def test_listeners_see_the_call_backs_of_their_own_cdgs(world, listeners, asked):
    world.work_off(asked(), asked(cdg="cdg-60"))
    assert [len(tickets(listeners, token)) for token in (ONE, OTHER_CDG)] == [1, 1]
    world.clock.advance(TO_THE_HOUR)
    (theirs,) = tickets(listeners, OTHER_CDG)
    assert code(lambda: take(listeners, ONE, theirs.handle)) == "NOT_FOUND unknown-handle"


@pytest.mark.parametrize("token", ["signed:referent-1", "forged", ""])
def test_nobody_else_sees_call_backs(world, listeners, asked, token):
    world.work_off(asked())
    denied = "PERMISSION_DENIED bad-id-token"
    assert code(lambda: tickets(listeners, token)) == denied
    assert code(lambda: take(listeners, token, "x")) == denied
    assert code(lambda: listeners.FinishCallBack(FinishCallBackRequest(id_token=token, handle="x"))) == denied


@pytest.mark.parametrize("hour", ["2026-11-24", "2026-11-24T14:00", "2026-13-01T10", "demain"])
def test_a_call_back_at_no_hour_is_dropped(world, asked, hour):
    world.work_off(asked(hour=hour))
    assert world.rows("call_backs", "courier_letters") == {"call_backs": [], "courier_letters": []}
