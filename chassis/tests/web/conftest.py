"""A real server for one application, a real chromium, and a real identity provider."""

import logging
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from chassis import logs
from chassis.web import WebSettings, create_app
from tests.support.clients import client
from tests.support.serving import serving as served

TEMPLATES = Path(__file__).parent / "templates"
SESSION_KEY = "5e" * 32


@contextmanager
def _running(app: FastAPI, listener: socket.socket) -> Iterator[str]:
    with served(app, listener):
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """A port that is ours before the application needs to know its own address."""
    with socket.create_server(("127.0.0.1", 0)) as made:
        yield made


@pytest.fixture
def settings(listener) -> WebSettings:
    address = f"http://127.0.0.1:{listener.getsockname()[1]}"
    return WebSettings(public_url=address, cookie_secure=False, session_key=SESSION_KEY)


@pytest.fixture
def templates() -> Path:
    return TEMPLATES


@pytest.fixture
def app(settings) -> FastAPI:
    return create_app("essai", TEMPLATES, settings, title="Signalement et écoute")


@pytest.fixture
def serving(listener) -> Iterator[Callable[[FastAPI], httpx.Client]]:
    """Serve an application until the end of the test; answers a client that follows no redirection by itself."""
    with ExitStack() as stack:

        def serve(app: FastAPI) -> httpx.Client:
            address = stack.enter_context(_running(app, listener))
            return stack.enter_context(client(address))

        yield serve


@pytest.fixture
def running() -> Iterator[Callable[[FastAPI], str]]:
    """Serve further applications, each on a port of its own; answers their addresses."""
    with ExitStack() as stack:

        def run(app: FastAPI) -> str:
            listener = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
            return stack.enter_context(_running(app, listener))

        yield run


@pytest.fixture
def production_logs() -> Iterator[None]:
    """Logs as in production; the process gets its own back at the end."""
    hooks = sys.excepthook, threading.excepthook, sys.unraisablehook
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    logs.configure("essai", "web")
    yield
    logging.captureWarnings(False)
    logging.raiseExceptions = True
    root.handlers[:], root.level = handlers, level
    sys.excepthook, threading.excepthook, sys.unraisablehook = hooks
