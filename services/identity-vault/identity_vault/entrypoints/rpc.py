"""The sealer's gRPC methods. Nothing is logged about a record: there would be one line for each report."""

from pathlib import Path
from typing import Any

import grpc

from chassis.rpc import Call, Detail, Refused
from identity_vault.domain.record import InvalidRecord
from identity_vault.usecases.counting import Tally
from identity_vault.usecases.ports import Records, StoreAway, TransportKeyMissing, TransportKeys
from identity_vault.usecases.sealing import seal
from paravent.identity_vault.v1 import sealing_pb2
from paravent_rpc.identity_vault.v1.sealing_pb2_grpc import SealingServiceServicer


class Sealing(SealingServiceServicer):
    """SealingService: see sealing.proto."""

    def __init__(self, keys: TransportKeys, records: Records, *, path_key: bytes, key_set: Path, sealed: Tally) -> None:
        self._keys = keys
        self._records = records
        self._path_key = path_key
        self._key_set = key_set
        self._sealed = sealed

    def Seal(self, request: Any, call: Call) -> Any:  # noqa: N802 (the contract's name)
        try:
            new = seal(
                request.record, request.key_period, keys=self._keys, records=self._records, path_key=self._path_key
            )
        except InvalidRecord:
            raise Refused(grpc.StatusCode.INVALID_ARGUMENT, Detail.INVALID_RECORD) from None
        except TransportKeyMissing:
            raise Refused(grpc.StatusCode.FAILED_PRECONDITION, Detail.UNKNOWN_PERIOD) from None
        except StoreAway:
            raise Refused(grpc.StatusCode.UNAVAILABLE, Detail.STORE_AWAY) from None
        self._sealed.add(int(new))
        return sealing_pb2.SealResponse()

    def GetKeySet(self, request: Any, call: Call) -> Any:  # noqa: N802 (the contract's name)
        try:
            return sealing_pb2.GetKeySetResponse(signed_key_set=self._key_set.read_bytes())
        except FileNotFoundError:
            raise Refused(grpc.StatusCode.UNAVAILABLE, Detail.NOT_READY) from None
