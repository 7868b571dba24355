"""The courier's gRPC methods. Neither addresses nor contact ids are ever logged."""

import threading
from typing import Any

import grpc

from chassis.rpc import Call, Detail, Refused
from identity_vault.usecases.calling import Calling, NotAListener, NotYet, UnknownHandle
from identity_vault.usecases.mailing import Mailing
from paravent.identity_vault.v1 import reach_pb2
from paravent_rpc.identity_vault.v1.reach_pb2_grpc import CallBackServiceServicer, CourierServiceServicer


class Courier(CourierServiceServicer):
    """CourierService: see reach.proto. `mails_wait` is set when there may be mails to send."""

    def __init__(self, mailing: Mailing, mails_wait: threading.Event) -> None:
        self._mailing = mailing
        self._mails_wait = mails_wait

    def Deliver(self, request: Any, call: Call) -> Any:  # noqa: N802 (the contract's name)
        self._mailing.deliver([(ticket.ticket_id, ticket.contact_id) for ticket in request.tickets])
        self._mails_wait.set()
        return reach_pb2.DeliverResponse()

    def Forget(self, request: Any, call: Call) -> Any:  # noqa: N802 (the contract's name)
        self._mailing.forget(request.contact_ids)
        return reach_pb2.ForgetResponse()

    def GetStates(self, request: Any, call: Call) -> Any:  # noqa: N802 (the contract's name)
        return reach_pb2.GetStatesResponse(states=self._mailing.states(request.contact_ids))


class CallBacks(CallBackServiceServicer):
    """CallBackService: see reach.proto."""

    def __init__(self, calling: Calling) -> None:
        self._calling = calling

    def ListCallBacks(self, request: Any, call: Call) -> Any:  # noqa: N802 (the contract's name)
        try:
            shown = self._calling.list(request.id_token)
        except NotAListener:
            raise _refused_token() from None
        tickets = [
            reach_pb2.CallBackTicket(
                handle=each.handle, hour=each.hour, means=each.means, due=each.due, taken=each.taken
            )
            for each in shown
        ]
        return reach_pb2.ListCallBacksResponse(tickets=tickets)

    def TakeCallBack(self, request: Any, call: Call) -> Any:  # noqa: N802 (the contract's name)
        try:
            return reach_pb2.TakeCallBackResponse(phone=self._calling.take(request.id_token, request.handle))
        except NotAListener:
            raise _refused_token() from None
        except UnknownHandle:
            raise Refused(grpc.StatusCode.NOT_FOUND, Detail.UNKNOWN_HANDLE) from None
        except NotYet:
            raise Refused(grpc.StatusCode.FAILED_PRECONDITION, Detail.NOT_YET) from None

    def FinishCallBack(self, request: Any, call: Call) -> Any:  # noqa: N802 (the contract's name)
        try:
            self._calling.finish(request.id_token, request.handle)
        except NotAListener:
            raise _refused_token() from None
        except UnknownHandle:
            raise Refused(grpc.StatusCode.NOT_FOUND, Detail.UNKNOWN_HANDLE) from None
        return reach_pb2.FinishCallBackResponse()


def _refused_token() -> Refused:
    return Refused(grpc.StatusCode.PERMISSION_DENIED, Detail.BAD_ID_TOKEN)
