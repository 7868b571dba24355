"""The sealer's gRPC methods. Nothing is logged about a record: there would be one line for each report."""

from pathlib import Path
from typing import Any

import grpc

from chassis.clock import Clock, paris_day
from chassis.rpc import Call, Detail, Refused
from identity_vault.domain.record import InvalidRecord, path_of, transport_day
from identity_vault.usecases.counting import Tally
from identity_vault.usecases.keys import retire_transport_keys
from identity_vault.usecases.ports import (
    Ledger,
    Records,
    RetirableKeys,
    StoreAway,
    TransportKeyMissing,
    TransportKeyRetired,
)
from identity_vault.usecases.sealing import seal
from paravent.identity_vault.v1 import sealing_pb2
from paravent_rpc.identity_vault.v1.sealing_pb2_grpc import LocatingServiceServicer, SealingServiceServicer

# Locators in one question.
_MOST = 8


class Sealing(SealingServiceServicer):
    """SealingService: see sealing.proto."""

    def __init__(
        self,
        keys: RetirableKeys,
        ledger: Ledger,
        records: Records,
        *,
        path_key: bytes,
        key_set: Path,
        sealed: Tally,
        clock: Clock,
    ) -> None:
        self._keys = keys
        self._ledger = ledger
        self._records = records
        self._path_key = path_key
        self._key_set = key_set
        self._sealed = sealed
        self._clock = clock

    def Seal(self, request: Any, call: Call) -> Any:  # noqa: N802 (the contract's name)
        try:
            new = self._seal(request)
        except InvalidRecord:
            raise Refused(grpc.StatusCode.INVALID_ARGUMENT, Detail.INVALID_RECORD) from None
        except TransportKeyRetired:
            raise Refused(grpc.StatusCode.FAILED_PRECONDITION, Detail.KEY_RETIRED) from None
        except TransportKeyMissing:
            raise Refused(grpc.StatusCode.FAILED_PRECONDITION, Detail.UNKNOWN_PERIOD) from None
        except StoreAway:
            raise Refused(grpc.StatusCode.UNAVAILABLE, Detail.STORE_AWAY) from None
        self._sealed.add(int(new))
        return sealing_pb2.SealResponse()

    def _seal(self, request: Any) -> bool:
        return seal(
            request.record,
            request.key_period,
            keys=self._keys,
            ledger=self._ledger,
            records=self._records,
            path_key=self._path_key,
        )

    def GetKeySet(self, request: Any, call: Call) -> Any:  # noqa: N802 (the contract's name)
        try:
            return sealing_pb2.GetKeySetResponse(signed_key_set=self._key_set.read_bytes())
        except FileNotFoundError:
            raise Refused(grpc.StatusCode.UNAVAILABLE, Detail.NOT_READY) from None

    def RetireTransportKeys(self, request: Any, call: Call) -> Any:  # noqa: N802 (the contract's name)
        try:
            before = transport_day(request.before)
        except InvalidRecord:
            raise Refused(grpc.StatusCode.INVALID_ARGUMENT, Detail.INVALID_RECORD) from None
        retire_transport_keys(self._keys, before=before, today=paris_day(self._clock.now()))
        return sealing_pb2.RetireTransportKeysResponse()


class Locating(LocatingServiceServicer):
    """LocatingService: see sealing.proto."""

    def __init__(self, path_key: bytes) -> None:
        self._path_key = path_key

    def Locate(self, request: Any, call: Call) -> Any:  # noqa: N802 (the contract's name)
        if len(request.locators) > _MOST:
            raise Refused(grpc.StatusCode.INVALID_ARGUMENT, Detail.INVALID_RECORD)
        try:
            paths = [path_of(locator, self._path_key) for locator in request.locators]
        except InvalidRecord:
            raise Refused(grpc.StatusCode.INVALID_ARGUMENT, Detail.INVALID_RECORD) from None
        return sealing_pb2.LocateResponse(paths=paths)
