"""Unix accounts that servers and services run as when root starts them.

PostgreSQL refuses root, and one account per service keeps one service's key files from the next one. Without root,
everything runs as whoever started it.
"""

import os
import pwd
import shutil
import signal
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

PREFIX = "paravent-"


@dataclass(frozen=True)
class Account:
    """Who a process runs as; `uid` None means: as the current user."""

    name: str
    uid: int | None = None
    gid: int | None = None

    def own(self, path: Path, mode: int) -> Path:
        """Give a file or a folder to this account with a mode."""
        if self.uid is not None:
            os.chown(path, self.uid, self.gid if self.gid is not None else -1)
        path.chmod(mode)
        return path

    def folder(self, path: Path, mode: int = 0o700) -> Path:
        """Make a folder (if missing) that belongs to this account."""
        path.mkdir(parents=True, exist_ok=True)
        return self.own(path, mode)


def launched(
    command: Sequence[str],
    *,
    uid: int | None = None,
    gid: int | None = None,
    dies_with_us: signal.Signals | None = None,
) -> list[str]:
    """The command as another account, and (`dies_with_us`) sent that signal when the thread that started it ends.

    `setpriv` does both after exec. Python would have to fork for either (`user=`, `preexec_fn=`), and a fork of a
    process with gRPC's threads may abort before it reaches exec; without them it uses vfork.
    """
    options = []
    if uid is not None:
        options += [f"--reuid={uid}", f"--regid={uid if gid is None else gid}", "--clear-groups"]
    if dies_with_us is not None:
        options += ["--pdeathsig", dies_with_us.name]
    if not options:
        return list(command)
    return [shutil.which("setpriv") or "/usr/bin/setpriv", *options, "--", *command]


def is_root() -> bool:
    return os.geteuid() == 0


def current() -> Account:
    """Whoever runs this process: no change of user."""
    return Account(pwd.getpwuid(os.geteuid()).pw_name)


def existing(name: str) -> Account | None:
    """The account of that name, None when the machine has none."""
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        return None
    return Account(name, entry.pw_uid, entry.pw_gid)


def of_server(name: str) -> Account:
    """The account for a server (`postgres`, `rabbitmq`...): the package's own one, else a system account of ours."""
    if not is_root():
        return current()
    return existing(name) or of_service(name)


def of_service(name: str) -> Account:
    """The account `paravent-<name>`, created when root and missing."""
    if not is_root():
        return current()
    full = PREFIX + name
    found = existing(full)
    if found:
        return found
    useradd = shutil.which("useradd") or "/usr/sbin/useradd"
    command = [useradd, "--system", "--no-create-home", "--user-group", "--shell", "/usr/sbin/nologin", full]
    subprocess.run(command, check=True, capture_output=True)
    created = existing(full)
    assert created is not None
    return created


def reachable_by_all(path: Path) -> bool:
    """May any user walk to this path and read it (follows links)?"""
    real = path.resolve()
    return all(folder.stat().st_mode & 0o001 for folder in real.parents) and bool(real.stat().st_mode & 0o004)
