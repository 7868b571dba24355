"""WebAuthn through the `webauthn` package: one relying party, user verification always asked for and checked."""

import json
from collections.abc import Sequence
from typing import Any

import webauthn
from cryptography.exceptions import UnsupportedAlgorithm
from webauthn.helpers import base64url_to_bytes, parse_client_data_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AttestationConveyancePreference,
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from identity_vault.usecases.verifier_ports import BadCredential, NewCredential

# Milliseconds that a browser gives: the challenge lives as long.
_TIMEOUT = 120_000
_LARGEST = 65_536
# What the package raises for what is not WebAuthn at all.
_FAULTS = (WebAuthnException, ValueError, KeyError, TypeError, AttributeError, IndexError, UnsupportedAlgorithm)


class WebAuthn:
    """`rp_id`: the domain of the vault's pages; `origin`: their address, `https://...` without a path."""

    def __init__(self, rp_id: str, origin: str) -> None:
        self._rp_id = rp_id
        self._origin = origin

    def creation_options(self, challenge: bytes, *, user: bytes, name: str, known: Sequence[bytes]) -> str:
        options = webauthn.generate_registration_options(
            rp_id=self._rp_id,
            rp_name="Paravent",
            user_id=user,
            user_name=name or "Personne habilitée",
            challenge=challenge,
            timeout=_TIMEOUT,
            attestation=AttestationConveyancePreference.NONE,
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.PREFERRED,
                user_verification=UserVerificationRequirement.REQUIRED,
            ),
            exclude_credentials=[PublicKeyCredentialDescriptor(id=identifier) for identifier in known],
        )
        return webauthn.options_to_json(options)

    def request_options(self, challenge: bytes, *, allowed: Sequence[bytes]) -> str:
        options = webauthn.generate_authentication_options(
            rp_id=self._rp_id,
            challenge=challenge,
            timeout=_TIMEOUT,
            allow_credentials=[PublicKeyCredentialDescriptor(id=identifier) for identifier in allowed],
            user_verification=UserVerificationRequirement.REQUIRED,
        )
        return webauthn.options_to_json(options)

    def challenge_of(self, credential: str) -> bytes:
        try:
            data = base64url_to_bytes(_parsed(credential)["response"]["clientDataJSON"])
            return parse_client_data_json(data).challenge
        except _FAULTS:
            raise BadCredential from None

    def credential_of(self, assertion: str) -> bytes:
        try:
            return base64url_to_bytes(_parsed(assertion)["id"])
        except _FAULTS:
            raise BadCredential from None

    def created(self, credential: str, challenge: bytes) -> NewCredential:
        try:
            made = webauthn.verify_registration_response(
                credential=_parsed(credential),
                expected_challenge=challenge,
                expected_rp_id=self._rp_id,
                expected_origin=self._origin,
                require_user_verification=True,
            )
        except _FAULTS:
            raise BadCredential from None
        return NewCredential(made.credential_id, made.credential_public_key, made.sign_count)

    def asserted(self, assertion: str, challenge: bytes, *, public_key: bytes, sign_count: int) -> int:
        try:
            seen = webauthn.verify_authentication_response(
                credential=_parsed(assertion),
                expected_challenge=challenge,
                expected_rp_id=self._rp_id,
                expected_origin=self._origin,
                credential_public_key=public_key,
                credential_current_sign_count=sign_count,
                require_user_verification=True,
            )
        except _FAULTS:
            raise BadCredential from None
        return seen.new_sign_count


def _parsed(text: str) -> dict[str, Any]:
    content = json.loads(text) if len(text) <= _LARGEST else None
    if not isinstance(content, dict):
        raise BadCredential
    return content
