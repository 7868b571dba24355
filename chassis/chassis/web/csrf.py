"""Forms are accepted from our own pages only.

Two checks. The browser says where the request comes from (`Sec-Fetch-Site`, else `Origin`); our own pages send
`Origin: null`, because of their referrer policy, so null proves nothing and is left to the second check. Then, whoever
comes with a session must send its token back. A form without a session (a report) has nobody's rights to abuse.
"""

import hashlib
import hmac

from fastapi import Depends, FastAPI, HTTPException, Request

from chassis.web.cookies import SealedCookie
from chassis.web.forms import Form, read_form
from chassis.web.state import of_app, web_state

FIELD = "_csrf"


def bind_csrf(app: FastAPI, cookie: SealedCookie) -> None:
    """Forms sent with this session cookie must carry its token."""
    of_app(app).sessions.append(cookie)


def csrf_token(request: Request) -> str:
    """The token of the session that this request came with; empty without a session."""
    session_id = _session_id(request)
    return _token(session_id) if session_id else ""


def check_origin(request: Request) -> None:
    """Refuse (403) what another site sends. For forms that `csrf_protect` cannot read, such as streamed uploads."""
    site = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin")
    if site is not None:
        allowed = site in ("same-origin", "none")
    else:
        allowed = origin in (None, "null", web_state(request).settings.origin)
    if not allowed:
        raise HTTPException(403)


def check_token(request: Request, sent: str) -> None:
    """Refuse (403) a form whose token is not the session's."""
    session_id = _session_id(request)
    if session_id is not None and not hmac.compare_digest(sent.encode(), _token(session_id).encode()):
        raise HTTPException(403)


def csrf_protect(request: Request, form: Form = Depends(read_form)) -> None:
    """Dependency of every route that a form is sent to."""
    check_origin(request)
    check_token(request, form.get(FIELD))


def _session_id(request: Request) -> str | None:
    for cookie in web_state(request).sessions:
        sealed = cookie.open(request)
        if sealed is not None:
            return sealed.id
    return None


def _token(session_id: str) -> str:
    """The session's id never leaves its sealed cookie, so a digest keyed by it cannot be guessed."""
    return hmac.new(session_id.encode(), b"paravent csrf", hashlib.sha256).hexdigest()
