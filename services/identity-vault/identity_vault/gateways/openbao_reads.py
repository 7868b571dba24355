"""The discloser's reads: held back by OpenBao until the verifier lets each through.

The answer to a read is a wrapping token and its accessor. The accessor goes to the verifier; the token stays in this
process's memory, since whoever has it collects the record once it is let through, again and again, for a minute. So
each disclosure has a login of its own, which ends with it: that ends its wrapping tokens as well.

    with reads.reading() as reading:
        accessors = [reading.request(path) for path in paths]    # to the verifier, which approves them
        records = reading.collect()                              # [(path, body)], bodies for usecases.bodies.unlock
"""

import base64
import binascii
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import hvac
import requests
from hvac.exceptions import Forbidden, InvalidPath, InvalidRequest, VaultError

from chassis import logs
from chassis.rpc import Detail
from identity_vault.domain.record import STORED_VERSION
from identity_vault.gateways.openbao import log_in, stage_of
from identity_vault.settings import OpenBaoSettings
from identity_vault.usecases.disclosing import ReadRefused

log = logs.get(__name__)


class OpenBaoReads:
    """Opens readings. Implements `usecases.disclosing.ControlledReads`."""

    def __init__(self, settings: OpenBaoSettings) -> None:
        self._settings = settings
        self._mount = settings.openbao_mount
        self._watch = log_in(settings)

    @contextmanager
    def reading(self) -> Iterator["OpenBaoReading"]:
        """One disclosure's reads. Raises ReadRefused (store-away) when there is no login to be had."""
        session = log_in(self._settings)
        try:
            client = session.client()
        except (VaultError, requests.RequestException) as error:
            raise _away(error) from None
        try:
            yield OpenBaoReading(client, self._mount)
        finally:
            _end(client)

    def ping(self) -> None:
        """Raise unless OpenBao answers and knows us."""
        self._watch.client().auth.token.lookup_self()


class OpenBaoReading:
    """Reads under one login. Implements `usecases.disclosing.Reading`."""

    def __init__(self, client: hvac.Client, mount: str) -> None:
        self._client = client
        self._mount = mount
        self._waiting: dict[str, str] = {}

    def __repr__(self) -> str:
        return "OpenBaoReading(•••)"

    def request(self, path: str, *, staged: bool = False) -> str:
        """Ask for the record at `path`; the accessor, to be approved within a minute. Raises ReadRefused.

        `staged`: for the copy that a sweep keeps while it moves the record.
        """
        mount = stage_of(self._mount) if staged else self._mount
        try:
            answer = self._client.read(f"{mount}/data/{path}")
        except (Forbidden, InvalidPath):
            raise ReadRefused(Detail.DENIED) from None
        except (VaultError, requests.RequestException) as error:
            raise _away(error) from None
        held = answer and answer.get("wrap_info")
        if not held or answer.get("data"):
            log.critical("reads.not_controlled")  # the policy lost its control group: what came is not looked at
            raise ReadRefused(Detail.DENIED)
        self._waiting[path] = held["token"]
        return str(held["accessor"])

    def collect(self) -> Sequence[tuple[str, bytes]]:
        """Path and body (4,124 bytes) of every record that is there, once.

        Raises ReadRefused: `denied` unless all were let through, in time; `record-mismatch` for what is no record.
        """
        waiting, self._waiting = self._waiting, {}
        found = ((path, self._unwrap(token)) for path, token in waiting.items())
        return [(path, body) for path, body in found if body is not None]

    def _unwrap(self, token: str) -> bytes | None:
        try:
            answer = self._client.adapter.post("/v1/sys/wrapping/unwrap", json={"token": token})
        except InvalidPath:
            return None
        except (Forbidden, InvalidRequest):
            raise ReadRefused(Detail.DENIED) from None
        except (VaultError, requests.RequestException) as error:
            raise _away(error) from None
        return _body(answer)


def _body(answer: Any) -> bytes | None:
    """What stands in an answer to a read; None where there is no record (204) or it was deleted."""
    data = answer["data"] if isinstance(answer, dict) else None
    content = data and data.get("data")
    if not content:
        return None
    try:
        if content["version"] != STORED_VERSION:
            raise ReadRefused(Detail.RECORD_MISMATCH)
        return base64.b64decode(content["record"], validate=True)
    except (KeyError, TypeError, binascii.Error):
        raise ReadRefused(Detail.RECORD_MISMATCH) from None


def _end(client: hvac.Client) -> None:
    """The wrapping tokens end with the login that asked for them. Failing that, they end with their minute."""
    try:
        client.auth.token.revoke_self()
    except (VaultError, requests.RequestException) as error:
        log.error("reads.login_left", exc_info=error)
    finally:
        client.adapter.close()


def _away(error: Exception) -> ReadRefused:
    log.warning("reads.away", exc_info=error)
    return ReadRefused(Detail.STORE_AWAY)
