"""What runs, and how much memory it takes."""

import fcntl
import json
import sys
from pathlib import Path
from typing import Any

import psutil

from local_platform.layout import Layout


def running_supervisor(layout: Layout) -> int | None:
    """The pid of the supervisor that holds the run folder, None when there is none."""
    if not layout.lock_file.exists():
        return None
    with layout.lock_file.open("r+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return int(lock.read() or 0) or None
    return None


def read_state(layout: Layout) -> dict[str, Any] | None:
    """What the platform wrote down once it was ready."""
    try:
        state: dict[str, Any] = json.loads(layout.state_file.read_text())
    except FileNotFoundError:
        return None
    return state


def pids(layout: Layout) -> dict[str, int]:
    """Process name -> pid, for those that are alive."""
    found = {path.stem: int(path.read_text() or 0) for path in layout.folder("pids").glob("*.pid")}
    return {name: pid for name, pid in sorted(found.items()) if pid and psutil.pid_exists(pid)}


def memory(pid: int) -> int:
    """Proportional set size of a process and its children, in bytes; needs to be root or the same user."""
    try:
        process = psutil.Process(pid)
        return sum(_pss(one.pid) for one in [process, *process.children(recursive=True)])
    except psutil.NoSuchProcess:
        return 0


def print_status(layout: Layout) -> int:
    """Print a table; 0 when everything runs, 3 when nothing does."""
    supervisor = running_supervisor(layout)
    if supervisor is None:
        sys.stdout.write("Paravent is not running.\n")
        return 3
    state = read_state(layout)
    sys.stdout.write(f"supervisor {supervisor}: {'ready' if state else 'starting or stopping'}\n")
    alive, total = pids(layout), _pss(supervisor)
    for name in (state["servers"] + state["processes"]) if state else sorted(alive):
        size = memory(alive[name]) if name in alive else 0
        total += size
        shown = f"pid {alive[name]:<8} {size / 2**20:6.0f} MB" if name in alive else "not running"
        sys.stdout.write(f"  {name:28} {shown}\n")
    sys.stdout.write(f"  {'total (PSS)':28} {'':12} {total / 2**20:6.0f} MB\n")
    return 0


def _pss(pid: int) -> int:
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    except PermissionError:
        return _resident(pid)
    except OSError:
        return 0
    return 0


def _resident(pid: int) -> int:
    """Without root, what processes with private memory share with others cannot be told apart: it counts in full."""
    try:
        return int(psutil.Process(pid).memory_info().rss)
    except psutil.NoSuchProcess:
        return 0
