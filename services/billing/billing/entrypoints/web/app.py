"""The application: what it is made of and where its parts come from."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

from fastapi import FastAPI

from billing.entrypoints.web import (
    accounts,
    api_access,
    call_files,
    calls,
    convention_steps,
    convention_undo,
    conventions,
    declarations,
    deposits,
    directory,
    documents,
    exports,
    habilitations,
    imports,
    invitation,
    invoices,
    lookup,
    members,
    orders,
    overview,
    parties,
    payments,
    proposals,
    public_api,
    space,
    space_life,
    space_orders,
    statements,
    tariffs,
    team,
    words,
)
from billing.entrypoints.web.access import NotAManager, not_a_manager
from billing.entrypoints.web.office import Office
from billing.entrypoints.web.space_access import NoSpace, no_space
from billing.entrypoints.web.words import FILTERS
from billing.entrypoints.web.words_accounting import FILTERS as ACCOUNTING_FILTERS
from billing.entrypoints.web.words_api import FILTERS as API_FILTERS
from billing.entrypoints.web.words_calls import FILTERS as CALLS_FILTERS
from billing.entrypoints.web.words_life import FILTERS as LIFE_FILTERS
from billing.entrypoints.web.words_orders import FILTERS as ORDERS_FILTERS
from billing.entrypoints.web.words_overview import FILTERS as OVERVIEW_FILTERS
from billing.entrypoints.web.words_parties import FILTERS as PARTIES_FILTERS
from billing.reference.communes import OfficialList
from billing.settings import Settings
from billing.store.transaction import Transaction
from billing.usecases.ports import Files, Press
from chassis.clock import Clock
from chassis.db import Database
from chassis.health import Health
from chassis.web import SealedCookie, SignIn, create_app

_HERE = Path(__file__).parent
PAGES = (
    invoices,
    payments,
    accounts,
    deposits,
    api_access,
    calls,
    call_files,
    tariffs,
    declarations,
    directory,
    overview,
    lookup,
    exports,
    imports,
    parties,
    members,
    team,
    conventions,
    proposals,
    convention_undo,
    convention_steps,
    space_life,
    habilitations,
    invitation,
    documents,
    space,
    statements,
    orders,
    space_orders,
)
# Seconds to sign in once the invitation page is open.
_INVITATION_COOKIE = 15 * 60
# Seconds in the member's space since its link was followed.
_SPACE_COOKIE = 60 * 60


def make(settings: Settings, clock: Clock, press: Press, files: Files) -> FastAPI:
    """The application with these settings. Raises SettingsError without the keys to sign events and sessions."""
    database = Database(settings.database_url.get_secret_value(), name="billing.web", pool_size=10)
    health = Health()
    health.add("database", database.ping)
    sign_in = SignIn(settings)
    app = create_app(
        "billing",
        _HERE / "templates",
        settings,
        title="Conventions",
        health=health,
        static=_HERE / "static",
        lifespan=partial(_closing, database),
    )
    app.state.office = Office(
        uow=database.unit_of_work(partial(Transaction, clock=clock, signer=settings.signer())),
        communes=OfficialList(),
        clock=clock,
        press=press,
        files=files,
        delay=settings.habilitation_delay,
        invitation=_cookie("invitation", settings, _INVITATION_COOKIE),
        space=_cookie("space", settings, _SPACE_COOKIE),
    )
    app.state.web.templates.filters.update(
        FILTERS
        | ACCOUNTING_FILTERS
        | API_FILTERS
        | LIFE_FILTERS
        | CALLS_FILTERS
        | ORDERS_FILTERS
        | PARTIES_FILTERS
        | OVERVIEW_FILTERS
    )
    app.state.web.templates.install_gettext_callables(words.gettext, words.ngettext, newstyle=True)
    app.add_exception_handler(NotAManager, not_a_manager)
    app.add_exception_handler(NoSpace, no_space)
    app.include_router(sign_in.router)
    for pages in PAGES:
        app.include_router(pages.router)
    app.mount(public_api.MOUNT, public_api.create(app.state.office))
    # The application keeps included routers as they are: their routes are not among its own.
    ready = {getattr(route, "path", "") for pages in PAGES for route in pages.router.routes}
    app.state.web.templates.globals["nav_ready"] = ready
    return app


def _cookie(name: str, settings: Settings, seconds: int) -> SealedCookie:
    assert settings.session_key is not None  # SignIn has refused to start without it
    key = settings.session_key.get_secret_value()
    return SealedCookie(name, key, seconds, settings.cookie_secure)


@asynccontextmanager
async def _closing(database: Database, _app: FastAPI) -> AsyncIterator[None]:
    yield
    database.close()
