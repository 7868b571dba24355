"""The verifier's gRPC methods. Nothing of a person or a report is logged, nor told in a refusal: codes alone."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import grpc

from chassis.clock import Clock
from chassis.rpc import Call, Detail, Refused
from identity_vault.usecases.verifier_disclosures import Disclosures
from identity_vault.usecases.verifier_door import Door
from identity_vault.usecases.verifier_passkeys import Passkeys
from identity_vault.usecases.verifier_ports import Denied
from identity_vault.usecases.verifier_summaries import rfc3339, summary
from identity_vault.usecases.verifier_view import InvalidQuery, Views
from paravent.identity_vault.v1 import disclosure_pb2 as wire
from paravent.identity_vault.v1 import reporter_pb2
from paravent_rpc.identity_vault.v1.disclosure_pb2_grpc import DisclosureServiceServicer
from paravent_rpc.identity_vault.v1.reporter_pb2_grpc import ReporterServiceServicer

_CODES = {
    Detail.BAD_ID_TOKEN: grpc.StatusCode.UNAUTHENTICATED,
    Detail.PROVIDER_AWAY: grpc.StatusCode.UNAVAILABLE,
    Detail.STORE_AWAY: grpc.StatusCode.UNAVAILABLE,
    Detail.BAD_PASSKEY: grpc.StatusCode.PERMISSION_DENIED,
    Detail.OTHER_ADDRESSEE: grpc.StatusCode.PERMISSION_DENIED,
    Detail.UNKNOWN_HANDLE: grpc.StatusCode.NOT_FOUND,
    Detail.NO_RECORD: grpc.StatusCode.NOT_FOUND,
    Detail.LIMIT_REACHED: grpc.StatusCode.RESOURCE_EXHAUSTED,
    Detail.TOO_MANY_TRIES: grpc.StatusCode.RESOURCE_EXHAUSTED,
}


@contextmanager
def refusing() -> Iterator[None]:
    """What a use case denies ends the call with a status."""
    try:
        yield
    except Denied as denied:
        code = _CODES.get(denied.detail, grpc.StatusCode.FAILED_PRECONDITION)
        raise Refused(code, denied.detail) from None


def source_of(call: Call) -> str:
    """The process that calls, by its certificate."""
    return " ".join(sorted(call.clients))


class Disclosing(DisclosureServiceServicer):
    """DisclosureService: see disclosure.proto."""

    def __init__(
        self, door: Door, disclosures: Disclosures, passkeys: Passkeys, clock: Clock, delay: timedelta
    ) -> None:
        self._door = door
        self._disclosures = disclosures
        self._passkeys = passkeys
        self._clock = clock
        self._delay = delay

    def ListConsents(self, request: Any, call: Call) -> Any:  # noqa: N802 (the contract's name)
        with refusing():
            subject = self._door.subject(request.id_token, source_of(call))
            listed = self._disclosures.agreed_with(subject)
            held = self._passkeys.held_by(self._passkeys.person(subject))
        now = self._clock.now()
        return wire.ListConsentsResponse(
            consents=[summary(one.consent, now, self._delay, handle=one.handle) for one in listed],
            passkey_ready=any(passkey.is_ready(now) for passkey in held),
            passkey_ready_at=rfc3339(held[0].ready_at if held else None),
        )

    def BeginDisclosure(self, request: Any, call: Call) -> Any:  # noqa: N802 (the contract's name)
        with refusing():
            subject = self._door.subject(request.id_token, source_of(call))
            disclosure_id, begun = self._disclosures.begin(subject, request.handle, request.assertion)
        return wire.BeginDisclosureResponse(disclosure_id=disclosure_id, paths=begun.paths)

    def ApproveReads(self, request: Any, call: Call) -> Any:  # noqa: N802 (the contract's name)
        with refusing():
            self._disclosures.approve(request.disclosure_id, list(request.accessors))
        return wire.ApproveReadsResponse()

    def RemoveLayer(self, request: Any, call: Call) -> Any:  # noqa: N802 (the contract's name)
        records = [(record.path, record.body) for record in request.records]
        with refusing():
            removed = self._disclosures.remove_layer(request.disclosure_id, records)
        told = summary(removed.consent, self._clock.now(), self._delay) if removed.consent else None
        return wire.RemoveLayerResponse(inner=removed.inner, ref=removed.ref, consent=told)


class Reporting(ReporterServiceServicer):
    """ReporterService: see reporter.proto."""

    def __init__(self, views: Views) -> None:
        self._views = views

    def View(self, request: Any, call: Call) -> Any:  # noqa: N802 (the contract's name)
        try:
            return reporter_pb2.ReporterServiceViewResponse(view=self._views.answer(request.query))
        except InvalidQuery:
            raise Refused(grpc.StatusCode.INVALID_ARGUMENT, Detail.INVALID_RECORD) from None
