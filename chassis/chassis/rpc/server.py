"""A gRPC server that starts only when every one of its methods has an allow-list."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc

from chassis.health import Health
from chassis.rpc.calls import Call, Detail, Refused
from chassis.rpc.guard import Guard
from chassis.settings import Tls

# (add_XServicer_to_server, the servicer)
Service = tuple[Callable[[Any, Any], None], Any]

_HEALTH = ("/grpc.health.v1.Health/Check", "/grpc.health.v1.Health/List", "/grpc.health.v1.Health/Watch")
_LARGEST_MESSAGE = 1024 * 1024
_OPTIONS = [
    ("grpc.so_reuseport", 0),  # else a forgotten process on the port silently takes a share of the calls
    ("grpc.max_receive_message_length", _LARGEST_MESSAGE),
]


class ServerRefused(Exception):
    """The server must not start: its methods and its allow-lists do not match, or its port is taken."""


class Server:
    """A server that runs. `port` is the one it listens on."""

    def __init__(self, server: grpc.Server, port: int) -> None:
        self._server = server
        self.port = port

    def stop(self, grace: float = 5) -> None:
        """Take no new call, give the current ones `grace` seconds."""
        self._server.stop(grace).wait()

    def wait(self) -> None:
        """Block until the server is stopped."""
        self._server.wait_for_termination()


def serve(
    tls: Tls | None,
    port: int,
    services: Sequence[Service],
    allow: Mapping[str, Sequence[str]],
    *,
    host: str = "127.0.0.1",
    health: Health | None = None,
    probes: Sequence[str] = (),
    threads: int = 16,
) -> Server:
    """Start serving. `allow`: full method name -> client names; `probes`: who may ask after its health.

    Raises ServerRefused, before it listens, for a method without a list, a list without a method, or no certificate.
    """
    if tls is None:
        raise ServerRefused("a server needs its certificate: there is no plaintext mode")
    lists = {**allow, **dict.fromkeys(_HEALTH, tuple(probes))}
    server = grpc.server(ThreadPoolExecutor(threads, "rpc"), interceptors=[Guard(lists)], options=_OPTIONS)
    registrar = _Registrar(server)
    for add, servicer in services:
        add(servicer, registrar)
    _compare(registrar.methods, allow)
    health_pb2_grpc.add_HealthServicer_to_server(_HealthServicer(health or Health()), server)
    try:
        bound = server.add_secure_port(f"{host}:{port}", _credentials(tls))
    except RuntimeError:
        raise ServerRefused(f"port {port} cannot be listened on") from None
    server.start()
    return Server(server, bound)


class _Registrar:
    """Notes the name of every method on its way to the server."""

    def __init__(self, server: grpc.Server) -> None:
        self._server = server
        self.methods: set[str] = set()

    def add_generic_rpc_handlers(self, handlers: Any) -> None:
        self._server.add_generic_rpc_handlers(handlers)

    def add_registered_method_handlers(self, service: str, handlers: Mapping[str, Any]) -> None:
        self.methods |= {f"/{service}/{method}" for method in handlers}
        self._server.add_registered_method_handlers(service, handlers)


def _compare(methods: set[str], allow: Mapping[str, Sequence[str]]) -> None:
    without = sorted(method for method in methods if not allow.get(method))
    unknown = sorted(set(allow) - methods)
    if without:
        raise ServerRefused(f"methods without an allow-list: {', '.join(without)}")
    if unknown:
        raise ServerRefused(f"allow-lists of methods that are not served: {', '.join(unknown)}")


def _credentials(tls: Tls) -> grpc.ServerCredentials:
    pair = (tls.key.read_bytes(), tls.certificate.read_bytes())
    return grpc.ssl_server_credentials([pair], root_certificates=tls.authority.read_bytes(), require_client_auth=True)


class _HealthServicer(health_pb2_grpc.HealthServicer):  # type: ignore[misc]  # grpc has no types
    """grpc.health.v1: one answer for the whole process. Watching would hold a thread for each watcher."""

    def __init__(self, health: Health) -> None:
        self._health = health

    def Check(self, request: Any, call: Call) -> Any:  # noqa: N802 (the contract's name)
        serving = health_pb2.HealthCheckResponse.SERVING
        return health_pb2.HealthCheckResponse(
            status=serving if self._health.ready() else health_pb2.HealthCheckResponse.NOT_SERVING
        )

    def List(self, request: Any, call: Call) -> Any:  # noqa: N802 (the contract's name)
        return health_pb2.HealthListResponse(statuses={"": self.Check(request, call)})

    def Watch(self, request: Any, call: Call) -> Any:  # noqa: N802 (the contract's name)
        raise Refused(grpc.StatusCode.UNIMPLEMENTED, Detail.NOT_SERVED)
