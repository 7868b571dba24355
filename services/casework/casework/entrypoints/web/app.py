"""The back office's application: what it is made of."""

from pathlib import Path

from fastapi import Depends, FastAPI, Request, Response
from fastapi.responses import RedirectResponse

from casework.domain.people import Quality, Staff
from casework.entrypoints.web import agreements, demanding, files, handling, identity, oral, ordering, screening
from casework.entrypoints.web.draft import DraftSealer
from casework.entrypoints.web.office import NotHabilitated, Office, not_habilitated, staff
from casework.entrypoints.web.words import FILTERS
from casework.entrypoints.web.words_orders import FILTERS as ORDERS_FILTERS
from casework.usecases.desk import NoSuchCase
from casework.usecases.month_book import NoMonthKey
from casework.usecases.ordering import NoPrices
from casework.usecases.ports import KeysAway
from casework.usecases.vault_keys import NoVaultKey
from chassis import logs
from chassis.health import Health
from chassis.web import SignIn, WebSettings, create_app
from chassis.web.errors import error_page

log = logs.get(__name__)

_HERE = Path(__file__).parent


def create(settings: WebSettings, office: Office) -> FastAPI:
    """The application with these settings. Raises SettingsError when they say too little to sign anybody in."""
    health = Health()
    for name, check in office.checks.items():
        health.add(name, check)
    app = create_app(
        "casework", _HERE / "templates", settings, title="Dossiers", health=health, static=_HERE / "static"
    )
    app.state.office = office
    app.state.drafts = DraftSealer.under(settings)
    app.state.web.templates.filters.update(FILTERS | ORDERS_FILTERS)
    app.add_exception_handler(NotHabilitated, not_habilitated)
    app.add_exception_handler(NoSuchCase, _no_such_case)
    app.add_exception_handler(KeysAway, _keys_away)
    app.add_exception_handler(NoVaultKey, _keys_away)
    app.add_exception_handler(NoMonthKey, _keys_away)
    app.add_exception_handler(NoPrices, _no_prices)
    app.add_api_route("/", home, response_model=None)
    # Before the cases: "/dossiers/oral" is none.
    pages = (oral, handling, agreements, identity, demanding, ordering, screening, files)
    for router in (SignIn(settings).router, *(one.router for one in pages)):
        app.include_router(router)
    return app


def home(person: Staff = Depends(staff)) -> Response:
    """Where the person's work is."""
    return RedirectResponse("/dossiers" if Quality.HANDLER in person.qualities else "/relecture", 303)


def _no_such_case(request: Request, _error: Exception) -> Response:
    """A case that one may not see and a case that does not exist are answered alike."""
    return error_page(request, 404)


def _no_prices(request: Request, _error: Exception) -> Response:
    """Billing has told no price list yet: try again later."""
    return error_page(request, 503)


def _keys_away(request: Request, _error: Exception) -> Response:
    log.warning("web.keys_away")
    return error_page(request, 503)
