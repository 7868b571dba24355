"""An API for other systems, beside or instead of pages: bearer tokens in, JSON out, refusals as problems (RFC 9457).

Mounted in an application of `create_app`, which brings headers, health and traces: `app.mount("/api/v1", api)`. No
CORS: browsers of other sites have no business here.
"""

import hashlib
import threading
import time
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.security import HTTPBearer
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chassis import logs
from chassis.web.app import NO_TELEMETRY

log = logs.get(__name__)

MEDIA_TYPE = "application/problem+json"
# Buckets kept at most; beyond, all start anew.
_CALLERS = 10_000
_DETAILS = {
    401: "Présentez un jeton valable : Authorization: Bearer <jeton>.",
    404: "Rien à cette adresse, ou rien que ce jeton puisse lire.",
    405: "Cette adresse se lit seulement (GET).",
    500: "Une erreur est survenue de notre côté.",
    503: "Le service est momentanément indisponible. Réessayez dans une minute.",
}
_SCHEMA = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "En français, pour une personne."},
    },
}

bearer = HTTPBearer(auto_error=False, scheme_name="jeton", description="Un jeton remis par le centre de gestion.")


class Problem(Exception):
    """A refusal. `detail`: French, told to the caller; holds nothing of what was sent."""

    def __init__(self, status: int, detail: str = "", headers: dict[str, str] | None = None) -> None:
        super().__init__(str(status))
        self.status = status
        self.detail = detail or _DETAILS.get(status, "La demande ne peut pas être traitée.")
        self.headers = headers or {}


class RateLimit:
    """So many requests a minute for each caller of this process, in bursts of as many. Raises Problem (429)."""

    def __init__(self, per_minute: int, now: Callable[[], float] = time.monotonic) -> None:
        self._per_second = per_minute / 60
        self._most = per_minute
        self._now = now
        self._buckets: dict[object, tuple[float, float]] = {}
        self._lock = threading.Lock()

    def count(self, caller: object) -> None:
        """One request more of this caller."""
        with self._lock:
            now = self._now()
            if len(self._buckets) > _CALLERS:
                self._buckets.clear()
            left, seen = self._buckets.get(caller, (self._most, now))
            left = min(self._most, left + (now - seen) * self._per_second)
            self._buckets[caller] = (left - 1 if left >= 1 else left, now)
        if left < 1:
            wait = str(int((1 - left) / self._per_second) + 1)
            raise Problem(429, "Trop de demandes : réessayez dans quelques secondes.", {"retry-after": wait})


def create_api(title: str, version: str, description: str, *, openapi_url: str | None = None, **more: Any) -> FastAPI:
    """An API without operations yet, to be mounted. `openapi_url`: where it describes itself, under its mount."""
    api = _Api(
        title=title,
        version=version,
        description=description,
        docs_url=None,
        redoc_url=None,
        openapi_url=openapi_url,
        telemetry=NO_TELEMETRY,  # type: ignore[arg-type]
        **more,
    )
    api.add_middleware(_Answering)
    api.add_exception_handler(Problem, _refused)
    api.add_exception_handler(HTTPException, _unknown)
    api.add_exception_handler(RequestValidationError, _invalid)
    return api


def problem(status: int, detail: str = "", headers: dict[str, str] | None = None) -> Response:
    """The answer of a refusal."""
    told = Problem(status, detail, headers)
    extra = {"www-authenticate": "Bearer"} if status == 401 else {"retry-after": "60"} if status == 503 else {}
    body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": told.detail}
    return JSONResponse(body, status, headers=extra | told.headers, media_type=MEDIA_TYPE)


def refusals(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """How an operation may refuse, for its description: `responses=refusals(401, 404)`."""
    content = {MEDIA_TYPE: {"schema": _SCHEMA}}
    return {status: {"description": HTTPStatus(status).phrase, "content": content} for status in statuses}


def tagged(request: Request, body: bytes, media_type: str = "application/json") -> Response:
    """The body with its ETag; 304 to a caller who has it already."""
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"etag": etag, "cache-control": "private, no-cache"}
    known = request.headers.get("if-none-match", "")
    if etag in [tag.strip().removeprefix("W/") for tag in known.split(",")]:
        return Response(status_code=304, headers=headers)
    return Response(body, media_type=media_type, headers=headers)


class _Api(FastAPI):
    """Says of itself what it does: what does not read is a 400 or a 404 of ours, never FastAPI's own 422."""

    def openapi(self) -> dict[str, Any]:
        if self.openapi_schema is None:
            said = super().openapi()
            for operation in (each for path in said["paths"].values() for each in path.values()):
                operation["responses"].pop("422", None)
            for schema in ("HTTPValidationError", "ValidationError"):
                said.get("components", {}).get("schemas", {}).pop(schema, None)
        assert self.openapi_schema is not None
        return self.openapi_schema


def _refused(_request: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)
    return problem(error.status, error.detail, error.headers)


def _unknown(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return problem(error.status_code, headers=dict(error.headers or {}))


def _invalid(_request: Request, error: Exception) -> Response:
    """Names the parameters, not what they were."""
    assert isinstance(error, RequestValidationError)
    places = [fault["loc"] for fault in error.errors()]
    if any(place[0] == "path" for place in places):
        return problem(404)
    names = ", ".join(sorted({str(place[1]) if len(place) > 1 else str(place[0]) for place in places}))
    return problem(400, f"Paramètres à corriger : {names}.")


class _Answering:
    """ASGI middleware: what nobody foresaw is a problem too, and a line in the log without its message."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        begun = False

        async def answer(message: Message) -> None:
            nonlocal begun
            begun = begun or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, answer)
        except ClientDisconnect:
            raise
        except Exception as error:
            if begun or scope["type"] != "http":
                raise
            log.error("api.failed", route=getattr(scope.get("route"), "path", "<none>"), exc_info=error)
            away = isinstance(error, (OperationalError, PoolTimeout))
            await problem(503 if away else 500)(scope, receive, answer)
