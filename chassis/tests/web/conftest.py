"""A real server for one application, a real browser, and a real identity provider."""

import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import pytest
import uvicorn
from fastapi import FastAPI

from chassis.testing import eventually
from chassis.web import WebSettings

TEMPLATES = Path(__file__).parent / "templates"
SESSION_KEY = "5e" * 32


@contextmanager
def _serving(app: FastAPI, listener: socket.socket) -> Iterator[str]:
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False, server_header=False))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    eventually(lambda: server.started)
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    thread.join(10)


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
def serving(listener) -> Iterator[Callable[[FastAPI], httpx.Client]]:
    """Serve an application until the end of the test; answers a client that follows nothing by itself."""
    with ExitStack() as stack:

        def serve(app: FastAPI) -> httpx.Client:
            address = stack.enter_context(_serving(app, listener))
            return stack.enter_context(httpx.Client(base_url=address, trust_env=False))

        yield serve


@pytest.fixture(scope="session")
def browser():
    """Chromium: the system's, or the one that CHROMIUM names."""
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as playwright:
        path = os.environ.get("CHROMIUM", "/usr/bin/chromium")
        chromium = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield chromium
        chromium.close()
