"""The members: list, file of one, the CdG's own team."""

import uuid
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, HTTPException, Request, Response

from billing.domain.headcount import size_band
from billing.domain.parties import Manager
from billing.entrypoints.web.access import manager
from billing.entrypoints.web.office import Office, office
from billing.usecases import reading
from chassis.web import Page, offset, page, page_number

router = APIRouter()

PAGE = 25


@router.get("/", response_model=None)
def dashboard(
    request: Request, manager: Manager = Depends(manager), office: Office = Depends(office), q: str = ""
) -> Response:
    """The first page: what waits for a second person, then the members."""
    number = page_number(request.query_params.get("page"))
    words = q.strip()[:80]
    seen = reading.dashboard(office.uow, manager, words, office.clock, offset=offset(number, PAGE), limit=PAGE)
    listing = Page(seen.lines, number, seen.total, PAGE)
    query = "&" + urlencode({"q": words}) if words else ""
    return page(request, "members.html", seen=seen, listing=listing, words=words, query=query)


@router.get("/membres/{member_id}", response_model=None)
def member(
    request: Request,
    member_id: uuid.UUID,
    manager: Manager = Depends(manager),
    office: Office = Depends(office),
    fait: str = "",
) -> Response:
    """Everything about one member."""
    file = reading.member_file(office.uow, manager, member_id, office.clock)
    if file is None:
        raise HTTPException(404)
    band = size_band(file.convention.headcount)
    return page(request, "member.html", file=file, band=band, done=fait)


@router.get("/equipe", response_model=None)
def team(request: Request, manager: Manager = Depends(manager), office: Office = Depends(office)) -> Response:
    """Who covers the whole CdG."""
    return page(request, "team.html", team=reading.team(office.uow, manager, office.clock))
