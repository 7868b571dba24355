"""Pages: layout, theme, forms, sessions, sign-in, errors. README.md shows how to use them."""

from typing import TYPE_CHECKING, Any

from chassis.web.app import create_app
from chassis.web.cookies import SealedCookie
from chassis.web.csrf import bind_csrf, check_origin, check_token, csrf_protect, csrf_token
from chassis.web.forms import Form, parse_form, read_form
from chassis.web.pages import page
from chassis.web.pagination import Page, offset, page_number
from chassis.web.people import Person, current_person, signed_in
from chassis.web.server import serve
from chassis.web.settings import WebSettings

if TYPE_CHECKING:
    from chassis.web.signin import SignIn

__all__ = [
    "Form",
    "Page",
    "Person",
    "SealedCookie",
    "SignIn",
    "WebSettings",
    "bind_csrf",
    "check_origin",
    "check_token",
    "create_app",
    "csrf_protect",
    "csrf_token",
    "current_person",
    "offset",
    "page",
    "page_number",
    "parse_form",
    "read_form",
    "serve",
    "signed_in",
]


def __getattr__(name: str) -> Any:
    """SignIn brings an OpenID Connect library along: the portal, where nobody signs in, does without."""
    if name == "SignIn":
        from chassis.web.signin import SignIn

        return SignIn
    raise AttributeError(name)
