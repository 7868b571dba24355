"""Who is signed in: a session of 8 hours at most, closed after 30 minutes without a click."""

import threading
import time
from dataclasses import asdict, dataclass
from urllib.parse import quote

from fastapi import HTTPException, Request, Response

from chassis.settings import SettingsError
from chassis.web.cookies import Sealed, SealedCookie
from chassis.web.state import web_state

LIFETIME = 8 * 3600  # seconds
IDLE = 30 * 60  # seconds
REFRESH = 60  # seconds: the cookie is stamped again at most once a minute


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


class ClosedSessions:
    """Sessions that were signed out before their time, so that a copied cookie is worth nothing afterwards.

    In this process's memory: after a restart such a copy would live until its 30 idle minutes are over.
    """

    def __init__(self) -> None:
        self._until: dict[str, float] = {}
        self._lock = threading.Lock()

    def add(self, session_id: str) -> None:
        now = time.monotonic()
        with self._lock:
            self._until = {id_: until for id_, until in self._until.items() if until > now}
            self._until[session_id] = now + LIFETIME

    def __contains__(self, session_id: str) -> bool:
        return session_id in self._until


def signed_in(request: Request) -> Person:
    """Dependency: the signed-in person. Otherwise a reader goes to the sign-in page, and a form is refused (401)."""
    person = current_person(request)
    if person is None and request.method in ("GET", "HEAD"):
        raise HTTPException(303, headers={"location": f"/connexion?suite={quote(request.url.path)}"})
    if person is None:
        raise HTTPException(401)
    return person


def current_person(request: Request) -> Person | None:
    """The signed-in person, or None."""
    if hasattr(request.state, "person"):
        known: Person | None = request.state.person
        return known
    cookie = web_state(request).session
    sealed = cookie.open(request) if cookie else None
    now = int(time.time())
    if cookie is None or sealed is None or not _alive(request, sealed, now):
        request.state.person = None
        return None
    if now - sealed.values["seen"] >= REFRESH:
        later = cookie.header({**sealed.values, "seen": now}, session_id=sealed.id)
        request.state.set_cookie = later
    request.state.person = Person(**sealed.values["person"])
    request.state.session_until = min(now + IDLE, sealed.values["began"] + LIFETIME)
    return Person(**sealed.values["person"])


def begin_session(request: Request, response: Response, person: Person) -> None:
    """Start a session. Its id is new, whatever the browser came with."""
    now = int(time.time())
    _cookie(request).set(response, {"person": asdict(person), "began": now, "seen": now})


def end_session(request: Request, response: Response) -> None:
    """Close the session that this request came with: its cookie is refused from now on."""
    cookie = _cookie(request)
    sealed = cookie.open(request)
    if sealed is not None:
        web_state(request).closed.add(sealed.id)
    cookie.clear(response)


def _alive(request: Request, sealed: Sealed, now: int) -> bool:
    values = sealed.values
    in_time = now <= values["began"] + LIFETIME and now <= values["seen"] + IDLE
    return in_time and sealed.id not in web_state(request).closed


def _cookie(request: Request) -> SealedCookie:
    cookie = web_state(request).session
    if cookie is None:
        raise SettingsError("settings: SESSION_KEY is needed to sign people in")
    return cookie
