"""Sealed blobs as streams, in constant memory and without a temporary file."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, cast

from chassis.blobs import Reader
from chassis.sealing import age

CHUNK = 64 * 1024


@contextmanager
def opened(secret: str, sealed: Reader) -> Iterator[BinaryIO]:
    """The clear bytes of a sealed stream, to be read within the block.

    A blob that does not open, or was altered, ends early and raises CannotOpen at the end of the block: what was read
    must then be thrown away.
    """
    reading, writing = os.pipe()
    faults: list[BaseException] = []
    thread = threading.Thread(target=_pour, args=(secret, sealed, writing, faults), daemon=True)
    with os.fdopen(reading, "rb", buffering=0) as clear:
        thread.start()
        try:
            yield clear
        finally:
            clear.close()  # else a reader that stops early leaves the other end waiting
            thread.join()
    if faults:
        raise faults[0]


def _pour(secret: str, sealed: Reader, writing: int, faults: list[BaseException]) -> None:
    source = _Source(sealed)
    try:
        with os.fdopen(writing, "wb") as target:
            age.open_stream(secret, cast(BinaryIO, source), target)
    except BaseException as fault:
        faults.append(source.fault or fault)


class _Source:
    """Keeps the fault of a store that fails: age would tell it as a blob that does not open."""

    def __init__(self, sealed: Reader) -> None:
        self._sealed = sealed
        self.fault: Exception | None = None

    def read(self, size: int = -1) -> bytes:
        try:
            return self._sealed.read(size)
        except Exception as fault:
            self.fault = fault
            raise


def read_up_to(source: BinaryIO, size: int) -> Iterator[bytes]:
    """The first `size` bytes, in chunks. The padding that follows is read too: the blob is verified whole."""
    left = size
    while chunk := source.read(CHUNK):
        if left:
            yield chunk[:left]
        left -= min(left, len(chunk))
