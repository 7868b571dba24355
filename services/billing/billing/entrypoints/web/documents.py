"""Documents as files, for managers and in members' spaces."""

import uuid

from fastapi import APIRouter, Depends, HTTPException, Response

from billing.domain.parties import Manager
from billing.entrypoints.web.access import manager
from billing.entrypoints.web.office import Office, office
from billing.entrypoints.web.space_access import Visitor, visitor
from billing.store.documents import Document
from billing.usecases import printing, reading

router = APIRouter()


@router.get("/documents/{document_id}.pdf", response_model=None)
def of_manager(
    document_id: uuid.UUID, manager: Manager = Depends(manager), office: Office = Depends(office)
) -> Response:
    """A document of the manager's CdG."""
    return _file(reading.document(office.uow, document_id, manager.cdg_id), office)


@router.get("/espace/documents/{document_id}.pdf", response_model=None)
def of_member(
    document_id: uuid.UUID, visitor: Visitor = Depends(visitor), office: Office = Depends(office)
) -> Response:
    """A document of the visitor's own member."""
    found = reading.document(office.uow, document_id, visitor.cdg.id)
    return _file(found if found and found.member_id == visitor.member.id else None, office)


def _file(document: Document | None, office: Office) -> Response:
    if document is None:
        raise HTTPException(404)
    pdf = printing.pdf_of(office.uow, office.press, document)
    name = f"{document.kind}-{document.id}.pdf"
    return Response(pdf, media_type="application/pdf", headers={"content-disposition": f'inline; filename="{name}"'})
