"""OpenBao's transit engine: wraps the keys of cases. One key of its own, this service's alone.

The key of a case is bound to the case by the associated data of the wrapping.
"""

import base64
import threading
import time
import uuid
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import hvac
import requests
from hvac.exceptions import Forbidden, InvalidRequest, VaultError

from casework.usecases.ports import KeysAway
from chassis.sealing.age import CannotOpen

T = TypeVar("T")

# Seconds: one request to OpenBao.
_TIMEOUT = 5
# A token is renewed by a new login once this share of its life has passed.
_RENEW_AFTER = 0.6


class Session:
    """A login by AppRole, shared by the threads of a process and renewed before it ends."""

    def __init__(self, address: str, role_id: str, secret_id: str, *, authority: Path | None = None) -> None:
        self._address = address
        self._role_id = role_id
        self._secret_id = secret_id
        self._verify: str | bool = str(authority) if authority else True
        self._lock = threading.Lock()
        self._local = threading.local()
        self._token = ""
        self._until = 0.0

    def __repr__(self) -> str:
        return "Session(•••)"

    def call(self, request: Callable[[hvac.Client], T]) -> T:
        """Make a request; after one refusal, log in again and repeat it. Raises KeysAway, or hvac's InvalidRequest."""
        try:
            try:
                return request(self._client())
            except Forbidden:
                self._until = 0.0
                return request(self._client())
        except InvalidRequest:
            raise
        except (VaultError, requests.RequestException) as error:
            raise KeysAway(type(error).__name__) from None

    def _client(self) -> hvac.Client:
        with self._lock:
            if time.monotonic() >= self._until:
                self._log_in()
        client = getattr(self._local, "client", None)
        if client is None:
            client = hvac.Client(url=self._address, timeout=_TIMEOUT, verify=self._verify)
            self._local.client = client
        client.token = self._token
        return client

    def _log_in(self) -> None:
        client = hvac.Client(url=self._address, timeout=_TIMEOUT, verify=self._verify)
        try:
            answer = client.auth.approle.login(self._role_id, self._secret_id, use_token=False)
        except InvalidRequest:
            raise KeysAway("OpenBao does not know this role") from None
        self._token = answer["auth"]["client_token"]
        self._until = time.monotonic() + answer["auth"]["lease_duration"] * _RENEW_AFTER


class TransitCaseKeys:
    """Wraps and unwraps the keys of cases, many in one request."""

    def __init__(self, session: Session, mount: str, key: str) -> None:
        self._session = session
        self._mount = mount
        self._key = key

    def wrap(self, keys: Sequence[tuple[uuid.UUID, bytes]]) -> list[str]:
        batch = [{"plaintext": _b64(key), "associated_data": _bound_to(case_id)} for case_id, key in keys]
        try:
            return [result["ciphertext"] for result in self._batch("encrypt_data", batch)]
        except InvalidRequest:
            raise KeysAway("OpenBao refuses to wrap") from None

    def unwrap(self, wrapped: Sequence[tuple[uuid.UUID, str]]) -> list[bytes]:
        batch = [{"ciphertext": text, "associated_data": _bound_to(case_id)} for case_id, text in wrapped]
        try:
            return [base64.b64decode(result["plaintext"]) for result in self._batch("decrypt_data", batch)]
        except InvalidRequest:
            raise CannotOpen("OpenBao refuses a key of this batch") from None

    def ping(self) -> None:
        """Raises KeysAway unless OpenBao answers and knows us."""
        self._session.call(lambda client: client.auth.token.lookup_self())

    def _batch(self, operation: str, batch: list[dict[str, str]]) -> list[dict[str, Any]]:
        def request(client: hvac.Client) -> Any:
            transit = getattr(client.secrets.transit, operation)
            return transit(self._key, batch_input=batch, mount_point=self._mount)

        results: list[dict[str, Any]] = self._session.call(request)["data"]["batch_results"]
        if any(result.get("error") for result in results):
            raise InvalidRequest
        return results


def _bound_to(case_id: uuid.UUID) -> str:
    return _b64(b"case/" + case_id.bytes)


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode()
