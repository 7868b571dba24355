"""identity-vault's processes over gRPC. The opener's alone: no other process of casework loads gRPC."""

from collections.abc import Callable, Sequence
from typing import Any

import grpc

from casework.usecases.ports import VaultAway
from chassis.rpc import channel
from chassis.settings import Tls
from paravent.identity_vault.v1 import erasure_pb2, reach_pb2, sealing_pb2
from paravent_rpc.identity_vault.v1 import erasure_pb2_grpc, reach_pb2_grpc, sealing_pb2_grpc


class VaultGateway:
    """Three processes, one method of each. Addresses are host:port; a name is that of the process's certificate."""

    def __init__(
        self, tls: Tls | None, *, sealer: tuple[str, str], linker: tuple[str, str], eraser: tuple[str, str]
    ) -> None:
        self._channels = [channel(address, tls, name) for address, name in (sealer, linker, eraser)]
        to_sealer, to_linker, to_eraser = self._channels
        self._sealer = sealing_pb2_grpc.SealingServiceStub(to_sealer)  # type: ignore[no-untyped-call]
        self._linker = reach_pb2_grpc.ReachServiceStub(to_linker)  # type: ignore[no-untyped-call]
        self._eraser = erasure_pb2_grpc.ErasureServiceStub(to_eraser)  # type: ignore[no-untyped-call]

    def key_set(self) -> bytes:
        return bytes(_call(self._sealer.GetKeySet, sealing_pb2.GetKeySetRequest()).signed_key_set)

    def notify(self, rings: Sequence[bytes]) -> None:
        _call(self._linker.Notify, reach_pb2.NotifyRequest(rings=rings))

    def erase(self, orders: Sequence[bytes]) -> None:
        _call(self._eraser.Erase, erasure_pb2.EraseRequest(orders=orders))

    def close(self) -> None:
        for one in self._channels:
            one.close()


def _call(method: Callable[[Any], Any], request: Any) -> Any:
    try:
        return method(request)
    except grpc.RpcError as error:
        raise VaultAway(error.code().name) from None
