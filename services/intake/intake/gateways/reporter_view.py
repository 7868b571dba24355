"""identity-vault's verifier and linker, for what a reporter may see: two questions, and no other."""

from typing import Any

import grpc

from chassis.rpc import channel
from chassis.settings import Tls
from intake.usecases.pump import VaultAway
from paravent.identity_vault.v1 import reach_pb2, reporter_pb2
from paravent_rpc.identity_vault.v1 import reach_pb2_grpc, reporter_pb2_grpc

# Seconds: a page waits for it.
_PATIENCE = 2.0


class ReporterViewGateway:
    """Calls as `web.intake.paravent`. Each raises VaultAway, whatever the reason: the page says one thing."""

    def __init__(self, verifier: tuple[str, str], linker: tuple[str, str], tls: Tls | None) -> None:
        """`verifier`, `linker`: address (host:port) and the name in the certificate."""
        self._channels = [channel(address, tls, name, deadline=_PATIENCE) for address, name in (verifier, linker)]
        self._reporter = reporter_pb2_grpc.ReporterServiceStub(self._channels[0])  # type: ignore[no-untyped-call]
        self._reach = reach_pb2_grpc.ReachServiceStub(self._channels[1])  # type: ignore[no-untyped-call]

    def view(self, query: bytes) -> bytes:
        request = reporter_pb2.ReporterServiceViewRequest(query=query)
        return bytes(_called(self._reporter.View, request).view)

    def view_contact(self, query: bytes) -> bytes:
        return bytes(_called(self._reach.ViewContact, reach_pb2.ViewContactRequest(query=query)).view)

    def close(self) -> None:
        for opened in self._channels:
            opened.close()


def _called(method: Any, request: Any) -> Any:
    try:
        return method(request)
    except grpc.RpcError:
        raise VaultAway("identity-vault does not answer") from None
