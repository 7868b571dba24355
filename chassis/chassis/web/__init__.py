"""Pages: layout, theme, forms, sessions, sign-in, errors. README.md shows how to use them."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from chassis.web.app import create_app
    from chassis.web.cookies import SealedCookie
    from chassis.web.csrf import bind_csrf, check_origin, check_token, csrf_protect, csrf_token
    from chassis.web.forms import Form, parse_form, read_form
    from chassis.web.pages import page
    from chassis.web.pagination import Page, offset, page_number
    from chassis.web.people import Person, current_person, signed_in
    from chassis.web.server import serve
    from chassis.web.settings import WebSettings
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

# Name -> its room, entered when somebody asks for the name: settings are read by processes without a page, and an
# OpenID Connect library is not needed where nobody signs in.
_ROOMS = {
    "Form": "forms",
    "Page": "pagination",
    "Person": "people",
    "SealedCookie": "cookies",
    "SignIn": "signin",
    "WebSettings": "settings",
    "bind_csrf": "csrf",
    "check_origin": "csrf",
    "check_token": "csrf",
    "create_app": "app",
    "csrf_protect": "csrf",
    "csrf_token": "csrf",
    "current_person": "people",
    "offset": "pagination",
    "page": "pages",
    "page_number": "pagination",
    "parse_form": "forms",
    "read_form": "forms",
    "serve": "server",
    "signed_in": "people",
}


def __getattr__(name: str) -> Any:
    if name not in _ROOMS:
        raise AttributeError(name)
    return getattr(import_module(f"chassis.web.{_ROOMS[name]}"), name)
