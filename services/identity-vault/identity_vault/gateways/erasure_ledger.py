"""The ledger of erasures: a folder with one append-only file for each month, kept apart from every backup."""

import os
from datetime import date, timedelta
from pathlib import Path

from chassis import logs
from identity_vault.domain.erasure import InvalidOrder, Target, read_line

log = logs.get(__name__)


class LedgerFolder:
    """`kept`: days that the oldest backup may live, and more."""

    def __init__(self, folder: Path, kept: int) -> None:
        self._folder = folder
        self._kept = timedelta(days=kept)

    def add(self, day: date, target: Target) -> None:
        """One line, on the disk when this returns."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = self._folder / f"{day:%Y-%m}.jsonl"
        # A line that a crash cut short must not swallow the next one: an empty line is nothing.
        data = target.line(day) if _ends_well(path) else b"\n" + target.line(day)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            os.write(handle, data)
            os.fsync(handle)
        finally:
            os.close(handle)
        self._sync()

    def targets(self) -> list[Target]:
        """All lines, oldest first; of those of one order the last. A line cut by a crash was never carried out."""
        found: dict[bytes, Target] = {}
        for path in sorted(self._folder.glob("????-??.jsonl")):
            for line in path.read_bytes().splitlines():
                if line.strip():
                    _add(found, line)
        return list(found.values())

    def prune(self, today: date) -> None:
        """Delete the files of months that ended too long ago for any backup."""
        for path in self._folder.glob("????-??.jsonl"):
            year, month = (int(part) for part in path.stem.split("-"))
            end = date(year + month // 12, month % 12 + 1, 1)
            if end + self._kept < today:
                path.unlink()

    def _sync(self) -> None:
        handle = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _add(found: dict[bytes, Target], line: bytes) -> None:
    try:
        target = read_line(line)
    except InvalidOrder:
        log.error("erasure.ledger_line")
        return
    found[target.order] = target


def _ends_well(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            if file.seek(0, os.SEEK_END) == 0:
                return True
            file.seek(-1, os.SEEK_END)
            return file.read(1) == b"\n"
    except FileNotFoundError:
        return True
