"""Who is signed in."""

import time
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import quote

from fastapi import HTTPException, Request

from chassis.settings import SettingsError
from chassis.web.cookies import SealedCookie
from chassis.web.settings import WebSettings
from chassis.web.state import web_state

LIFETIME = 8 * 3600  # seconds
IDLE = 30 * 60  # seconds
REFRESH = 60  # seconds: a session is stamped again at most once a minute


@dataclass(frozen=True)
class Person:
    """A person, as the identity provider vouches for them. `issuer` and `subject` together never change hands."""

    issuer: str
    subject: str
    name: str
    email: str
    email_verified: bool

    def __repr__(self) -> str:
        return "<Person •••>"


def session_cookie(settings: WebSettings) -> SealedCookie:
    """The cookie that says who is signed in. Raises SettingsError without a session key."""
    if settings.session_key is None:
        raise SettingsError("settings: SESSION_KEY is needed to sign people in")
    return SealedCookie("session", settings.session_key.get_secret_value(), LIFETIME, settings.cookie_secure)


def begin_session(cookie: SealedCookie, response: Any, person: Person) -> None:
    """Start a session of 8 hours. Its id is new, whatever the browser came with."""
    now = int(time.time())
    cookie.set(response, {"person": asdict(person), "began": now, "seen": now})


def signed_in(request: Request) -> Person:
    """Dependency: the signed-in person, or a redirection to the sign-in page."""
    person = current_person(request)
    if person is None:
        path = quote(request.url.path) if request.method == "GET" else "/"
        raise HTTPException(303, headers={"location": f"/connexion?suite={path}"})
    return person


def current_person(request: Request) -> Person | None:
    """The signed-in person, or None."""
    cookie = session_cookie(web_state(request).settings)
    sealed = cookie.open(request)
    if sealed is None:
        return None
    now = int(time.time())
    if now > sealed.values["began"] + LIFETIME or now > sealed.values["seen"] + IDLE:
        return None
    person = Person(**sealed.values["person"])
    request.state.person = person
    return person
