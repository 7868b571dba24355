"""The courier's call-backs, over gRPC with mutual TLS. Errors keep their code and lose their text."""

from collections.abc import Callable
from typing import Any

import grpc

from chassis import logs
from chassis.rpc import Detail, channel
from chassis.settings import Tls
from identity_vault.usecases.listening import CourierAway, Gone, NotForYou, Ticket, TooEarly
from paravent.identity_vault.v1 import reach_pb2 as wire
from paravent_rpc.identity_vault.v1.reach_pb2_grpc import CallBackServiceStub

log = logs.get(__name__)

NAME = "courier.identity-vault.paravent"
# Seconds: the courier may have to ask the identity provider for its keys first.
_DEADLINE = 15.0
_REFUSALS: dict[str, type[Exception]] = {
    Detail.BAD_ID_TOKEN: NotForYou,
    Detail.UNKNOWN_HANDLE: Gone,
    Detail.NOT_YET: TooEarly,
}


class RemoteCallBacks:
    """Calls in the name of whoever's ID token is passed along."""

    def __init__(self, address: str, tls: Tls | None, name: str = NAME) -> None:
        self._channel = channel(address, tls, name, deadline=_DEADLINE)
        self._stub = CallBackServiceStub(self._channel)  # type: ignore[no-untyped-call]

    def list(self, id_token: str) -> list[Ticket]:
        answer = _call(self._stub.ListCallBacks, wire.ListCallBacksRequest(id_token=id_token))
        return [Ticket(each.handle, each.hour, each.means, each.due, each.taken) for each in answer.tickets]

    def take(self, id_token: str, handle: str) -> str:
        return str(_call(self._stub.TakeCallBack, wire.TakeCallBackRequest(id_token=id_token, handle=handle)).phone)

    def finish(self, id_token: str, handle: str) -> None:
        _call(self._stub.FinishCallBack, wire.FinishCallBackRequest(id_token=id_token, handle=handle))

    def close(self) -> None:
        self._channel.close()


def _call(method: Callable[[Any], Any], request: Any) -> Any:
    try:
        return method(request)
    except grpc.RpcError as error:
        code, detail = error.code(), error.details()
    if detail in _REFUSALS:
        raise _REFUSALS[detail]
    log.warning("courier.away", code=code.name)
    raise CourierAway
