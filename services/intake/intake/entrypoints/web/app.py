"""The portal's application."""

from pathlib import Path

from fastapi import FastAPI, Request, Response
from sqlalchemy.exc import DBAPIError

from chassis import logs, telemetry
from chassis.blobs import BlobStore
from chassis.clock import Clock, SystemClock
from chassis.db import Database, is_outage
from chassis.health import Health
from chassis.web import create_app, page
from intake.entrypoints.web import directory, followup, questionnaire, submission
from intake.entrypoints.web.brake import Brake
from intake.entrypoints.web.housekeeping import keep_house
from intake.entrypoints.web.portal import Portal
from intake.entrypoints.web.settings import PortalSettings
from intake.entrypoints.web.state import StateSealer
from intake.entrypoints.web.wording import day_in_words, moment_in_words
from intake.store.transaction import Transaction
from intake.usecases.directory import Directory
from intake.usecases.keys import KeyBook
from intake.usecases.sessions import Ends

HERE = Path(__file__).parent


def make_app(settings: PortalSettings, clock: Clock) -> FastAPI:
    """The application over a database and a blob store. Housekeeping runs for as long as it serves."""
    database = Database(settings.database_url.get_secret_value(), name="intake-web", pool_size=settings.pool)
    uow = database.unit_of_work(lambda session: Transaction(session, clock))
    portal = Portal(
        settings=settings,
        uow=uow,
        directory=Directory(uow),
        keys=KeyBook(uow, settings.root_key(), clock),
        pepper=settings.pepper_bytes(),
        states=StateSealer(settings.state_key_bytes(), clock),
        blobs=BlobStore.open(settings.blobs_url, shared=True, clock=clock),
        clock=clock,
        ends=Ends(),
        brake=Brake(),
    )
    app = create_app(
        "intake",
        HERE / "templates",
        settings,
        title="Écoute et signalement",
        health=_health(database),
        static=HERE / "static",
        lifespan=keep_house(portal, database),
    )
    app.state.portal = portal
    app.add_exception_handler(DBAPIError, _away)
    app.state.web.templates.filters.update(day=day_in_words, moment=moment_in_words)
    for part in (directory, questionnaire, submission, followup):
        app.include_router(part.router)
    return app


def _away(request: Request, error: Exception) -> Response:
    """The database is away: nothing was done, and what the browser sent can be sent again."""
    if not is_outage(error):
        raise error
    return page(request, "attente.html", status=503)


def _health(database: Database) -> Health:
    health = Health()
    health.add("database", database.ping)
    return health


def build() -> FastAPI:
    """The factory that `serve` calls in each of its processes."""
    settings = PortalSettings.load()
    # The minute of a request would be the minute of a report: no spans, and lines to the hour.
    logs.configure("intake", "web", level=settings.log_level, coarse_time=True)
    telemetry.silent()
    return make_app(settings, SystemClock())
