"""The verifier, over gRPC with mutual TLS. Errors keep their code and lose their text."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from typing import Any

import grpc

from chassis import logs
from chassis.rpc import Detail, channel
from chassis.settings import Tls
from identity_vault.domain.agreement import Agreement
from identity_vault.usecases.disclosing import Agreements, Begun, Denied, Removed, VerifierAway
from paravent.identity_vault.v1 import disclosure_pb2 as wire
from paravent_rpc.identity_vault.v1.disclosure_pb2_grpc import DisclosureServiceStub, PasskeyServiceStub

log = logs.get(__name__)

NAME = "verifier.identity-vault.paravent"
# Seconds: the verifier may have to ask the identity provider for its keys first.
_DEADLINE = 15.0
# A refusal is one of these; anything else is a fault of ours, and told as an absence.
_REFUSALS = frozenset(Detail) - {Detail.DENIED, Detail.NO_DEADLINE, Detail.INTERNAL, Detail.NOT_SERVED}


class RemoteVerifier:
    """Calls in the name of whoever's ID token is passed along."""

    def __init__(self, address: str, tls: Tls | None, name: str = NAME) -> None:
        self._channel = channel(address, tls, name, deadline=_DEADLINE)
        self._disclosure = DisclosureServiceStub(self._channel)  # type: ignore[no-untyped-call]
        self._passkeys = PasskeyServiceStub(self._channel)  # type: ignore[no-untyped-call]

    @property
    def channel(self) -> grpc.Channel:
        """For the verifier's other services."""
        return self._channel

    def close(self) -> None:
        self._channel.close()

    def list_agreements(self, id_token: str) -> Agreements:
        answer = call(self._disclosure.ListConsents, wire.ListConsentsRequest(id_token=id_token))
        agreements = tuple(_agreement(consent) for consent in answer.consents)
        return Agreements(agreements, answer.passkey_ready, instant(answer.passkey_ready_at))

    def assertion_options(self, id_token: str, purpose: str) -> str:
        request = wire.BeginAssertionRequest(id_token=id_token, purpose=purpose)
        return str(call(self._passkeys.BeginAssertion, request).options)

    def registration_options(self, id_token: str, assertion: str) -> str:
        request = wire.BeginRegistrationRequest(id_token=id_token, assertion=assertion)
        return str(call(self._passkeys.BeginRegistration, request).options)

    def register(self, id_token: str, credential: str) -> datetime | None:
        request = wire.FinishRegistrationRequest(id_token=id_token, credential=credential)
        return instant(call(self._passkeys.FinishRegistration, request).ready_at)

    def begin(self, id_token: str, handle: str, assertion: str) -> Begun:
        request = wire.BeginDisclosureRequest(id_token=id_token, handle=handle, assertion=assertion)
        answer = call(self._disclosure.BeginDisclosure, request)
        return Begun(answer.disclosure_id, list(answer.paths))

    def approve(self, disclosure_id: bytes, accessors: Sequence[str]) -> None:
        request = wire.ApproveReadsRequest(disclosure_id=disclosure_id, accessors=accessors)
        call(self._disclosure.ApproveReads, request, patient=True)

    def remove_layer(self, disclosure_id: bytes, records: Sequence[tuple[str, bytes]]) -> Removed:
        stored = [wire.StoredRecord(path=path, body=body) for path, body in records]
        request = wire.RemoveLayerRequest(disclosure_id=disclosure_id, records=stored)
        answer = call(self._disclosure.RemoveLayer, request, patient=True)
        return Removed(answer.inner, answer.ref, _agreement(answer.consent))


def call(method: Callable[..., Any], request: Any, *, patient: bool = False) -> Any:
    """Call the verifier. Raises Denied with its code, VerifierAway otherwise.

    `patient`: where a consent is used up already, a verifier that starts again is waited for (until the deadline).
    """
    try:
        return method(request, wait_for_ready=True) if patient else method(request)
    except grpc.RpcError as error:
        code, detail = error.code(), error.details()
    if detail in _REFUSALS:
        raise Denied(str(detail))
    log.warning("verifier.away", code=code.name)
    raise VerifierAway


def _agreement(consent: wire.ConsentSummary) -> Agreement:
    return Agreement(
        handle=consent.handle,
        name=consent.addressee_name,
        body=consent.addressee_body,
        purpose=consent.purpose,
        case_label=consent.case_label,
        fields=tuple(consent.fields),
        signed_at=instant(consent.signed_at),
        effective_at=instant(consent.effective_at),
        valid_until=_day(consent.valid_until) or instant(consent.valid_until),
        state=consent.state,
        regime=consent.regime,
    )


def instant(text: str) -> datetime | None:
    """An aware instant; None for what is not one."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _day(text: str) -> date | None:
    """YYYY-MM-DD, as the reporter signed it."""
    return date.fromisoformat(text) if len(text) == 10 and text.count("-") == 2 else None
