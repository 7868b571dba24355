"""A verifier of the real contract, over real mutual TLS, that keeps one agreement and one person's passkeys in memory.

For the pages' own tests: what it refuses can be chosen. The verifier's rules are tested with the verifier itself.
"""

import base64
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

import grpc
import webauthn
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url, parse_authentication_credential_json
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from chassis.rpc import Detail, Refused, Server, serve
from chassis.sealing import age
from chassis.settings import Tls
from paravent.identity_vault.v1 import disclosure_pb2 as wire
from paravent.identity_vault.v1.record_pb2 import DiscloserLayer, Identity
from paravent_rpc.identity_vault.v1.disclosure_pb2_grpc import (
    DisclosureServiceServicer,
    PasskeyServiceServicer,
    add_DisclosureServiceServicer_to_server,
    add_PasskeyServiceServicer_to_server,
)

NAME = "verifier.identity-vault.paravent"
DISCLOSER = "discloser.identity-vault.paravent"
PATH = "ab" * 32
_METHODS = {
    "DisclosureService": ("ListConsents", "BeginDisclosure", "ApproveReads", "RemoveLayer"),
    "PasskeyService": (
        *("BeginRegistration", "FinishRegistration", "BeginAssertion"),
        *("ListPasskeys", "RemovePasskey", "AskRecovery", "TakeRecoveryBack"),
    ),
}
_ALLOW = {f"/paravent.identity_vault.v1.{s}/{m}": [DISCLOSER] for s, methods in _METHODS.items() for m in methods}


def subject_of(id_token: str) -> str:
    """Whom an ID token names. Unchecked: this is not the verifier."""
    payload = id_token.split(".")[1]
    return str(json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))["sub"])


@dataclass
class SmallVerifier(DisclosureServiceServicer, PasskeyServiceServicer):
    """One agreement, addressed to `subject`. `refuse`: method -> what it refuses with."""

    origin: str
    recipient: str
    subject: str = "referent-1"
    identity: Identity | None = None
    ref: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    other_ref: bytes | None = None
    state: str = "effective"
    regime: str = "avdhas"
    fields: tuple[str, ...] = ("name", "position")
    passkey_waits_until: str = ""
    refuse: dict[str, Detail] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    accessors: list[str] = field(default_factory=list)
    bodies: list[tuple[str, bytes]] = field(default_factory=list)
    keys: dict[str, tuple[bytes, int]] = field(default_factory=dict)
    challenges: dict[str, bytes] = field(default_factory=dict)
    handle: str = ""

    def serve(self, tls: Tls) -> Server:
        services = [
            (add_DisclosureServiceServicer_to_server, self),
            (add_PasskeyServiceServicer_to_server, self),
        ]
        return serve(tls, 0, services, _ALLOW, threads=4)

    def consent(self) -> wire.ConsentSummary:
        return wire.ConsentSummary(
            handle=self.handle,
            addressee_name="Maxime Essai",
            addressee_body="Commune de Wancourt",
            purpose="meeting",
            case_label="7MLD-K2PA",
            fields=self.fields,
            signed_at="2026-11-20T09:05:00Z",
            effective_at="2026-11-21T09:05:00Z",
            valid_until="2026-12-31T23:00:00Z",
            state=self.state,
            regime=self.regime,
        )

    def ListConsents(self, request: Any, call: Any) -> Any:
        self._called("ListConsents")
        self.handle = secrets.token_hex(16)
        ready = bool(self.keys) and not self.passkey_waits_until
        mine = [self.consent()] if subject_of(request.id_token) == self.subject else []
        at = self.passkey_waits_until or ("2026-11-20T10:00:00Z" if self.keys else "")
        return wire.ListConsentsResponse(consents=mine, passkey_ready=ready, passkey_ready_at=at)

    def BeginRegistration(self, request: Any, call: Any) -> Any:
        self._called("BeginRegistration")
        if self.keys:
            self._touched("passkey", request.assertion)
        options = webauthn.generate_registration_options(
            rp_id="localhost",
            rp_name="Paravent",
            user_name="Maxime Essai",
            user_id=self.subject.encode(),
            exclude_credentials=[PublicKeyCredentialDescriptor(id=base64url_to_bytes(one)) for one in self.keys],
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.PREFERRED, user_verification=UserVerificationRequirement.REQUIRED
            ),
        )
        self.challenges["create"] = options.challenge
        return wire.BeginRegistrationResponse(options=webauthn.options_to_json(options))

    def FinishRegistration(self, request: Any, call: Any) -> Any:
        self._called("FinishRegistration")
        done = webauthn.verify_registration_response(
            credential=request.credential,
            expected_challenge=self.challenges.pop("create"),
            expected_rp_id="localhost",
            expected_origin=self.origin,
            require_user_verification=True,
        )
        self.keys[bytes_to_base64url(done.credential_id)] = (done.credential_public_key, done.sign_count)
        return wire.FinishRegistrationResponse(ready_at="2026-11-20T10:00:00Z")

    def BeginAssertion(self, request: Any, call: Any) -> Any:
        self._called("BeginAssertion")
        options = webauthn.generate_authentication_options(
            rp_id="localhost",
            allow_credentials=[PublicKeyCredentialDescriptor(id=base64url_to_bytes(one)) for one in self.keys],
            user_verification=UserVerificationRequirement.REQUIRED,
        )
        self.challenges[request.purpose] = options.challenge
        return wire.BeginAssertionResponse(options=webauthn.options_to_json(options))

    def BeginDisclosure(self, request: Any, call: Any) -> Any:
        self._called("BeginDisclosure")
        if self.state != "effective":
            raise Refused(grpc.StatusCode.FAILED_PRECONDITION, Detail(self.state))
        self._touched(f"consent:{request.handle}", request.assertion)
        self.state = "used"
        return wire.BeginDisclosureResponse(disclosure_id=bytes(16), paths=[PATH])

    def ApproveReads(self, request: Any, call: Any) -> Any:
        self._called("ApproveReads")
        self.accessors += request.accessors
        return wire.ApproveReadsResponse()

    def RemoveLayer(self, request: Any, call: Any) -> Any:
        self._called("RemoveLayer")
        self.bodies += [(record.path, record.body) for record in request.records]
        layer = DiscloserLayer(version=1, ref=self.other_ref or self.ref, identity=self.identity)
        layer.padding = bytes(2048 - 3 - layer.ByteSize())
        inner = age.seal_fixed(self.recipient, layer.SerializeToString(), 3072)
        return wire.RemoveLayerResponse(inner=inner, ref=self.ref, consent=self.consent())

    def _called(self, method: str) -> None:
        self.calls.append(method)
        if method in self.refuse:
            raise Refused(grpc.StatusCode.FAILED_PRECONDITION, self.refuse[method])

    def _touched(self, purpose: str, assertion: str) -> None:
        try:
            key, count = self.keys[parse_authentication_credential_json(assertion).id]
            webauthn.verify_authentication_response(
                credential=assertion,
                expected_challenge=self.challenges.pop(purpose),
                expected_rp_id="localhost",
                expected_origin=self.origin,
                credential_public_key=key,
                credential_current_sign_count=count,
                require_user_verification=True,
            )
        except Exception:
            raise Refused(grpc.StatusCode.UNAUTHENTICATED, Detail.BAD_PASSKEY) from None
