"""Serving an application."""

import importlib
from collections.abc import Callable

from fastapi import FastAPI

from chassis.web.settings import WebSettings

Factory = Callable[[], FastAPI] | str


def serve(factory: Factory, settings: WebSettings) -> None:
    """Serve until SIGTERM. `factory` makes the application: a function, or "module:function" for several workers."""
    import uvicorn

    app = _make(factory)()
    uvicorn.run(
        app,
        host=settings.host,
        port=settings.port,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        log_level="warning",
    )


def _make(factory: Factory) -> Callable[[], FastAPI]:
    if callable(factory):
        return factory
    module, _, name = factory.partition(":")
    made: Callable[[], FastAPI] = getattr(importlib.import_module(module), name)
    return made
