"""Files: from intake's store to casework's own, under a new key that stands under the key of the case.

The name of the copy is the file's own random id, so that a copy cut short by a crash is written over, not doubled.
"""

import hashlib
from dataclasses import dataclass
from typing import Any, BinaryIO, cast

from sqlalchemy import Row

from casework.store.texts import ORIGINAL
from casework.store.transaction import Transaction
from casework.usecases import streams
from casework.usecases.ports import CaseKeys
from casework.usecases.sealing import CaseSeal
from chassis import logs
from chassis.blobs import BlobStore, NoSuchBlob
from chassis.db import UnitOfWork
from chassis.sealing import age
from chassis.sealing.age import CannotOpen
from paravent.intake.v1.content_pb2 import SealedFile

log = logs.get(__name__)

COPY = "copy"
# Neutral names: what a handler sees of a file. An unknown kind is bytes.
_ENDINGS = {
    "application/pdf": "pdf",
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
    "text/plain": "txt",
    "audio/mpeg": "mp3",
    "audio/mp4": "m4a",
    "video/mp4": "mp4",
    "application/msword": "doc",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/vnd.oasis.opendocument.text": "odt",
    "message/rfc822": "eml",
    "application/zip": "zip",
}


@dataclass(frozen=True, slots=True)
class Copying:
    """What copying needs: intake's store (read by name, never listed) and casework's own."""

    case_keys: CaseKeys
    intake: BlobStore
    store: BlobStore


def copy_file(uow: UnitOfWork[Transaction], copying: Copying) -> int:
    """Copy one waiting file; answer how many were dealt with. Raises KeysAway.

    A blob that is not there, does not open or is not what was sealed leaves the case without that file, and says so.
    """
    with uow("copy_file") as tx:
        row = tx.files.claim_one()
        if row is None:
            return 0
        try:
            tx.files.copied(row.file_id, _sealed_copy(copying, row))
        except (CannotOpen, NoSuchBlob, ValueError) as error:
            log.error("opener.unreadable_file", reason=type(error).__name__)
            tx.files.unreadable(row.file_id)
    return 1


def _sealed_copy(copying: Copying, row: Row[Any]) -> bytes:
    seal = CaseSeal(row.case_id, copying.case_keys.unwrap([(row.case_id, row.wrapped_key)])[0])
    original = seal.open_file(row.file_id, ORIGINAL, row.sealed_original)
    return seal.seal_file(row.file_id, COPY, _copy(copying, row, original))


def neutral_name(position: int, media_type: str) -> str:
    """What a handler calls a file: its rank, and an ending only for kinds that we know."""
    return f"piece-{position}.{_ENDINGS.get(media_type, 'bin')}"


class _Altered(ValueError):
    """The blob opens, but is not the file whose digest was sealed in the report."""


def _copy(copying: Copying, row: Row[Any], original: SealedFile) -> SealedFile:
    identity = age.new_identity()
    name = row.file_id.hex
    with copying.intake.reader(original.blob) as sealed, copying.store.writer(name) as target:
        with streams.opened(original.key, sealed) as clear:
            watched = _Watched(clear, original.size)
            age.seal_stream(identity.recipient, cast(BinaryIO, watched), cast(BinaryIO, target))
        if not watched.is_file(original):
            raise _Altered
    return SealedFile(
        blob=name,
        key=identity.secret,
        name=neutral_name(row.position, original.media_type),
        media_type=original.media_type,
        size=original.size,
    )


class _Watched:
    """Reads through, keeping the digest of the file; its padding passes too, so that the copy is padded as well."""

    def __init__(self, source: BinaryIO, size: int) -> None:
        self._source = source
        self._left = size
        self._digest = hashlib.sha256()

    def read(self, count: int = -1) -> bytes:
        data = self._source.read(count)
        self._digest.update(data[: self._left])
        self._left -= min(self._left, len(data))
        return data

    def is_file(self, original: SealedFile) -> bool:
        return self._left == 0 and self._digest.digest() == original.sha256
