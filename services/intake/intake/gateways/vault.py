"""identity-vault's sealer, over gRPC."""

from datetime import date

import grpc

from chassis.rpc import Detail, channel
from chassis.settings import Tls
from intake.usecases.pump import KeyRetired, RecordRefused, VaultAway
from paravent.identity_vault.v1 import sealing_pb2
from paravent_rpc.identity_vault.v1 import sealing_pb2_grpc

# Codes that say that the record, not the vault, is at fault.
_REFUSALS = {grpc.StatusCode.INVALID_ARGUMENT, grpc.StatusCode.FAILED_PRECONDITION}


class SealerGateway:
    """The three calls that the pump may make."""

    def __init__(self, address: str, tls: Tls | None, server_name: str) -> None:
        self._channel = channel(address, tls, server_name)
        self._stub = sealing_pb2_grpc.SealingServiceStub(self._channel)  # type: ignore[no-untyped-call]

    def seal(self, record: bytes, key_period: date) -> None:
        request = sealing_pb2.SealRequest(record=record, key_period=key_period.isoformat())
        try:
            self._stub.Seal(request)
        except grpc.RpcError as error:
            if error.details() == Detail.KEY_RETIRED:
                raise KeyRetired("the frame's transport key is gone") from None
            if error.code() in _REFUSALS:
                raise RecordRefused("the sealer does not accept this record") from None
            raise VaultAway("the sealer does not answer") from None

    def key_set(self) -> bytes:
        try:
            return bytes(self._stub.GetKeySet(sealing_pb2.GetKeySetRequest()).signed_key_set)
        except grpc.RpcError:
            raise VaultAway("the sealer does not answer") from None

    def retire_transport_keys(self, before: date) -> None:
        try:
            self._stub.RetireTransportKeys(sealing_pb2.RetireTransportKeysRequest(before=before.isoformat()))
        except grpc.RpcError:
            raise VaultAway("the sealer does not answer") from None

    def close(self) -> None:
        self._channel.close()
