"""The outermost layer: security headers on every answer, and no exception, with its message, beyond this point."""

from typing import Any

from fastapi import Request, Response
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.datastructures import MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chassis import logs
from chassis.web.errors import error_page
from chassis.web.settings import WebSettings

log = logs.get(__name__)

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
UNUSED_POWERS = "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()"


class AnswerInterrupted(Exception):
    """An answer that had begun cannot be finished: the server closes the connection."""


def security_headers(settings: WebSettings) -> dict[str, str]:
    """The headers of every answer. Signing out leads to the identity provider, so forms may lead there."""
    forms = " ".join(["'self'", *([_origin(settings.oidc_issuer)] if settings.oidc_issuer else [])])
    headers = {
        "content-security-policy": "; ".join(f"{k} {v}" for k, v in {**POLICY, "form-action": forms}.items()),
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        "permissions-policy": UNUSED_POWERS,
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "cache-control": "no-store",
        "server": "paravent",  # else granian puts its own name
    }
    if settings.cookie_secure:
        headers["strict-transport-security"] = "max-age=63072000; includeSubDomains"
    return headers


class Edge:
    """ASGI middleware. Headers that a route has set itself are left alone."""

    def __init__(self, app: ASGIApp, settings: WebSettings) -> None:
        self._app = app
        self._headers = security_headers(settings)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        scope.setdefault("state", {})
        begun = False

        async def answer(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                self._complete(message, scope["state"])
            await send(message)

        try:
            await self._app(scope, receive, answer)
        except ClientDisconnect:
            return
        except Exception as error:
            await self._apologise(error, scope, receive, None if begun else answer)

    def _complete(self, message: Message, state: dict[str, Any]) -> None:
        headers = MutableHeaders(scope=message)
        for name, value in self._headers.items():
            headers.setdefault(name, value)
        if "set_cookie" in state:
            headers.append("set-cookie", state["set_cookie"])

    async def _apologise(self, error: Exception, scope: Scope, receive: Receive, answer: Send | None) -> None:
        route = getattr(scope.get("route"), "path", "<none>")
        log.error("web.failed", route=route, exc_info=error)
        if answer is None:
            raise AnswerInterrupted from None
        scope["state"].pop("set_cookie", None)
        await _apology(error, Request(scope))(scope, receive, answer)


def _apology(error: Exception, request: Request) -> Response:
    """An error page; a bare line when even that fails."""
    status = 503 if isinstance(error, (OperationalError, PoolTimeout)) else 500
    try:
        return error_page(request, status)
    except Exception as again:
        log.error("web.error_page_failed", exc_info=again)
        return Response("Le service est momentanément indisponible.", status, media_type="text/plain; charset=utf-8")


def _origin(url: str) -> str:
    return "/".join(url.split("/", 3)[:3])
