"""The way out to other systems' webhooks. Connects only to addresses that it has checked itself: a name that leads to
a private address, now or a moment later, is refused. Follows no redirection, uses no proxy, keeps no answer."""

import socket
import ssl
from collections.abc import Iterable, Mapping
from typing import Any

import httpcore

from notifications.domain.webhooks import is_public_address

# What goes wrong with the other side, its name or its certificate (UnicodeError: a name that no host can have).
_THEIRS = (httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException, OSError, UnicodeError)


class Forbidden(Exception):
    """The name leads to an address where nothing may be sent."""


class WebhookClient:
    """Posts messages. `private_allowed`: to addresses of this machine and its networks too (tests, demonstrations)."""

    def __init__(self, *, timeout: float, private_allowed: bool = False) -> None:
        self._timeout = dict.fromkeys(("connect", "read", "write", "pool"), timeout)
        self._pool = httpcore.ConnectionPool(
            ssl_context=ssl.create_default_context(),
            max_keepalive_connections=0,
            network_backend=_Guarded(private_allowed),
        )

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> str:
        """Send one message; answer the status ("204"), or a short name of what failed. Never raises for the other
        side's doing."""
        sent = [("content-type", "application/cloudevents+json"), ("user-agent", "paravent-webhooks/1")]
        sent += [("content-length", str(len(body))), *headers.items()]
        try:
            with self._pool.stream(
                "POST", url, headers=sent, content=body, extensions={"timeout": self._timeout}
            ) as got:
                return str(got.status)
        except Forbidden:
            return "forbidden_address"
        except _THEIRS as error:
            return type(error).__name__

    def close(self) -> None:
        self._pool.close()


class _Guarded(httpcore.NetworkBackend):
    """Resolves a name once, and connects to what it has looked at."""

    def __init__(self, private_allowed: bool) -> None:
        self._private_allowed = private_allowed
        self._inner = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        addresses = [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
        # One private address among public ones is one too many: the name is not what it should be.
        if not self._private_allowed and not all(is_public_address(address) for address in addresses):
            raise Forbidden
        return self._inner.connect_tcp(addresses[0], port, timeout, local_address, socket_options)

    def connect_unix_socket(
        self, path: str, timeout: float | None = None, socket_options: Iterable[Any] | None = None
    ) -> httpcore.NetworkStream:
        raise Forbidden
