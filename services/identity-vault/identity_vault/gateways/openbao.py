"""Sealed records in OpenBao's KV v2, under a token that may create and nothing else."""

import base64
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import hvac
import requests
from hvac.exceptions import Forbidden, InvalidRequest, VaultError

from chassis import logs
from identity_vault.domain.record import STORED_VERSION
from identity_vault.settings import OpenBaoSettings
from identity_vault.usecases.ports import StoreAway

log = logs.get(__name__)

# Seconds that one request to OpenBao may take; a call to the sealer has about five.
_TIMEOUT = 4
# A token is renewed once this share of its life has passed.
_RENEW_AFTER = 0.6
_TRIES = 3


class Session:
    """A login by AppRole that the threads of a process share: renewed while it can be, else made anew."""

    def __init__(
        self, address: str, role_id: str, secret_id: str, *, namespace: str | None = None, authority: Path | None = None
    ) -> None:
        self._options = {"url": address, "namespace": namespace, "timeout": _TIMEOUT}
        self._options["verify"] = str(authority) if authority else True
        self._credentials = (role_id, secret_id)
        self._lock = threading.Lock()
        self._local = threading.local()
        self._token = ""
        self._renew_at = float("-inf")
        self._ends_at = float("-inf")

    def __repr__(self) -> str:
        return "Session(•••)"

    def client(self) -> hvac.Client:
        """This thread's client, with a live token. Raises what hvac and requests raise."""
        client = getattr(self._local, "client", None)
        if client is None:
            client = self._local.client = hvac.Client(**self._options)
        if time.monotonic() >= self._renew_at:
            self._refresh(client)
        client.token = self._token
        return client

    def drop(self, token: str) -> None:
        """This token was refused: log in again next time."""
        with self._lock:
            if token == self._token:
                self._renew_at = self._ends_at = float("-inf")

    def _refresh(self, client: hvac.Client) -> None:
        with self._lock:
            if time.monotonic() < self._renew_at:
                return  # another thread did it
            answer = self._renew(client) or client.auth.approle.login(*self._credentials, use_token=False)
            self._token = answer["auth"]["client_token"]
            life = answer["auth"]["lease_duration"]
            self._renew_at = time.monotonic() + life * _RENEW_AFTER
            self._ends_at = time.monotonic() + life

    def _renew(self, client: hvac.Client) -> Any:
        """A longer life for the token; None when it must be replaced: near its longest life, the gain shrinks."""
        if time.monotonic() >= self._ends_at:
            return None
        client.token = self._token
        try:
            answer = client.auth.token.renew_self()
        except Forbidden:
            return None
        return answer if answer["auth"]["lease_duration"] > 60 else None


def stage_of(mount: str) -> str:
    """The mount where the sweep keeps a record while its own path is empty."""
    return f"{mount}-stage"


def log_in(settings: OpenBaoSettings) -> Session:
    """A login with the credentials of the settings. It waits for the first use."""
    return Session(
        settings.openbao_address,
        settings.openbao_role_id.get_secret_value(),
        settings.openbao_secret_id.get_secret_value(),
        namespace=settings.openbao_namespace,
        authority=settings.openbao_authority,
    )


def connect(settings: OpenBaoSettings) -> "OpenBaoRecords":
    """The records, as the sealer writes them."""
    return OpenBaoRecords(log_in(settings), settings.openbao_mount)


class OpenBaoRecords:
    """Writes records under `mount`."""

    def __init__(self, session: Session, mount: str) -> None:
        self._session = session
        self._mount = mount

    def create(self, path: str, body: bytes) -> bool:
        """True when the record is new, False when the path holds one already. Raises StoreAway.

        OpenBao answers 403 both for a record that exists and for a token that may not write: the token's own rights
        tell which. A token that is no more is replaced. A write that lost against another one at the same moment gets
        a 400, as do others: the next try tells what it was.
        """
        return self.put(path, {"version": STORED_VERSION, "record": base64.b64encode(body).decode()})

    def put(self, path: str, content: Mapping[str, object]) -> bool:
        """As `create`, with what a record consists of in OpenBao."""
        try:
            for _ in range(_TRIES):
                created = self._try_to_create(path, content)
                if created is not None:
                    return created
        except (VaultError, requests.RequestException) as error:
            log.warning("records.away", exc_info=error)
            raise StoreAway from None
        log.error("records.refused")
        raise StoreAway

    def ping(self) -> None:
        """Raise unless OpenBao answers and knows us."""
        self._session.client().auth.token.lookup_self()

    def _try_to_create(self, path: str, content: Mapping[str, object]) -> bool | None:
        """None when another try may tell more."""
        client = self._session.client()
        try:
            client.secrets.kv.v2.create_or_update_secret(path, dict(content), cas=0, mount_point=self._mount)
        except Forbidden:
            return self._is_there(client, path)
        except InvalidRequest:
            return None
        return True

    def _is_there(self, client: hvac.Client, path: str) -> bool | None:
        """Was the write refused because the record exists? Then False: nothing was created."""
        full = f"{self._mount}/data/{path}"
        try:
            rights = client.sys.get_capabilities([full])["data"][full]
        except Forbidden:
            self._session.drop(client.token)
            return None
        if "create" not in rights:
            log.error("records.denied")
            raise StoreAway
        return False
