"""The portal's application."""

from datetime import timedelta
from pathlib import Path

from fastapi import FastAPI, Request, Response
from sqlalchemy.exc import DBAPIError

from chassis.blobs import BlobStore
from chassis.clock import Clock
from chassis.db import Database, is_outage
from chassis.health import Health
from chassis.web import create_app, page
from intake.domain.days import day_in_words
from intake.entrypoints.web import (
    call_back,
    claims,
    concerned,
    consent,
    directory,
    followup,
    identity,
    key,
    proceeding,
    questionnaire,
    submission,
)
from intake.entrypoints.web.brake import Brake, Budget
from intake.entrypoints.web.housekeeping import keep_house
from intake.entrypoints.web.portal import Portal
from intake.entrypoints.web.settings import PortalSettings
from intake.entrypoints.web.state import StateSealer, WordSealer
from intake.entrypoints.web.wording import moment_in_words, weekday_in_words
from intake.store.transaction import Transaction
from intake.usecases.confiding import Confidants
from intake.usecases.consenting import Consents
from intake.usecases.directory import Directory
from intake.usecases.keys import KeyBook
from intake.usecases.looking import VaultView
from intake.usecases.naming import Names
from intake.usecases.reaching import Addresses
from intake.usecases.replacing import Words
from intake.usecases.sessions import Ends
from intake.usecases.signing import Signers

HERE = Path(__file__).parent


_FILING = (directory, questionnaire, submission)
_SPACE = (followup, consent, identity, concerned, proceeding, key)


def make_app(settings: PortalSettings, clock: Clock, vault: VaultView | None = None) -> FastAPI:
    """The application over a database and a blob store. Housekeeping runs for as long as it serves.

    `vault`: answers what a reporter may see of identity-vault; None: it is away.
    """
    database = Database(settings.database_url.get_secret_value(), name="intake-web", pool_size=settings.pool)
    uow = database.unit_of_work(lambda session: Transaction(session, clock))
    keys, pepper = KeyBook(uow, settings.root_key(), clock), settings.pepper_bytes()
    signers, delay = Signers(vault, keys, clock), timedelta(seconds=settings.consent_delay_seconds)
    portal = Portal(
        settings=settings,
        uow=uow,
        directory=Directory(uow),
        keys=keys,
        pepper=pepper,
        states=StateSealer(settings.state_key_bytes(), clock),
        blobs=BlobStore.open(settings.blobs_url, shared=True, clock=clock),
        words=WordSealer(settings.state_key_bytes(), clock),
        clock=clock,
        ends=Ends(),
        brake=Brake(),
        call_backs=Budget(),
        consents=Consents(uow, keys, pepper, delay, signers, clock),
        confidants=Confidants(uow, delay, clock),
        names=Names(uow, keys, pepper, signers, clock),
        addresses=Addresses(uow, keys, pepper, clock),
        replacing=Words(uow, keys, pepper, delay, signers, clock),
        vault=vault,
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
    app.state.web.templates.filters.update(day=day_in_words, moment=moment_in_words, weekday=weekday_in_words)
    for part in (*_FILING, *_SPACE, claims, call_back):
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
