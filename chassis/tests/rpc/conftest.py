"""A small service with one method of each kind, and processes with certificates around it."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import grpc
import pytest

from chassis.rpc import Call, Detail, Refused, Server, channel, serve
from chassis.settings import Tls

SERVICE = "paravent.test.v1.EchoService"
SERVER = "echo.test.paravent"
CLIENT = "web.test.paravent"
METHODS = ("Once", "Many", "Gather", "Chat", "Slow", "Crash", "Refuse")


class Echo:
    """Records what reached it: a guarded call never does."""

    def __init__(self) -> None:
        self.reached: list[str] = []
        self.metadata: list[str] = []

    def once(self, request: bytes, call: Call) -> bytes:
        self.reached.append("Once")
        self.metadata.extend(key for key, _ in call._context.invocation_metadata())
        return request

    def many(self, request: bytes, call: Call) -> Iterator[bytes]:
        self.reached.append("Many")
        yield from (request, request)

    def gather(self, requests: Iterator[bytes], call: Call) -> bytes:
        self.reached.append("Gather")
        return b"".join(requests)

    def chat(self, requests: Iterator[bytes], call: Call) -> Iterator[bytes]:
        self.reached.append("Chat")
        yield from requests

    def slow(self, request: bytes, call: Call) -> bytes:
        while call.is_active():
            time.sleep(0.01)
        return request

    def crash(self, request: bytes, call: Call) -> bytes:
        raise ValueError(f"the words of {request!r}")

    def refuse(self, request: bytes, call: Call) -> bytes:
        raise Refused(grpc.StatusCode.INVALID_ARGUMENT, Detail.INVALID_RECORD)


def add_echo(echo: Echo, server: Any) -> None:
    """What a generated `add_EchoServicer_to_server` does."""
    handlers = {
        "Once": grpc.unary_unary_rpc_method_handler(echo.once),
        "Many": grpc.unary_stream_rpc_method_handler(echo.many),
        "Gather": grpc.stream_unary_rpc_method_handler(echo.gather),
        "Chat": grpc.stream_stream_rpc_method_handler(echo.chat),
        "Slow": grpc.unary_unary_rpc_method_handler(echo.slow),
        "Crash": grpc.unary_unary_rpc_method_handler(echo.crash),
        "Refuse": grpc.unary_unary_rpc_method_handler(echo.refuse),
    }
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(SERVICE, handlers),))
    server.add_registered_method_handlers(SERVICE, handlers)


def everybody(*clients: str) -> dict[str, list[str]]:
    return {f"/{SERVICE}/{method}": list(clients) for method in METHODS}


@pytest.fixture
def echo() -> Echo:
    return Echo()


@pytest.fixture
def start(certificates: Any, echo: Echo) -> Iterator[Callable[..., Server]]:
    """Starts the echo server with an allow-list."""
    started: list[Server] = []

    def make(allow: dict[str, list[str]] | None = None, **options: Any) -> Server:
        tls = certificates.issue(SERVER)
        server = serve(tls, 0, [(add_echo, echo)], everybody(CLIENT) if allow is None else allow, **options)
        started.append(server)
        return server

    yield make
    for server in started:
        server.stop(0)


@pytest.fixture
def connect(certificates: Any) -> Iterator[Callable[..., grpc.Channel]]:
    """Connects as a client of some name."""
    opened: list[grpc.Channel] = []

    def make(server: Server, client: str = CLIENT, *, tls: Tls | None = None, **options: Any) -> grpc.Channel:
        made = channel(f"127.0.0.1:{server.port}", tls or certificates.issue(client), SERVER, **options)
        opened.append(made)
        return made

    yield make
    for made in opened:
        made.close()


@pytest.fixture
def call_each_kind() -> Callable[[grpc.Channel], dict[str, Callable[[], Any]]]:
    """One call of each kind on a channel, not yet made."""

    def make(to: grpc.Channel) -> dict[str, Callable[[], Any]]:
        return {
            "Once": lambda: to.unary_unary(f"/{SERVICE}/Once")(b"x"),
            "Many": lambda: list(to.unary_stream(f"/{SERVICE}/Many")(b"x")),
            "Gather": lambda: to.stream_unary(f"/{SERVICE}/Gather")(iter([b"x", b"y"])),
            "Chat": lambda: list(to.stream_stream(f"/{SERVICE}/Chat")(iter([b"x", b"y"]))),
        }

    return make
