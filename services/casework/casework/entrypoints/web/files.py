"""Files, streamed out of their seal: under the name as filed for a screener, under a neutral one for a referent."""

import uuid
from collections.abc import Iterator
from urllib.parse import quote

from fastapi import APIRouter, Depends, Response
from fastapi.responses import StreamingResponse

from casework.domain.people import Quality, Staff
from casework.entrypoints.web.office import Office, handler, office, screener
from casework.usecases import reading, streams
from chassis.blobs import BlobStore, NoSuchBlob, Reader
from paravent.intake.v1.content_pb2 import SealedFile

router = APIRouter()


@router.get("/dossiers/{case_id}/fichiers/{file_id}", response_model=None)
def copy(
    case_id: uuid.UUID, file_id: uuid.UUID, person: Staff = Depends(handler), at: Office = Depends(office)
) -> Response:
    file = reading.find_file(at.uow, at.desk, person, case_id, file_id, Quality.HANDLER)
    return _send(at.blobs, file)


@router.get("/relecture/{case_id}/fichiers/{file_id}", response_model=None)
def original(
    case_id: uuid.UUID, file_id: uuid.UUID, person: Staff = Depends(screener), at: Office = Depends(office)
) -> Response:
    file = reading.find_file(at.uow, at.desk, person, case_id, file_id, Quality.SCREENER)
    return _send(at.blobs, file)


def _send(blobs: BlobStore, file: SealedFile) -> Response:
    """Always to be saved, never shown by the browser: it comes from somebody whom nobody knows."""
    try:
        sealed = blobs.reader(file.blob)
    except NoSuchBlob:
        return Response(status_code=404)
    headers = {
        "content-disposition": f"attachment; filename*=UTF-8''{quote(file.name, safe='')}",
        "content-length": str(file.size),
    }
    return StreamingResponse(_clear(file, sealed), media_type="application/octet-stream", headers=headers)


def _clear(file: SealedFile, sealed: Reader) -> Iterator[bytes]:
    with sealed, streams.opened(file.key, sealed) as clear:
        yield from streams.read_up_to(clear, file.size)
