"""The verifier's passkeys and lost passkeys, over gRPC with mutual TLS."""

from collections.abc import Sequence

import grpc

from identity_vault.gateways.verifier import call, instant
from identity_vault.usecases.carrying_out import Signed
from identity_vault.usecases.keyring import HeldKey, Keyring, Lost
from paravent.identity_vault.v1 import custody_pb2, disclosure_pb2
from paravent_rpc.identity_vault.v1.custody_pb2_grpc import CustodyServiceStub
from paravent_rpc.identity_vault.v1.disclosure_pb2_grpc import PasskeyServiceStub


class RemoteKeyrings:
    """Calls in the name of whoever's ID token is passed along."""

    def __init__(self, channel: grpc.Channel) -> None:
        self._stub = PasskeyServiceStub(channel)  # type: ignore[no-untyped-call]

    def of(self, id_token: str) -> Keyring:
        answer = call(self._stub.ListPasskeys, disclosure_pb2.ListPasskeysRequest(id_token=id_token))
        keys = [
            HeldKey(one.handle, instant(one.registered_at), instant(one.ready_at), one.ready) for one in answer.passkeys
        ]
        if not answer.HasField("recovery"):
            return Keyring(keys)
        said = answer.recovery
        return Keyring(keys, said.state, instant(said.asked_at), said.signatures)

    def remove(self, id_token: str, handle: str, assertion: str) -> None:
        request = disclosure_pb2.RemovePasskeyRequest(id_token=id_token, handle=handle, assertion=assertion)
        call(self._stub.RemovePasskey, request)

    def ask_recovery(self, id_token: str) -> str:
        return str(call(self._stub.AskRecovery, disclosure_pb2.AskRecoveryRequest(id_token=id_token)).code)

    def take_recovery_back(self, id_token: str, assertion: str) -> None:
        request = disclosure_pb2.TakeRecoveryBackRequest(id_token=id_token, assertion=assertion)
        call(self._stub.TakeRecoveryBack, request)


class RemoteRecoveries:
    """Calls in the name of the custodian whose ID token is passed along."""

    def __init__(self, channel: grpc.Channel) -> None:
        self._stub = CustodyServiceStub(channel)  # type: ignore[no-untyped-call]

    def waiting(self, id_token: str) -> Sequence[Lost]:
        answer = call(self._stub.ListRecoveries, custody_pb2.ListRecoveriesRequest(id_token=id_token))
        return [
            Lost(
                one.handle,
                one.name,
                one.account,
                instant(one.asked_at),
                [Signed(signature.name, signature.body, signature.signed_at) for signature in one.signatures],
                one.mine_to_sign,
            )
            for one in answer.recoveries
        ]

    def options(self, id_token: str, handle: str, code: str) -> str:
        request = custody_pb2.BeginConfirmationRequest(id_token=id_token, handle=handle, code=code)
        return str(call(self._stub.BeginConfirmation, request).options)

    def confirm(self, id_token: str, handle: str, assertion: str) -> str:
        request = custody_pb2.ConfirmRecoveryRequest(id_token=id_token, handle=handle, assertion=assertion)
        return str(call(self._stub.ConfirmRecovery, request).state)
