"""Serving an application: uvicorn for one process, granian for several.

No access log (it would tie an address to a minute), no server name in the answers, and no trust in headers by which a
proxy would tell the client's address: nobody here wants to know it.
"""

import ctypes
import importlib
import os
import signal
import socket
import sys
import time
from collections.abc import Callable

from fastapi import FastAPI

from chassis.memory import keep_private
from chassis.web.settings import WebSettings

Factory = Callable[[], FastAPI] | str
FACTORY = "PARAVENT_WEB_FACTORY"  # how the parent tells its workers what to make
PATIENCE = 3.0  # seconds for a process that has just been killed to let go of its port
GRACE = 10  # seconds given to requests under way when the process is told to stop


class PortTaken(Exception):
    """Somebody listens there already."""


def serve(factory: Factory, settings: WebSettings) -> None:
    """Serve until SIGTERM. Raises PortTaken.

    `factory` makes the application: "module:function", or a function when there is one worker. Several workers are
    processes of their own that run nothing but the factory, so logs and telemetry are configured there.
    """
    refuse_taken_port(settings.host, settings.port)
    if settings.workers > 1:
        _serve_with_granian(factory, settings)
    else:
        _serve_with_uvicorn(factory, settings)


def refuse_taken_port(host: str, port: int, *, within: float = PATIENCE) -> None:
    """granian shares its port: a process forgotten there would silently take part of the requests."""
    deadline = time.monotonic() + within
    while not _free(host, port):
        if time.monotonic() > deadline:
            raise PortTaken(f"port {port} is taken")
        time.sleep(0.1)


def worker() -> FastAPI:
    """What each granian worker runs."""
    _die_with_parent()
    keep_private()  # granian starts its workers anew: what the parent asked of the kernel does not hold for them
    return _imported(os.environ[FACTORY])()


def _free(host: str, port: int) -> bool:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # remains of closed connections do not count
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def _die_with_parent() -> None:
    """A worker whose parent was killed would go on serving old code on a port that its successor then cannot have."""
    if sys.platform == "linux":
        set_parent_death_signal = 1  # PR_SET_PDEATHSIG, prctl(2)
        ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGKILL)


def _serve_with_uvicorn(factory: Factory, settings: WebSettings) -> None:
    import uvicorn

    make = factory if callable(factory) else _imported(factory)
    uvicorn.run(
        make(),
        host=settings.host,
        port=settings.port,
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=GRACE,
    )


def _serve_with_granian(factory: Factory, settings: WebSettings) -> None:
    from granian import Granian
    from granian.constants import Interfaces

    if callable(factory):
        raise TypeError("several workers need the factory's name, not the function")
    os.environ[FACTORY] = factory
    Granian(
        "chassis.web.server:worker",
        address=settings.host,
        port=settings.port,
        interface=Interfaces.ASGI,
        workers=settings.workers,
        factory=True,
        websockets=False,
        log_enabled=False,
        log_access=False,
        respawn_failed_workers=True,
        workers_kill_timeout=GRACE,
    ).serve()


def _imported(name: str) -> Callable[[], FastAPI]:
    module, _, function = name.partition(":")
    made: Callable[[], FastAPI] = getattr(importlib.import_module(module), function)
    return made
