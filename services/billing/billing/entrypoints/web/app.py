"""The application: what it is made of and where its parts come from."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

from fastapi import FastAPI

from billing.entrypoints.web import conventions, habilitations, invitation, members
from billing.entrypoints.web.access import NotAManager, not_a_manager
from billing.entrypoints.web.office import Office
from billing.entrypoints.web.words import FILTERS
from billing.reference.communes import OfficialList
from billing.settings import Settings
from billing.store.transaction import Transaction
from chassis import logs, telemetry
from chassis.clock import Clock, SystemClock
from chassis.db import Database
from chassis.health import Health
from chassis.web import SealedCookie, SignIn, create_app

_HERE = Path(__file__).parent
# Seconds to sign in once the invitation page is open.
_INVITATION_COOKIE = 15 * 60


def build() -> FastAPI:
    """The application of role `web`, from the environment."""
    settings = Settings.load()
    logs.configure("billing", "web", level=settings.log_level)
    telemetry.configure("billing", "web", settings.otlp_endpoint)
    return make(settings, SystemClock())


def make(settings: Settings, clock: Clock) -> FastAPI:
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
        delay=settings.habilitation_delay,
        invitation=_invitation_cookie(settings),
    )
    app.state.web.templates.filters.update(FILTERS)
    app.add_exception_handler(NotAManager, not_a_manager)
    for router in (sign_in.router, members.router, conventions.router, habilitations.router, invitation.router):
        app.include_router(router)
    return app


def _invitation_cookie(settings: Settings) -> SealedCookie:
    assert settings.session_key is not None  # SignIn has refused to start without it
    key = settings.session_key.get_secret_value()
    return SealedCookie("invitation", key, _INVITATION_COOKIE, settings.cookie_secure)


@asynccontextmanager
async def _closing(database: Database, _app: FastAPI) -> AsyncIterator[None]:
    yield
    database.close()
