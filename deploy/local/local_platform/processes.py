"""Starting and stopping child processes so that none is ever left behind.

Every child leads a process group of its own (Ctrl-C in the terminal reaches only us; we stop them in order), dies with
its parent (PR_SET_PDEATHSIG), and is killed group-wise when it does not stop in time.
"""

import atexit
import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import ClassVar, Self

from local_platform.accounts import Account, launched


class NotReadyError(Exception):
    """A server did not become ready in time, or ended first."""


class Child:
    """One running child process, its group and its log file."""

    _alive: ClassVar[set["Child"]] = set()

    def __init__(self, process: "subprocess.Popen[bytes]", name: str, log: Path, stop_signal: signal.Signals) -> None:
        self.process = process
        self.name = name
        self.log = log
        self._stop_signal = stop_signal
        Child._alive.add(self)

    @classmethod
    def start(
        cls,
        name: str,
        command: Sequence[str],
        *,
        log: Path,
        env: Mapping[str, str],
        account: Account | None = None,
        cwd: Path | str = "/",
        stop_signal: signal.Signals = signal.SIGTERM,
        umask: int = 0o077,
    ) -> Self:
        """Start a command with exactly this environment; its output is appended to `log`."""
        log.parent.mkdir(parents=True, exist_ok=True)
        other = account or Account("")
        with log.open("ab") as output:
            process = subprocess.Popen(
                launched(command, uid=other.uid, gid=other.gid, dies_with_us=stop_signal),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=dict(env),
                cwd=cwd,
                umask=umask,
                start_new_session=True,
            )
        _wait_until_launched(process.pid)
        return cls(process, name, log, stop_signal)

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def running(self) -> bool:
        return self.process.poll() is None

    def wait_ready(self, check: Callable[[], bool], *, within: float = 60, every: float = 0.05) -> None:
        """Wait until `check` says yes. Raises NotReadyError with the end of the log."""
        deadline = time.monotonic() + within
        while True:
            if not self.running:
                raise NotReadyError(f"{self.name} ended with status {self.process.returncode}:\n{self.tail()}")
            if check():
                return
            if time.monotonic() > deadline:
                raise NotReadyError(f"{self.name} is not ready after {within:.0f} s:\n{self.tail()}")
            time.sleep(every)

    def tail(self, lines: int = 15) -> str:
        """The last lines of the log."""
        try:
            return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])
        except OSError:
            return "(no log)"

    def kill(self) -> None:
        """Kill the whole group at once."""
        self._signal_group(signal.SIGKILL)
        self.process.wait()
        Child._alive.discard(self)

    def ask_to_stop(self) -> None:
        """Send the stop signal, without waiting."""
        if self.running:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, self._stop_signal)

    def stop(self, *, within: float = 15) -> None:
        """Ask to stop, wait, then kill what is left of the group."""
        self.ask_to_stop()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(timeout=within)
        self.kill()

    def _signal_group(self, sig: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, sig)


def _wait_until_launched(pid: int) -> None:
    """Until the launcher has given way to the command: from then on the child ends with us, however we end."""
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        try:
            if Path(f"/proc/{pid}/comm").read_text().strip() != "setpriv":
                return
        except FileNotFoundError:
            return
        time.sleep(0.001)


@atexit.register
def _stop_all() -> None:
    for child in list(Child._alive):
        child.ask_to_stop()
    for child in list(Child._alive):
        child.stop(within=5)


def base_environment(**more: str) -> dict[str, str]:
    """The little that every child gets of our environment, and more."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "TZ") if name in os.environ}
    path = kept.get("PATH", "")
    if "/usr/sbin" not in path.split(":"):
        kept["PATH"] = f"{path}:/usr/sbin:/usr/bin:/sbin:/bin".lstrip(":")
    return {"LANG": "C.UTF-8", **kept, **more}
