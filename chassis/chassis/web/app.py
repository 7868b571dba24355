"""The FastAPI application that every service with pages starts from."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import anyio.to_thread
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse

from chassis.health import Health
from chassis.telemetry import TraceRequests
from chassis.web.assets import THEME, Assets
from chassis.web.cookies import SealedCookie
from chassis.web.edge import Edge
from chassis.web.errors import install_error_pages
from chassis.web.pages import environment, page
from chassis.web.people import LIFETIME, ClosedSessions
from chassis.web.settings import WebSettings
from chassis.web.state import WebState

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]

# FastAPI traces by itself as soon as OpenTelemetry is set up: paths, queries, addresses, exception messages. Never.
NO_TELEMETRY = {"tracing": False, "metrics": False, "logs": False, "operation_spans": False, "auto_configure": False}


def create_app(
    service: str,
    templates: Path,
    settings: WebSettings,
    *,
    title: str,
    health: Health | None = None,
    static: Path | None = None,
    lifespan: Lifespan | None = None,
) -> FastAPI:
    """An application with our headers, error pages, theme and health checks, and no page of its own yet.

    `health` holds what must answer before this process is ready; `static` a folder of files beside the theme's.
    """
    app = FastAPI(
        title=title,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        lifespan=_lifespan(settings, lifespan),
        telemetry=NO_TELEMETRY,  # type: ignore[arg-type]
    )
    assets = Assets([THEME, static] if static else [THEME])
    app.state.web = _state(service, templates, settings, title, assets, health or Health())
    app.add_middleware(TraceRequests)
    app.add_middleware(Edge, settings=settings)
    install_error_pages(app)
    _common_routes(app, assets)
    return app


def _state(
    service: str, templates: Path, settings: WebSettings, title: str, assets: Assets, health: Health
) -> WebState:
    engine = environment(templates, assets, title, settings.notice)
    state = WebState(service, title, settings, engine, health, ClosedSessions())
    if settings.session_key is not None:
        key = settings.session_key.get_secret_value()
        # Cookies know no port: on one host, each service needs a name of its own.
        state.session = SealedCookie(f"{service}-session", key, LIFETIME, settings.cookie_secure)
        state.sessions.append(state.session)
    return state


def _common_routes(app: FastAPI, assets: Assets) -> None:
    @app.get("/static/{name:path}", response_model=None)
    async def static_file(name: str) -> Response:
        return assets.answer(name)

    @app.get("/sante/vivant", response_model=None)
    async def alive() -> Response:
        return JSONResponse({"vivant": True})

    @app.get("/sante/pret", response_model=None)
    def ready(request: Request) -> Response:
        fine = request.app.state.web.health.ready()
        return JSONResponse({"pret": fine}, 200 if fine else 503)

    @app.get("/accessibilite", response_model=None)
    def accessibility(request: Request) -> Response:
        return page(request, "chassis/accessibilite.html")


def _lifespan(settings: WebSettings, inner: Lifespan | None) -> Lifespan:
    """Route handlers run on this many threads; then whatever the service itself opens and closes."""

    @asynccontextmanager
    async def whole(app: FastAPI) -> AsyncIterator[None]:
        anyio.to_thread.current_default_thread_limiter().total_tokens = settings.threads
        if inner is None:
            yield
        else:
            async with inner(app):
                yield

    return whole
