"""The public pages: the latest publication, as a table and as a file. Nobody signs in, nothing is asked."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

from fastapi import APIRouter, FastAPI, Request, Response

from analytics.entrypoints.web import words
from analytics.entrypoints.web.sheets import sheet
from analytics.entrypoints.web.table import as_csv
from analytics.settings import WebProcessSettings
from analytics.store.transaction import Transaction
from analytics.usecases.publishing import latest_publication
from chassis.db import Database, UnitOfWork
from chassis.health import Health
from chassis.web import create_app, page

_HERE = Path(__file__).parent
router = APIRouter()


def create(settings: WebProcessSettings, uow: UnitOfWork[Transaction], database: Database) -> FastAPI:
    """The application over one database."""
    health = Health()
    health.add("database", database.ping)
    app = create_app(
        "analytics",
        _HERE / "templates",
        settings,
        title="Chiffres publiés",
        health=health,
        static=_HERE / "static",
        lifespan=partial(_closing, database),
    )
    app.state.uow = uow
    app.state.web.templates.globals.update(words=words)
    app.include_router(router)
    return app


@router.get("/", response_model=None)
def figures(request: Request) -> Response:
    publication = latest_publication(request.app.state.uow)
    if publication is None:
        return page(request, "nothing_yet.html")
    shown = sheet(publication, request.query_params)
    return page(request, "figures.html", publication=publication, sheet=shown)


@router.get("/chiffres.csv", response_model=None)
def download(request: Request) -> Response:
    publication = latest_publication(request.app.state.uow)
    if publication is None:
        return page(request, "nothing_yet.html", status=404)
    name = f"signalements-{publication.published_at:%Y-%m-%d}.csv"
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(as_csv(publication), media_type="text/csv; charset=utf-8", headers=headers)


@asynccontextmanager
async def _closing(database: Database, _app: FastAPI) -> AsyncIterator[None]:
    yield
    database.close()
