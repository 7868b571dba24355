"""Files on their way in: sealed chunk by chunk into the blob store, in a thread of their own, with no temporary file.

The request's loop puts chunks into a short queue; the thread takes them, hashes, encrypts and writes. A file that fails
or is given up leaves nothing behind.
"""

import hashlib
import queue
import threading
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager
from typing import Any, BinaryIO, Protocol, cast

from chassis import logs
from chassis.blobs import random_name
from chassis.sealing import age, padding
from paravent.intake.v1.content_pb2 import SealedFile

# Chunks (of some 64 KiB) that may wait: what one upload holds in memory.
_WAITING = 16
_ZEROS = bytes(64 * 1024)

log = logs.get(__name__)


class Blobs(Protocol):
    """Where files go: a writer that leaves nothing behind when its block raises."""

    def writer(self, name: str) -> AbstractContextManager[Any]: ...


class UploadFailed(Exception):
    """The file could not be stored."""


class SealingFile:
    """One file being received. `put` its chunks, then `finish` or `abandon`."""

    def __init__(self, blobs: Blobs, name: str, media_type: str) -> None:
        self.size = 0
        self._file = SealedFile(blob=random_name(), name=name, media_type=media_type)
        self._key = age.new_identity()
        self._chunks: queue.Queue[bytes | None] = queue.Queue(_WAITING)
        self._source = _Source(self._chunks)
        self._failed = False
        self._thread = threading.Thread(target=self._seal, args=(blobs,), name="upload", daemon=True)
        self._thread.start()

    async def put(self, chunk: bytes, wait: Callable[..., Awaitable[None]]) -> None:
        """Hand a chunk over; `wait` runs the blocking call in a thread when the queue is full."""
        self.size += len(chunk)
        try:
            self._chunks.put_nowait(chunk)
        except queue.Full:
            await wait(self._chunks.put, chunk)

    def finish(self) -> SealedFile:
        """Wait until the file is stored; answer how to find and open it. Blocks. Raises UploadFailed."""
        self._chunks.put(None)
        self._thread.join()
        if self._failed:
            raise UploadFailed("the file could not be stored")
        self._file.key = self._key.secret
        self._file.size = self.size
        self._file.sha256 = self._source.digest()
        return self._file

    def abandon(self) -> None:
        """Give the file up; its blob never comes to be. Blocks."""
        self._source.given_up = True
        self._chunks.put(None)
        self._thread.join()

    def _seal(self, blobs: Blobs) -> None:
        try:
            with blobs.writer(self._file.blob) as target:
                age.seal_stream(self._key.recipient, cast(BinaryIO, self._source), target)
        except Exception as error:
            self._failed = True
            if not self._source.given_up:
                log.error("upload.failed", exc_info=error)
        finally:
            self._source.drain()


class _Source:
    """The file as age reads it: its chunks, then zeros up to its bucket (`SealedFile.size` tells where it ends)."""

    def __init__(self, chunks: "queue.Queue[bytes | None]") -> None:
        self.given_up = False
        self._chunks = chunks
        self._hash = hashlib.sha256()
        self._size = 0
        self._rest = memoryview(b"")
        self._padding: int | None = None

    def read(self, size: int = -1) -> bytes:
        if not self._rest and self._padding is None:
            self._take()
        if self._padding is not None and not self._rest:
            return self._zeros(size)
        wanted = len(self._rest) if size < 0 else size
        piece, self._rest = bytes(self._rest[:wanted]), self._rest[wanted:]
        return piece

    def digest(self) -> bytes:
        return self._hash.digest()

    def drain(self) -> None:
        """Take what is left, so that whoever puts is never stuck."""
        while self._padding is None:
            if self._chunks.get() is None:
                self._padding = 0

    def _take(self) -> None:
        chunk = self._chunks.get()
        if chunk is None:
            self._padding = padding.bucket(self._size) - self._size
            if self.given_up:
                raise UploadFailed("given up")
            return
        self._hash.update(chunk)
        self._size += len(chunk)
        self._rest = memoryview(chunk)

    def _zeros(self, size: int) -> bytes:
        assert self._padding is not None
        piece = min(self._padding, len(_ZEROS), size if size >= 0 else len(_ZEROS))
        self._padding -= piece
        return _ZEROS[:piece]
