"""An application served for real, in a thread of the test's process."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn

from chassis.testing import eventually


@contextmanager
def serving(app: Any, listener: Any) -> Iterator[None]:
    """On a socket that listens already, so that the application could be told its own address; as in production,
    without a log of who asked what."""
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False, server_header=False))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    eventually(lambda: server.started)
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(10)
