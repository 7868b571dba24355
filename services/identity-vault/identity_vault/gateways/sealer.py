"""The sealer's LocatingService, over gRPC with mutual TLS."""

from collections.abc import Sequence

import grpc

from chassis.rpc import channel
from chassis.settings import Tls
from identity_vault.usecases.ports import StoreAway
from paravent.identity_vault.v1.sealing_pb2 import LocateRequest
from paravent_rpc.identity_vault.v1.sealing_pb2_grpc import LocatingServiceStub


class SealerLocator:
    """Where records stand. One channel for the process."""

    def __init__(self, address: str, tls: Tls | None, server_name: str) -> None:
        self._channel = channel(address, tls, server_name)
        self._stub = LocatingServiceStub(self._channel)  # type: ignore[no-untyped-call]

    def paths(self, locators: Sequence[bytes]) -> list[str]:
        """In the same order. Raises StoreAway."""
        try:
            return list(self._stub.Locate(LocateRequest(locators=locators)).paths)
        except grpc.RpcError:
            raise StoreAway from None

    def close(self) -> None:
        self._channel.close()
