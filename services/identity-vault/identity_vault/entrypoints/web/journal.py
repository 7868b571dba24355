"""The journal, for data protection officers: kinds and counts by day. No content, no person, no report."""

from itertools import groupby

from fastapi import APIRouter, Depends, HTTPException, Request, Response

from chassis.web import Person, page
from identity_vault.entrypoints.web.office import Office, dpo, office
from identity_vault.usecases.watching import watch

router = APIRouter()


@router.get("/journal", response_model=None)
def show(request: Request, _person: Person = Depends(dpo), at: Office = Depends(office)) -> Response:
    if at.journal is None:
        raise HTTPException(404)
    seen = watch(at.journal, request.query_params.get("mois", ""))
    days = [(day, list(rows)) for day, rows in groupby(seen.days, key=lambda row: row.day)]
    return page(request, "journal.html", seen=seen, days=days)
