"""GET /v1/events: what follows a cursor, in order, again and again."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.security import HTTPAuthorizationCredentials

from chassis.web.api import Problem, bearer, refusals, tagged
from notifications.domain.public_events import TYPES
from notifications.store.feed_tokens import FeedToken
from notifications.store.public_events import NoSuchCursor, Slice
from notifications.usecases import feed

router = APIRouter()

# A cursor is a position in a feed: no more digits than a bigint has.
_CURSOR = r"^[0-9]{1,18}$"
_EXAMPLE: dict[str, Any] = {
    "events": [
        {
            "specversion": "1.0",
            "id": "6f0f4d0e-3c0a-4a53-9f0c-0f3f6c3f4f10",
            "source": "/cdg/0b8f7f9e-8a43-4bb1-8c39-8a2b8ae1a9a7",
            "type": "fr.paravent.referent.designated.v1",
            "subject": "216209056",
            "time": "2026-03-10T00:00:00Z",
            "sequence": "000000000042",
            "datacontenttype": "application/json",
            "data": {
                "member": {"siren": "216209056", "name": "Zudausques", "insee_code": "62905", "department": "62"},
                "from_day": "2026-03-12",
            },
        }
    ],
    "next": "42",
    "more": False,
}
_ANSWERS = refusals(400, 401, 410, 429) | {
    200: {"description": "Ce qui suit le curseur.", "content": {"application/json": {"example": _EXAMPLE}}},
    304: {"description": "Rien de nouveau (If-None-Match)."},
}


def holder(request: Request, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)]) -> FeedToken:
    """Dependency: who asks, by the token. Raises Problem."""
    found = feed.holder(request.app.state.uow, credentials.credentials) if credentials else None
    if found is None:
        raise Problem(401)
    request.app.state.limit.count(found.id)
    return found


@router.get("/events", responses=_ANSWERS, summary="Lire les événements de son centre de gestion")
def events(
    request: Request,
    holder: Annotated[FeedToken, Depends(holder)],
    after: Annotated[
        str, Query(pattern=_CURSOR, description="Curseur `next` de la dernière réponse ; 0 : depuis le début.")
    ] = "0",
    type: Annotated[
        list[str] | None, Query(description=f"Types voulus, répétable ; tous par défaut : {', '.join(TYPES)}.")
    ] = None,
    limit: Annotated[int, Query(ge=1, le=200, description="Événements par réponse.")] = 100,
) -> Response:
    """Dans l’ordre, sans trou ; le même curseur donne toujours la même suite. Gardés treize mois."""
    if set(type or ()) - set(TYPES):
        raise Problem(400, f"Type inconnu. Types possibles : {', '.join(TYPES)}.")
    try:
        found = feed.read(request.app.state.uow, holder.cdg_id, int(after), type or [], limit)
    except NoSuchCursor as error:
        raise _problem(error) from None
    return tagged(request, _body(found))


def _problem(error: NoSuchCursor) -> Problem:
    if error.gone:
        return Problem(410, "Ce qui suit ce curseur n’est plus gardé (treize mois) : reprenez à 0, ou depuis l’API.")
    return Problem(400, "Ce curseur n’a jamais été donné pour ce centre de gestion.")


def _body(found: Slice) -> bytes:
    """The stored texts as they are: the same bytes each time."""
    more = "true" if found.more else "false"
    return f'{{"events":[{",".join(found.bodies)}],"next":"{found.next}","more":{more}}}'.encode()
