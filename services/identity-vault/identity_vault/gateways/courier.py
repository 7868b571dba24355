"""The courier as the linker sees it: gRPC over mutual TLS."""

from collections.abc import Iterable

import grpc

from chassis.rpc import channel
from chassis.settings import Tls
from identity_vault.usecases.ringing import CourierAway
from paravent.identity_vault.v1.reach_pb2 import DeliverRequest, ForgetRequest, GetStatesRequest, Ticket
from paravent_rpc.identity_vault.v1.reach_pb2_grpc import CourierServiceStub

# Seconds: a batch may wait for a mail that is being sent.
_BATCH = 30.0


class CourierGateway:
    """Calls the process named `name` at `address` (host:port)."""

    def __init__(self, address: str, tls: Tls | None, name: str) -> None:
        self._channel = channel(address, tls, name)
        self._stub = CourierServiceStub(self._channel)  # type: ignore[no-untyped-call]  # grpc has no types

    def deliver(self, tickets: Iterable[tuple[bytes, bytes]]) -> None:
        request = DeliverRequest(tickets=[Ticket(ticket_id=number, contact_id=contact) for number, contact in tickets])
        try:
            self._stub.Deliver(request, timeout=_BATCH)
        except grpc.RpcError:
            raise CourierAway from None

    def forget(self, contacts: Iterable[bytes]) -> None:
        try:
            self._stub.Forget(ForgetRequest(contact_ids=list(contacts)), timeout=_BATCH)
        except grpc.RpcError:
            raise CourierAway from None

    def states(self, contacts: list[bytes]) -> list[str]:
        try:
            return list(self._stub.GetStates(GetStatesRequest(contact_ids=contacts)).states)
        except grpc.RpcError:
            raise CourierAway from None

    def close(self) -> None:
        self._channel.close()
