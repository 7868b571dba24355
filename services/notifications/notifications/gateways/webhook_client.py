"""The way out to other systems' webhooks. Connects only to addresses that it has checked itself: a name that leads to
a private address, now or a moment later, is refused. Follows no redirection, uses no proxy, keeps no answer."""

import socket
import ssl
import time
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

import httpcore

from notifications.domain.webhooks import is_public_address

# What goes wrong with the other side, its name or its certificate (UnicodeError: a name that no host can have).
_THEIRS = (httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException, OSError, UnicodeError)


# Addresses of one name that are tried in turn.
_TRIED = 4


class Forbidden(Exception):
    """The name leads to an address where nothing may be sent."""


class WebhookClient:
    """Posts messages, in `timeout` seconds each at most, however slowly the other side answers. `private_allowed`: to
    addresses of this machine and its networks too (tests, demonstrations)."""

    def __init__(self, *, timeout: float, private_allowed: bool = False) -> None:
        self._timeout = dict.fromkeys(("connect", "read", "write", "pool"), timeout)
        self._pool = httpcore.ConnectionPool(
            ssl_context=ssl.create_default_context(),
            max_keepalive_connections=0,
            network_backend=_Guarded(private_allowed, timeout),
        )

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> str:
        """Send one message; answer the status ("204"), or a short name of what failed. Never raises for the other
        side's doing."""
        sent = [("content-type", "application/cloudevents+json"), ("user-agent", "paravent-webhooks/1")]
        sent += [("content-length", str(len(body))), *headers.items()]
        try:
            with self._pool.stream(
                "POST", _address(url), headers=sent, content=body, extensions={"timeout": self._timeout}
            ) as got:
                return str(got.status)
        except Forbidden:
            return "forbidden_address"
        except _THEIRS as error:
            return type(error).__name__

    def close(self) -> None:
        self._pool.close()


def _address(url: str) -> httpcore.URL:
    """The address as it was registered: httpcore itself would leave out what follows a semicolon."""
    parts = urlsplit(url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return httpcore.URL(scheme=parts.scheme, host=parts.hostname or "", port=parts.port, target=target)


class _Guarded(httpcore.NetworkBackend):
    """Resolves a name once, and connects to what it has looked at."""

    def __init__(self, private_allowed: bool, seconds: float) -> None:
        self._private_allowed = private_allowed
        self._seconds = seconds
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
        until = time.monotonic() + self._seconds
        for left in range(min(len(addresses), _TRIED), 0, -1):  # one may not answer beside another that does
            seconds = (until - time.monotonic()) / left
            try:
                made = self._inner.connect_tcp(addresses.pop(0), port, seconds, local_address, socket_options)
                return _Timed(made, until)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                if left == 1:
                    raise
        raise Forbidden  # a name without any address

    def connect_unix_socket(
        self, path: str, timeout: float | None = None, socket_options: Iterable[Any] | None = None
    ) -> httpcore.NetworkStream:
        raise Forbidden


class _Timed(httpcore.NetworkStream):
    """A connection that ends at a moment: a byte now and then does not prolong it."""

    def __init__(self, stream: httpcore.NetworkStream, until: float) -> None:
        self._stream = stream
        self._until = until

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._left(httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._left(httpcore.WriteTimeout))

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        left = self._left(httpcore.ConnectTimeout)
        return _Timed(self._stream.start_tls(ssl_context, server_hostname, left), self._until)

    def close(self) -> None:
        self._stream.close()

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)

    def _left(self, late: type[httpcore.TimeoutException]) -> float:
        left = self._until - time.monotonic()
        if left <= 0:
            raise late
        return left
