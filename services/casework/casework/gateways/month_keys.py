"""The private keys of the months: one file each, in a folder that the opener alone may read."""

import os
import re
from contextlib import suppress
from pathlib import Path

from casework.usecases.ports import KeysAway
from chassis.sealing import age, padding
from chassis.sealing.age import CannotOpen, Identity

_PERIOD = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
_CDG = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")


class MonthKeyFolder:
    """`<folder>/<cdg_id>/<YYYY-MM>.age`, mode 0600, in folders of mode 0700."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known: dict[tuple[str, str], str] = {}

    def open(self, cdg_id: str, period: str, envelope: bytes) -> bytes:
        """The content of a padded envelope.

        Raises CannotOpen, also for a month that has no key here, and KeysAway while the folder cannot be read at all.
        """
        try:
            return padding.unpad(age.open(self._secret(cdg_id, period), envelope))
        except ValueError:
            raise CannotOpen("not a padded envelope") from None

    def make(self, cdg_id: str, period: str) -> str:
        """The recipient of a month; its key pair is made first when there is none."""
        path = self._path(cdg_id, period)
        if not path.exists():
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            _write_once(path, age.new_identity())
        return age.recipient_of(path.read_text().strip())

    def _secret(self, cdg_id: str, period: str) -> str:
        if (cdg_id, period) not in self._known:
            try:
                self._known[cdg_id, period] = self._path(cdg_id, period).read_text().strip()
            except OSError as error:
                if isinstance(error, FileNotFoundError) and self._folder.is_dir():
                    raise CannotOpen("no key for this month") from None
                raise KeysAway("the month keys cannot be read") from None
        return self._known[cdg_id, period]

    def _path(self, cdg_id: str, period: str) -> Path:
        """Raises CannotOpen for what is neither a CdG nor a month: it comes from outside and names a file."""
        if not _CDG.fullmatch(cdg_id) or not _PERIOD.fullmatch(period):
            raise CannotOpen("not a month of a CdG")
        return self._folder / cdg_id / f"{period}.age"


def _write_once(path: Path, identity: Identity) -> None:
    """Whole or not at all; the first writer wins. On disk before any public half leaves."""
    draft = path.with_suffix(f".{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(identity.secret + "\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        with suppress(FileExistsError):  # another process made this month's key at the same moment
            os.link(draft, path)
    finally:
        draft.unlink()
