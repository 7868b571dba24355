"""Is this process alive, and ready to work? Answers without detail: what is wrong goes to the log.

A web process is asked over HTTP (`/sante/vivant`, `/sante/pret`). A plain process beats: its work loop touches
`<state_dir>/<role>.alive`, so that a loop that hangs is seen.
"""

import time
from collections.abc import Callable
from pathlib import Path

from chassis import logs

log = logs.get(__name__)

# A check that passed is trusted this long, in seconds: probes must not weigh on the database.
_TRUST = 1.0


class Health:
    """The checks of one process. A check raises when what it looks at is not there."""

    def __init__(self) -> None:
        self._checks: dict[str, Callable[[], object]] = {}
        self._ready_at = float("-inf")

    def add(self, name: str, check: Callable[[], object]) -> None:
        self._checks[name] = check

    def ready(self) -> bool:
        """Does everything that the process needs answer?"""
        if time.monotonic() - self._ready_at < _TRUST:
            return True
        passed = [self._passes(name) for name in self._checks]
        if not all(passed):
            return False
        self._ready_at = time.monotonic()
        return True

    def _passes(self, name: str) -> bool:
        try:
            self._checks[name]()
        except Exception:
            log.warning("health.not_ready", check=name, exc_info=True)
            return False
        return True


class Heartbeat:
    """The sign of life of a plain process."""

    def __init__(self, state_dir: Path, role: str) -> None:
        self.path = state_dir / f"{role}.alive"

    def beat(self) -> None:
        """Say that the work loop has just gone round."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.touch()

    def stop(self) -> None:
        """Say that the process ends on purpose."""
        self.path.unlink(missing_ok=True)

    def alive(self, within: float = 30) -> bool:
        """Has the loop gone round in the last `within` seconds?"""
        try:
            return time.time() - self.path.stat().st_mtime <= within
        except FileNotFoundError:
            return False
