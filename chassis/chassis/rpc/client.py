"""The client's side: mutual TLS, the server known by the name in its certificate, a deadline on every call."""

from collections.abc import Callable
from typing import Any, NamedTuple

import grpc

from chassis.settings import Tls

# How long a call may take when its caller does not say (seconds).
DEADLINE = 5.0

_OPTIONS = [
    ("grpc.enable_http_proxy", 0),
    ("grpc.max_reconnect_backoff_ms", 5_000),  # by default two minutes: too long after an outage
]


def channel(address: str, tls: Tls | None, server_name: str, *, deadline: float = DEADLINE) -> grpc.Channel:
    """A channel to `address` (host:port), where the process named `server_name` must answer.

    Raises ValueError without a certificate. Calls raise grpc.RpcError: UNAVAILABLE when either side refuses the
    other's certificate, DEADLINE_EXCEEDED after `deadline` seconds unless the call says otherwise.
    """
    if tls is None:
        raise ValueError("a channel needs a certificate: there is no plaintext mode")
    credentials = grpc.ssl_channel_credentials(
        tls.authority.read_bytes(), tls.key.read_bytes(), tls.certificate.read_bytes()
    )
    options = [*_OPTIONS, ("grpc.ssl_target_name_override", server_name)]
    return grpc.intercept_channel(grpc.secure_channel(address, credentials, options), _Deadline(deadline))


class _Details(NamedTuple):
    method: str
    timeout: float | None
    metadata: Any
    credentials: Any
    wait_for_ready: bool | None
    compression: Any


class _Deadline(
    grpc.UnaryUnaryClientInterceptor,  # type: ignore[misc]  # grpc has no types
    grpc.UnaryStreamClientInterceptor,  # type: ignore[misc]
    grpc.StreamUnaryClientInterceptor,  # type: ignore[misc]
    grpc.StreamStreamClientInterceptor,  # type: ignore[misc]
):
    """Gives its deadline to every call that comes without one."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    def _intercept(self, proceed: Callable[[Any, Any], Any], details: Any, request: Any) -> Any:
        timeout = self._seconds if details.timeout is None else details.timeout
        others = (details.metadata, details.credentials, details.wait_for_ready, details.compression)
        return proceed(_Details(details.method, timeout, *others), request)

    intercept_unary_unary = _intercept
    intercept_unary_stream = _intercept
    intercept_stream_unary = _intercept
    intercept_stream_stream = _intercept
