"""One command in the place of a running process: its environment, its secrets, its unix account.

`run casework.opener retry`; `run casework.worker -m chassis.bus.cli parked list casework`
"""

import json
import subprocess
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from local_platform.accounts import Account, launched
from local_platform.files import write_private
from local_platform.layout import Layout


class UnknownProcessError(Exception):
    """No process of that name has been started here."""


@dataclass(frozen=True)
class Place:
    """Where a process was started. Holds no secret: its environment names folders only."""

    python: str
    module: str
    role: str
    environment: dict[str, str]
    folder: str
    uid: int | None
    gid: int | None

    @classmethod
    def of(
        cls, python: Path, module: str, role: str, environment: dict[str, str], folder: Path, account: Account
    ) -> "Place":
        return cls(str(python), module, role, environment, str(folder), account.uid, account.gid)

    def keep(self, layout: Layout, name: str) -> None:
        write_private(_file(layout, name), json.dumps(asdict(self)).encode())

    def command(self, words: Sequence[str]) -> list[str]:
        """The role with these words, or another module with `-m`."""
        return [self.python, *(words if list(words[:1]) == ["-m"] else ["-m", self.module, self.role, *words])]


def run(
    layout: Layout, name: str, words: Sequence[str], *, capture: bool = False
) -> "subprocess.CompletedProcess[str]":
    """Run a command in the place of a process and wait for it. Raises UnknownProcessError."""
    path = _file(layout, name)
    if not path.exists():
        raise UnknownProcessError(f"no process {name} has been started here")
    place = Place(**json.loads(path.read_text()))
    return subprocess.run(
        launched(place.command(words), uid=place.uid, gid=place.gid),
        env=place.environment,
        cwd=place.folder,
        capture_output=capture,
        text=True,
    )


def _file(layout: Layout, name: str) -> Path:
    return layout.folder("places") / name
