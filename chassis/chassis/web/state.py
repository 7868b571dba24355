"""What an application of ours carries along: one object on `app.state`, found again from any request."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from fastapi import FastAPI, Request
from jinja2 import Environment

from chassis.health import Health
from chassis.web.cookies import SealedCookie
from chassis.web.settings import WebSettings

if TYPE_CHECKING:
    from chassis.web.people import ClosedSessions


@dataclass
class WebState:
    """The parts that pages, sessions and the CSRF check share."""

    service: str
    title: str
    settings: WebSettings
    templates: Environment
    health: Health
    closed: ClosedSessions
    # Says who is signed in; None where nobody signs in.
    session: SealedCookie | None = None
    # Cookies whose bearer acts in somebody's name: a form sent with one of them must carry its token.
    sessions: list[SealedCookie] = field(default_factory=list)


def web_state(request: Request) -> WebState:
    """The state of the application that answers this request."""
    return of_app(request.app)


def of_app(app: FastAPI) -> WebState:
    """The state of an application made by `create_app`."""
    state: WebState = app.state.web
    return state
