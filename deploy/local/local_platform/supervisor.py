"""Keeps processes running: starts what died again, stops what is on hold, writes each one's pid."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from local_platform.layout import Layout
from local_platform.processes import Child, NotReadyError

_FIRST_DELAY, _LONGEST_DELAY = 0.2, 5.0
_STEADY = 10.0  # seconds of running after which past failures are forgotten


@dataclass
class Unit:
    """One supervised process."""

    name: str
    launch: Callable[[], Child]
    ready: Callable[[], bool]
    child: Child | None = None
    failures: int = 0
    started_at: float = 0.0
    next_start: float = 0.0

    @property
    def running(self) -> bool:
        return self.child is not None and self.child.running


@dataclass
class Supervisor:
    """Units in the order of their start; they stop in the reverse order, those of one group side by side."""

    layout: Layout
    say: Callable[[str], None]
    groups: list[list[Unit]] = field(default_factory=list)

    @property
    def units(self) -> list[Unit]:
        return [unit for group in self.groups for unit in group]

    def start(self, units: Iterable[Unit], *, within: float = 90) -> None:
        """Start a group side by side and wait until all are ready. Raises NotReadyError."""
        group = list(units)
        self.groups.append(group)
        for unit in group:
            self._launch(unit)
        self.wait_ready(group, within=within)

    def wait_ready(self, units: Iterable[Unit], *, within: float) -> None:
        """Wait for units, restarting none: one that ends at once is a fault to be shown."""
        deadline = time.monotonic() + within
        for unit in units:
            assert unit.child is not None
            unit.child.wait_ready(unit.ready, within=max(1.0, deadline - time.monotonic()))

    def tick(self) -> None:
        """Look at every unit once."""
        for unit in self.units:
            held = self.layout.hold_file(unit.name).exists()
            if held and unit.running:
                assert unit.child is not None
                unit.child.stop()
            elif not held and not unit.running:
                self._revive(unit)

    def stop(self) -> None:
        """Stop all: the last group first."""
        for group in reversed(self.groups):
            children = [unit.child for unit in group if unit.child]
            for child in children:
                child.ask_to_stop()
            for child in children:
                child.stop(within=20)
            for unit in group:
                self.layout.pid_file(unit.name).unlink(missing_ok=True)
        self.groups.clear()

    def _revive(self, unit: Unit) -> None:
        now = time.monotonic()
        if unit.child is not None:  # has just ended
            status = unit.child.process.returncode
            unit.child.kill()  # what it may have left of its group
            unit.child = None
            unit.failures = 0 if now - unit.started_at > _STEADY else unit.failures + 1
            unit.next_start = now + min(_FIRST_DELAY * 2**unit.failures, _LONGEST_DELAY)
            if not self.layout.hold_file(unit.name).exists():
                self.say(f"{unit.name} ended (status {status}), starting it again")
        elif now >= unit.next_start:
            self._launch(unit)

    def _launch(self, unit: Unit) -> None:
        unit.started_at = time.monotonic()
        unit.child = unit.launch()
        path = self.layout.pid_file(unit.name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(str(unit.child.pid))


def run_to_end(children: Iterable[Child], *, within: float = 120) -> None:
    """Wait for tasks. Raises NotReadyError with the end of the log of the first that failed."""
    deadline = time.monotonic() + within
    started = list(children)
    try:
        for child in started:
            while child.running and time.monotonic() < deadline:
                time.sleep(0.05)
            status = child.process.poll()
            if status != 0:
                raise NotReadyError(f"{child.name} failed (status {status}):\n{child.tail()}")
    finally:
        for child in started:
            child.kill()
