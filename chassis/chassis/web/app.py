"""The FastAPI application that every service with pages starts from."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

from fastapi import FastAPI, Response

from chassis.web.assets import THEME, Assets
from chassis.web.pages import environment
from chassis.web.settings import WebSettings
from chassis.web.state import WebState

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]


def create_app(
    service: str,
    templates: Path,
    settings: WebSettings,
    *,
    title: str,
    static: Path | None = None,
    lifespan: Lifespan | None = None,
) -> FastAPI:
    """An application with our headers, error pages, theme and health checks, and without any route of its own yet."""
    app = FastAPI(title=title, docs_url=None, redoc_url=None, openapi_url=None, lifespan=lifespan)
    assets = Assets([THEME, static] if static else [THEME])
    app.state.web = WebState(service, title, settings, environment(templates, assets, title), assets)

    @app.get("/static/{name:path}")
    def static_file(name: str) -> Response:
        return assets.answer(name)

    return app
