"""Which Python runs the services, and whether they can run as accounts of their own.

An interpreter in somebody's private home cannot be read by another account. Then the machine's own Python of the same
version takes the locked packages instead; without one, or when the code too stands in a private home, all share a user.
"""

import compileall
import os
import sys
from dataclasses import dataclass
from pathlib import Path

from local_platform.accounts import is_root, reachable_by_all
from local_platform.layout import PROJECT

_VERSION = f"python{sys.version_info.major}.{sys.version_info.minor}"


@dataclass(frozen=True)
class Interpreter:
    """`separate`: each service runs as an account of its own. `reason` says why not."""

    path: Path
    separate: bool
    reason: str = ""


def choose(run: Path) -> Interpreter:
    """The interpreter for the services; makes a small environment in the run folder when it has to."""
    ours = Path(sys.executable)
    if not is_root():
        return Interpreter(ours, False, "started without root")
    if not reachable_by_all(PROJECT) or not reachable_by_all(Path(os.__file__).parent / "site.py"):
        return _system_python(run, ours)
    return Interpreter(ours, True)


def _system_python(run: Path, ours: Path) -> Interpreter:
    system = Path("/usr/bin") / _VERSION
    if not reachable_by_all(PROJECT):
        return Interpreter(ours, False, "other accounts cannot read the project's folder")
    if not system.exists():
        return Interpreter(ours, False, f"other accounts cannot read this Python and there is no {system}")
    return Interpreter(_environment(run / "python", system), True)


def _environment(folder: Path, system: Path) -> Path:
    """A virtual environment of the system's Python with the packages of ours: links, no copies."""
    (folder / "bin").mkdir(parents=True, exist_ok=True)
    folder.chmod(0o755)
    (folder / "bin").chmod(0o755)
    settings = folder / "pyvenv.cfg"
    settings.write_text(f"home = {system.parent}\ninclude-system-site-packages = false\n")
    settings.chmod(0o644)
    for link, target in ((folder / "bin" / "python", system), (folder / "lib", Path(sys.prefix) / "lib")):
        if not link.is_symlink():
            link.symlink_to(target)
    return folder / "bin" / "python"


def compile_project() -> None:
    """Accounts that may not write into the project cannot cache what Python compiles: do it for them."""
    for name in ("chassis/chassis", "proto/gen", "services", "deploy/local/local_platform"):
        compileall.compile_dir(PROJECT / name, quiet=2)
