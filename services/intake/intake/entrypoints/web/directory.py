"""The front page, the search for an employer, and each member's page."""

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from chassis.web import Form, check_origin, page, read_form
from intake.entrypoints.web.portal import portal
from intake.entrypoints.web.qr import svg
from intake.usecases.directory import cdgs, search

router = APIRouter()


@router.get("/")
def front(request: Request) -> Response:
    return page(request, "accueil.html", typed="", errors={})


@router.post("/employeur", dependencies=[Depends(check_origin)])
def find_employer(request: Request, form: Form = Depends(read_form)) -> Response:
    """A POST, so that what a person looks for stands in no address, history or log."""
    typed = form.get("employeur").strip()
    if not typed:
        errors = {"employeur": "Écrivez le nom de votre commune ou de votre établissement."}
        return page(request, "accueil.html", status=422, typed="", errors=errors)
    return page(request, "resultats.html", typed=typed, found=search(portal(request).uow, typed))


@router.get("/employeur")
def no_search() -> Response:
    return RedirectResponse("/", status_code=303)


@router.get("/ou-s-adresser")
def elsewhere(request: Request) -> Response:
    return _elsewhere(request)


@router.get("/m/{address}")
def member(request: Request, address: str) -> Response:
    found = portal(request).directory.by_address(address)
    if found is None:
        return _elsewhere(request, 404)
    open_today = found.accepts(portal(request).clock.now())
    return page(request, "membre.html", member=found, open=open_today)


@router.get("/m/{address}/affiche")
def poster(request: Request, address: str) -> Response:
    """A page to print and pin up: the member's address and its QR code."""
    found = portal(request).directory.by_address(address)
    if found is None:
        return _elsewhere(request, 404)
    link = f"{portal(request).settings.public_url}/m/{found.slug}"
    return page(request, "affiche.html", member=found, link=link, code=svg(link, sturdy=True))


def _elsewhere(request: Request, status: int = 200) -> Response:
    """Where to turn without a convention: the CdGs that we know, and the others."""
    return page(request, "ailleurs.html", status=status, cdgs=cdgs(portal(request).uow))
