"""The API for other public systems: reading only, one CdG for each token, nothing of a person, an order or a report."""

import uuid
from collections.abc import Callable
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, FastAPI, Path, Query, Request, Response
from fastapi.security import HTTPAuthorizationCredentials

from billing.domain.api_access import ApiToken, Scope
from billing.entrypoints.web.office import Office, office
from billing.entrypoints.web.public_models import CallOut, ConventionOut, InvoiceOut, Listing, MemberOut
from billing.store.published import Part, UnknownCursor
from billing.usecases import api_access, printing, published
from chassis.web.api import Problem, RateLimit, bearer, create_api, refusals

MOUNT = "/api/v1"
DESCRIPTION = """\
Les données d’un centre de gestion (CdG) sur ses adhérents, ses conventions, ses appels à cotisation et ses factures,
pour d’autres systèmes publics. En lecture seule.

Chaque jeton est remis par un gestionnaire du CdG (page « Accès API ») : il ne lit que ce CdG, et que les ressources
cochées. Aucune personne, aucun référent, aucune commande et rien d’un signalement ne figure ici.

Les listes se lisent par parties : redonnez `next` en `cursor` jusqu’à ce qu’il soit null. Les montants sont des textes
exacts (« 24.00 »), les jours sont au format ISO. Les refus sont des *problems* (RFC 9457).
"""
# Of one token, in one process.
_PER_MINUTE = 300

_Limit = Annotated[int, Query(ge=1, le=500, description="Éléments par réponse.")]
_Cursor = Annotated[uuid.UUID | None, Query(description="`next` de la réponse précédente.")]
_OfSiren = Annotated[str | None, Query(pattern=r"^[0-9]{9}$", description="SIREN d’une collectivité.")]
_Number = Annotated[str, Path(pattern=r"^[0-9A-Za-z_/-]{1,35}$", examples=["62-2026-000017"])]
_LIST = refusals(400, 401, 403, 429)
_ONE = refusals(401, 403, 404, 429)

router = APIRouter()


def create(shared: Office) -> FastAPI:
    """The API, to be mounted at MOUNT. `shared`: what the pages beside it work with."""
    api = create_api("Paravent : conventions et factures", "1", DESCRIPTION, openapi_url="/openapi.json")
    api.state.office = shared
    api.state.limit = RateLimit(_PER_MINUTE)
    api.include_router(router)
    return api


def opened(scope: Scope) -> Callable[..., ApiToken]:
    """Dependency: the token of who asks, if it opens this. Raises Problem."""

    def check(
        request: Request,
        credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)],
        office: Office = Depends(office),
    ) -> ApiToken:
        found = api_access.holder(office.uow, credentials.credentials, office.clock) if credentials else None
        if found is None:
            raise Problem(401)
        request.app.state.limit.count(found.id)
        if scope not in found.scopes:
            raise Problem(403, f"Ce jeton n’ouvre pas « {scope} ».")
        return found

    return check


_Members = Annotated[ApiToken, Depends(opened(Scope.MEMBERS))]
_Conventions = Annotated[ApiToken, Depends(opened(Scope.CONVENTIONS))]
_Calls = Annotated[ApiToken, Depends(opened(Scope.CALLS))]
_Invoices = Annotated[ApiToken, Depends(opened(Scope.INVOICES))]


@router.get("/members", responses=_LIST, summary="Les collectivités", tags=["members"])
def members(
    token: _Members, cursor: _Cursor = None, limit: _Limit = 100, office: Office = Depends(office)
) -> Listing[MemberOut]:
    """Toutes celles du CdG, avec ou sans convention."""
    found = _rows(office, "members", token, cursor, limit)
    return Listing.made(map(MemberOut.of, found.rows), found.next)


@router.get("/members/{siren}", responses=_ONE, summary="Une collectivité", tags=["members"])
def member(
    token: _Members,
    siren: Annotated[str, Path(pattern=r"^[0-9]{9}$", examples=["216209056"])],
    office: Office = Depends(office),
) -> MemberOut:
    """Par son SIREN."""
    row = published.member(office.uow, token.cdg_id, siren)
    if row is None:
        raise Problem(404)
    return MemberOut.of(row)


@router.get("/conventions", responses=_LIST, summary="Les conventions", tags=["conventions"])
def conventions(
    token: _Conventions,
    siren: _OfSiren = None,
    in_force_on: Annotated[date | None, Query(description="Seulement celles en vigueur ce jour-là.")] = None,
    cursor: _Cursor = None,
    limit: _Limit = 100,
    office: Office = Depends(office),
) -> Listing[ConventionOut]:
    """En vigueur, à venir et passées."""
    found = _rows(office, "conventions", token, cursor, limit, siren=siren, in_force_on=in_force_on)
    return Listing.made(map(ConventionOut.of, found.rows), found.next)


@router.get("/calls", responses=_LIST, summary="Les appels à cotisation", tags=["calls"])
def calls(
    token: _Calls,
    siren: _OfSiren = None,
    year: Annotated[int | None, Query(ge=2000, le=2100, description="Année appelée.")] = None,
    cursor: _Cursor = None,
    limit: _Limit = 100,
    office: Office = Depends(office),
) -> Listing[CallOut]:
    """Envoyés aux collectivités ; un appel en préparation n’y est pas."""
    found = _rows(office, "calls", token, cursor, limit, siren=siren, year=year)
    return Listing.made(map(CallOut.of, found.rows), found.next)


@router.get("/invoices", responses=_LIST | refusals(404), summary="Les factures et les avoirs", tags=["invoices"])
def invoices(
    token: _Invoices,
    siren: _OfSiren = None,
    issued_from: Annotated[date | None, Query(description="Émis ce jour-là ou après.")] = None,
    issued_until: Annotated[date | None, Query(description="Émis ce jour-là ou avant.")] = None,
    cursor: _Cursor = None,
    limit: _Limit = 100,
    office: Office = Depends(office),
) -> Listing[InvoiceOut]:
    """Dans l’ordre de leurs numéros, qui se suivent sans trou."""
    days = {"first": issued_from, "last": issued_until}
    found = _rows(office, "invoices", token, cursor, limit, siren=siren, **days)
    return Listing.made(map(InvoiceOut.of, found.rows), found.next)


def _file_of(kind: str, media_type: str) -> dict[str, Any]:
    """How an operation that answers with a file is described."""
    said = {200: {"description": kind, "content": {media_type: {"schema": {"type": "string", "format": "binary"}}}}}
    return {"responses": _ONE | said, "response_class": Response, "tags": ["invoices"]}


@router.get("/invoices/{number}.pdf", summary="La facture à lire", **_file_of("Factur-X, PDF/A-3", "application/pdf"))
def invoice_pdf(token: _Invoices, number: _Number, office: Office = Depends(office)) -> Response:
    """Le même fichier que celui remis à la collectivité."""
    found = published.invoice_files(office.uow, token.cdg_id, number)
    if found is None:
        raise Problem(404)
    pdf = printing.pdf_of(office.uow, office.press, found[1])
    return _download(pdf, f"{number}.pdf", "application/pdf")


@router.get("/invoices/{number}.xml", summary="La facture à traiter", **_file_of("EN 16931, CII", "application/xml"))
def invoice_xml(token: _Invoices, number: _Number, office: Office = Depends(office)) -> Response:
    """Le XML qui se trouve aussi dans le PDF."""
    found = published.invoice_files(office.uow, token.cdg_id, number)
    if found is None:
        raise Problem(404)
    return _download(office.files.factur_x(found[0]), f"{number}.xml", "application/xml")


@router.get("/invoices/{number}", responses=_ONE, summary="Une facture ou un avoir", tags=["invoices"])
def invoice(token: _Invoices, number: _Number, office: Office = Depends(office)) -> InvoiceOut:
    """Par son numéro."""
    row = published.invoice(office.uow, token.cdg_id, number)
    if row is None:
        raise Problem(404)
    return InvoiceOut.of(row)


def _rows(
    office: Office, what: str, token: ApiToken, cursor: uuid.UUID | None, limit: int, **filters: Any
) -> published.Slice:
    try:
        return published.rows(office.uow, what, token.cdg_id, Part(cursor, limit), **filters)
    except UnknownCursor:
        raise Problem(404, "Ce curseur n’a jamais été donné.") from None


def _download(data: bytes, name: str, media_type: str) -> Response:
    return Response(data, media_type=media_type, headers={"content-disposition": f'attachment; filename="{name}"'})
