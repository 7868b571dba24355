"""Blobs: sealed files under random names, in a local folder by default, in S3 in production; never whole in memory.

A blob that is being written has no name yet: it appears when its writer ends well and an exception leaves nothing. On a
local folder no time finer than the day stays in what the file system lets us set (access and modification times, of the
folder too); its change and birth times cannot be set and are a named residual, as is S3's `LastModified`.
"""

import os
import re
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from datetime import time as day_time
from pathlib import Path
from typing import Any, Self
from urllib.parse import unquote, urlsplit

import obstore
from obstore.store import LocalStore, from_url

from chassis.clock import Clock, SystemClock, paris_day

# Bytes. S3 takes no smaller part; two in flight keep a writer near 10 MiB of memory, whatever the blob's size.
_PART = 5 * 1024 * 1024
_PARTS_IN_FLIGHT = 2
_CHUNK = 1024 * 1024
_NAME = re.compile(r"[a-z0-9][a-z0-9_.-]{0,127}", re.ASCII)
# obstore writes `<name>` as `<name>#1` and renames it at the end.
_UNFINISHED = re.compile(r".+#\d+")
# A writer of another process may be at work: younger remnants are not orphans (seconds).
_ORPHAN_AGE = 24 * 3600.0


class NoSuchBlob(LookupError):
    """No blob has this name (which the error does not repeat)."""


def random_name() -> str:
    """A name that says nothing: 32 hexadecimal digits."""
    return secrets.token_hex(16)


class Writer:
    """Takes the bytes of one blob, in order."""

    def __init__(self, file: Any) -> None:
        self._file = file

    def write(self, data: bytes) -> int:
        """Add `data`; answers its length."""
        self._file.write(data)
        return len(data)

    def flush(self) -> None:
        """Nothing to do: parts leave when they are full. Present because sealing libraries call it."""


class Reader:
    """Gives the bytes of one blob: `read(size)` as a file does, or chunk by chunk when iterated."""

    def __init__(self, file: Any) -> None:
        self._file = file
        self.size: int = file.size

    def read(self, size: int = -1) -> bytes:
        """Up to `size` bytes (everything when negative); empty at the end."""
        return bytes(self._file.read() if size < 0 else self._file.read(size))

    def __iter__(self) -> Iterator[bytes]:
        while chunk := self.read(_CHUNK):
            yield chunk

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._file.close()


class BlobStore:
    """Blobs under flat names. Made by `open`."""

    def __init__(self, store: Any, folder: "_Folder | None" = None) -> None:
        self._store = store
        self._folder = folder

    @classmethod
    def open(cls, url: str, *, shared: bool = False, clock: Clock | None = None) -> Self:
        """Open `file:///folder` (made when it is missing) or `s3://bucket/prefix` (credentials: the AWS variables).

        `shared`: another user of the machine, who is told a name, may read that blob; nobody else may list the folder.
        """
        if not url.startswith("file:"):
            return cls(from_url(url))
        folder = _Folder(Path(unquote(urlsplit(url).path)), shared, clock or SystemClock())
        folder.make()
        return cls(LocalStore(folder.path), folder)

    @contextmanager
    def writer(self, name: str) -> Iterator[Writer]:
        """Write one blob. It exists, on disk, when the block ends; an exception in the block leaves nothing."""
        with obstore.open_writer(
            self._store, _checked(name), buffer_size=_PART, max_concurrency=_PARTS_IN_FLIGHT
        ) as file:
            yield Writer(file)
        if self._folder:
            self._folder.settle(name)

    def reader(self, name: str) -> Reader:
        """Read one blob, as a context manager. Raises NoSuchBlob."""
        try:
            return Reader(obstore.open_reader(self._store, _checked(name), buffer_size=_CHUNK))
        except FileNotFoundError:
            raise NoSuchBlob from None

    def exists(self, name: str) -> bool:
        try:
            obstore.head(self._store, _checked(name))
        except FileNotFoundError:
            return False
        return True

    def delete(self, name: str) -> None:
        """Delete a blob; one that is not there is deleted already."""
        try:
            obstore.delete(self._store, _checked(name))
        except FileNotFoundError:
            return
        if self._folder:
            self._folder.blur(self._folder.path)

    def names(self) -> Iterator[str]:
        """The names of all finished blobs, in no order."""
        for batch in obstore.list(self._store):
            yield from (entry["path"] for entry in batch)

    def sweep(self, older_than: float = _ORPHAN_AGE) -> int:
        """Delete what killed writers left, once it is `older_than` seconds old; answers how many. Call it at start.

        On S3 a lifecycle rule of the bucket aborts unfinished uploads instead.
        """
        return self._folder.sweep(older_than) if self._folder else 0


class _Folder:
    """The local folder behind a store: modes, times, remnants."""

    def __init__(self, path: Path, shared: bool, clock: Clock) -> None:
        self.path = path
        self._clock = clock
        self._folder_mode, self._file_mode = (0o711, 0o644) if shared else (0o700, 0o600)

    def make(self) -> None:
        """Create the folder with its mode; one that exists stays as its owner set it."""
        if not self.path.is_dir():
            self.path.mkdir(parents=True)
            self.path.chmod(self._folder_mode)

    def settle(self, name: str) -> None:
        """Give a new blob its mode and its day, and see that it survives a power cut."""
        path = self.path / name
        path.chmod(self._file_mode)
        self.blur(path)
        self.blur(self.path)
        for written in (path, self.path):
            _sync(written)

    def blur(self, path: Path) -> None:
        """Set the times of a path to the start of the day."""
        start = datetime.combine(paris_day(self._clock.now()), day_time(), UTC).timestamp()
        os.utime(path, (start, start))

    def sweep(self, older_than: float) -> int:
        # Remnants carry the machine's time, not the store's clock.
        oldest = time.time() - older_than
        orphans = [p for p in self.path.iterdir() if _UNFINISHED.fullmatch(p.name) and p.stat().st_mtime <= oldest]
        for orphan in orphans:
            orphan.unlink(missing_ok=True)
        if orphans:
            self.blur(self.path)
        return len(orphans)


def _checked(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise ValueError("not a blob's name")
    return name


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
