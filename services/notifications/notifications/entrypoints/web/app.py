"""The application: one feed for each CdG, read with a token."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

from fastapi import FastAPI

from chassis.db import Database, UnitOfWork
from chassis.health import Health
from chassis.web import WebSettings, create_app
from chassis.web.api import RateLimit, create_api
from notifications.entrypoints.web import feed
from notifications.store.transaction import Transaction

DESCRIPTION = "Ce qui arrive aux conventions d’un centre de gestion, pour d’autres systèmes publics. Aucune personne."


def create(settings: WebSettings, uow: UnitOfWork[Transaction], database: Database, *, per_minute: int) -> FastAPI:
    """The application with these settings. `per_minute`: requests that one token may make."""
    health = Health()
    health.add("database", database.ping)
    app = create_app(
        "notifications",
        Path(__file__).parent,  # no page of its own
        settings,
        title="Événements publics",
        health=health,
        lifespan=partial(_closing, database),
    )
    api = create_api("Paravent : événements publics", "1", DESCRIPTION, openapi_url="/openapi.json")
    api.state.uow = uow
    api.state.limit = RateLimit(per_minute)
    api.include_router(feed.router)
    app.mount("/v1", api)
    return app


@asynccontextmanager
async def _closing(database: Database, _app: FastAPI) -> AsyncIterator[None]:
    yield
    database.close()
