"""Trying to read files as the unix accounts of the platform's processes."""

import pwd
import subprocess
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local_platform.accounts import PREFIX, reachable_by_all
from local_platform.demo import Demo
from local_platform.manifest import Manifest

# Opens each path that comes in, a file or a folder, to read it; repeats those that it could open.
_READ = """while IFS= read -r path; do
    true 2>/dev/null <"$path" && printf '%s\\n' "$path"
done; true"""


@dataclass(frozen=True)
class Actor:
    """An account as the manifest names it ("casework+opener"), with the ids that its processes run under."""

    name: str
    uid: int
    gid: int

    def run(self, script: str, text: str = "") -> "subprocess.CompletedProcess[str]":
        """Run a shell script as this account."""
        who: dict[str, Any] = {"user": self.uid, "group": self.gid, "extra_groups": []}
        return subprocess.run(
            ["/bin/sh", "-c", script], input=text, text=True, capture_output=True, cwd="/", timeout=30, **who
        )


def actors(manifest: Manifest) -> list[Actor]:
    """Every account that a process or a task of the manifest runs as, and that of the sinks."""
    names = {spec.account for spec in [*manifest.processes, *manifest.tasks]} | {"sinks"}
    return [_actor(name) for name in sorted(names)]


def _actor(name: str) -> Actor:
    own = pwd.getpwnam(PREFIX + name.replace("+", "-"))
    service = pwd.getpwnam(PREFIX + name.partition("+")[0])
    return Actor(name, own.pw_uid, service.pw_gid)


def readers(demo: Demo, manifest: Manifest, paths: Collection[Path]) -> dict[Path, set[str]]:
    """Path -> the accounts that can read that file or list that folder.

    On a platform without accounts of their own: nobody where the mode lets nobody but the owner read, else "everybody".
    """
    found: dict[Path, set[str]] = {path: set() for path in paths}
    if not demo.state["separate_accounts"]:
        return {path: {"everybody"} if reachable_by_all(path) else set() for path in found}
    for actor in actors(manifest):
        done = actor.run(_READ, "".join(f"{path}\n" for path in found))
        for line in done.stdout.splitlines():
            found[Path(line)].add(actor.name)
    return found
