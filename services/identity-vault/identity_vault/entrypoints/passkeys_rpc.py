"""The verifier's gRPC methods for passkeys: made, touched, taken away, lost."""

from datetime import datetime
from typing import Any

from chassis.clock import Clock
from chassis.idtokens import Subject
from chassis.rpc import Call, Detail
from identity_vault.entrypoints.verifier_rpc import refusing, source_of
from identity_vault.usecases.recovering import NOT_LOST, Recoveries
from identity_vault.usecases.verifier_disclosures import Disclosures
from identity_vault.usecases.verifier_door import Door
from identity_vault.usecases.verifier_passkeys import PASSKEY, REMOVAL, Passkeys, Touch
from identity_vault.usecases.verifier_ports import Denied
from identity_vault.usecases.verifier_summaries import rfc3339
from paravent.identity_vault.v1 import disclosure_pb2 as wire
from paravent_rpc.identity_vault.v1.disclosure_pb2_grpc import PasskeyServiceServicer


class PasskeyMethods(PasskeyServiceServicer):
    """PasskeyService: see disclosure.proto."""

    def __init__(
        self, door: Door, disclosures: Disclosures, passkeys: Passkeys, recoveries: Recoveries, clock: Clock
    ) -> None:
        self._door = door
        self._disclosures = disclosures
        self._passkeys = passkeys
        self._recoveries = recoveries
        self._clock = clock

    def BeginRegistration(self, request: Any, call: Call) -> Any:  # noqa: N802 (the contract's name)
        with refusing():
            subject = self._door.subject(request.id_token, source_of(call))
            fresh = self._door.is_fresh(request.id_token)
            options = self._passkeys.begin_registration(subject, request.assertion, fresh=fresh)
        return wire.BeginRegistrationResponse(options=options)

    def FinishRegistration(self, request: Any, call: Call) -> Any:  # noqa: N802 (the contract's name)
        with refusing():
            subject = self._door.subject(request.id_token, source_of(call))
            ready_at = self._passkeys.finish_registration(subject, request.credential)
        return wire.FinishRegistrationResponse(ready_at=rfc3339(ready_at))

    def BeginAssertion(self, request: Any, call: Call) -> Any:  # noqa: N802 (the contract's name)
        with refusing():
            subject = self._door.subject(request.id_token, source_of(call))
            options = self._options(subject, request.purpose)
        return wire.BeginAssertionResponse(options=options)

    def ListPasskeys(self, request: Any, call: Call) -> Any:  # noqa: N802 (the contract's name)
        with refusing():
            person = self._passkeys.person(self._door.subject(request.id_token, source_of(call)))
            held = self._passkeys.listed(person)
            recovery = self._recoveries.of(person)
        now = self._clock.now()
        answer = wire.ListPasskeysResponse(
            passkeys=[
                wire.PasskeySummary(
                    handle=one.handle,
                    registered_at=rfc3339(one.passkey.registered_at),
                    ready_at=rfc3339(one.passkey.ready_at),
                    ready=one.passkey.is_ready(now),
                )
                for one in held
            ]
        )
        if recovery is not None:
            asked, state = recovery
            answer.recovery.state = state.value
            answer.recovery.asked_at = rfc3339(datetime.fromisoformat(asked.asked))
            answer.recovery.signatures = len(asked.signatures)
        return answer

    def RemovePasskey(self, request: Any, call: Call) -> Any:  # noqa: N802 (the contract's name)
        with refusing():
            person = self._passkeys.person(self._door.subject(request.id_token, source_of(call)))
            self._passkeys.remove(person, request.handle, request.assertion)
        return wire.RemovePasskeyResponse()

    def AskRecovery(self, request: Any, call: Call) -> Any:  # noqa: N802 (the contract's name)
        with refusing():
            subject = self._door.just_signed_in(request.id_token, source_of(call))
            return wire.AskRecoveryResponse(code=self._recoveries.ask(subject))

    def TakeRecoveryBack(self, request: Any, call: Call) -> Any:  # noqa: N802 (the contract's name)
        with refusing():
            subject = self._door.subject(request.id_token, source_of(call))
            self._recoveries.take_back(subject, request.assertion)
        return wire.TakeRecoveryBackResponse()

    def _options(self, subject: Subject, purpose: str) -> str:
        kind, _, handle = purpose.partition(":")
        person = self._passkeys.person(subject)
        if kind == "consent":
            return self._passkeys.ask(person, self._disclosures.touch_for(subject, handle))
        if kind == REMOVAL:
            return self._passkeys.ask_removal(person, handle)
        if purpose in (PASSKEY, NOT_LOST):
            return self._passkeys.ask(person, Touch(purpose))
        raise Denied(Detail.UNKNOWN_HANDLE)
