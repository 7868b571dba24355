"""Age key pairs in a folder: `<period>.key` (mode 0600) and `<period>.pub`."""

import os
from pathlib import Path

from chassis.sealing import age
from identity_vault.usecases.ports import TransportKeyMissing, TransportKeyRetired


class KeyFolder:
    """The key pairs of one use. Periods are checked by the caller: they become file names."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known: dict[str, str] = {}

    def __repr__(self) -> str:
        return "KeyFolder(•••)"

    def secret(self, period: str) -> str:
        """The private half. Raises TransportKeyRetired once it was destroyed, by whichever process.

        Raises TransportKeyMissing where there never was one, also for a file that others may read.
        """
        if not self._path(period, "key").exists():
            self._known.pop(period, None)
        known = self._known.get(period)
        if known is None:
            known = self._known[period] = self._read(period)
        return known

    def ensure(self, period: str) -> None:
        """Make the pair of a period, unless it is there."""
        if not self._path(period, "key").exists():
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            pair = age.new_identity()
            _write(self._path(period, "pub"), pair.recipient, 0o644)
            _write(self._path(period, "key"), pair.secret, 0o600)

    def destroy(self, period: str) -> None:
        """Destroy the pair of a period: the private half is overwritten, then removed. A mark of it stays.

        What the disk keeps of it by itself (copies of a file system that never writes in place) is beyond this.
        """
        self._known.pop(period, None)
        _write(self._path(period, "retired"), "", 0o644)
        key, going = self._path(period, "key"), self._path(period, "going")
        if key.exists():
            key.replace(going)
        if going.exists():
            _overwrite(going)
            going.unlink()
        self._path(period, "pub").unlink(missing_ok=True)
        _sync(self._folder)

    def public_halves(self) -> list[tuple[str, str]]:
        """Period and recipient, oldest first. Needs no private half to be there."""
        return [(path.stem, path.read_text().strip()) for path in sorted(self._folder.glob("*.pub"))]

    def _path(self, period: str, half: str) -> Path:
        return self._folder / f"{period}.{half}"

    def _read(self, period: str) -> str:
        path = self._path(period, "key")
        if self._path(period, "retired").exists():
            raise TransportKeyRetired("the key of that day was destroyed")
        try:
            if path.stat().st_mode & 0o077:
                raise TransportKeyMissing("a key file is open to others")
            return path.read_text().strip()
        except FileNotFoundError:
            raise TransportKeyMissing("no key for that day") from None


def _write(path: Path, text: str, mode: int) -> None:
    """Whole or not at all, and never open to others in between."""
    draft = path.with_suffix(path.suffix + ".new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "w") as output:
        output.write(text + "\n")
        output.flush()
        os.fsync(output.fileno())
    draft.replace(path)


def _overwrite(path: Path) -> None:
    with path.open("r+b") as file:
        file.write(os.urandom(path.stat().st_size))
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
