"""The linker's gRPC methods. Nothing is logged about a ring or a question."""

from typing import Any

import grpc

from chassis.rpc import Call, Detail, Refused
from identity_vault.usecases.ringing import BadQuery, CourierAway, Ringing
from paravent.identity_vault.v1 import reach_pb2
from paravent_rpc.identity_vault.v1.reach_pb2_grpc import ReachServiceServicer


class Reach(ReachServiceServicer):
    """ReachService: see reach.proto."""

    def __init__(self, ringing: Ringing) -> None:
        self._ringing = ringing

    def Notify(self, request: Any, call: Call) -> Any:  # noqa: N802 (the contract's name)
        self._ringing.notify(request.rings)
        return reach_pb2.NotifyResponse()

    def ViewContact(self, request: Any, call: Call) -> Any:  # noqa: N802 (the contract's name)
        try:
            return reach_pb2.ViewContactResponse(view=self._ringing.view(request.query))
        except BadQuery:
            raise Refused(grpc.StatusCode.INVALID_ARGUMENT, Detail.INVALID_RECORD) from None
        except CourierAway:
            raise Refused(grpc.StatusCode.UNAVAILABLE, Detail.STORE_AWAY) from None
