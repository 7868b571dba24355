"""What a measure is: a value, the floor it was compared with in the same run, and the goal it had to reach."""

import json
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal


@dataclass(frozen=True)
class Measure:
    """One line of the bench. `ratio`: value over floor. `met` is None where there is no goal."""

    name: str
    value: float
    unit: str
    floor: float | None = None
    ratio: float | None = None
    goal: str | None = None
    met: bool | None = None

    def line(self) -> str:
        told = f"{self.name:<58} {self.value:>12,.1f} {self.unit:<10}"
        told += f" floor {self.floor:>10,.1f}  ratio {self.ratio:4.2f}" if self.floor and self.ratio else " " * 29
        return told + ("" if self.goal is None else f"  goal {self.goal}: {'met' if self.met else 'NOT MET'}")


def measure(
    name: str,
    value: float,
    unit: str,
    *,
    floor: float | None = None,
    at_least: float | None = None,
    at_most: float | None = None,
    ratio_at_least: float | None = None,
) -> Measure:
    """A measure with its goals, all of which must hold for it to be met."""
    ratio = value / floor if floor else None
    goals: list[tuple[str, bool]] = []
    if at_least is not None:
        goals.append((f"≥ {at_least:g}", value >= at_least))
    if at_most is not None:
        goals.append((f"≤ {at_most:g}", value <= at_most))
    if ratio_at_least is not None:
        goals.append((f"ratio ≥ {ratio_at_least:g}", ratio is not None and ratio >= ratio_at_least))
    goal = " and ".join(text for text, _ in goals) or None
    met = all(held for _, held in goals) if goals else None
    rounded = None if ratio is None else round(ratio, 3)
    return Measure(name, round(value, 3), unit, None if floor is None else round(floor, 3), rounded, goal, met)


def best_of(times: int, run: Callable[[], float], *, better: Literal["more", "less"] = "more") -> float:
    """The best of some runs: this machine's speed varies by a third."""
    values = [run() for _ in range(times)]
    return max(values) if better == "more" else min(values)


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which `share` (0 to 1) of the values lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def fsync_milliseconds(folder: Path) -> float:
    """Median time of one small write with fsync, on the disk of `folder`."""
    with tempfile.NamedTemporaryFile(dir=folder) as file:
        times = []
        for _ in range(200):
            file.write(b"x" * 512)
            file.flush()
            started = time.perf_counter()
            os.fsync(file.fileno())
            times.append(time.perf_counter() - started)
    return statistics.median(times) * 1000


def write(measures: Sequence[Measure], path: Path) -> None:
    """The list as JSON."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps([asdict(m) for m in measures], indent=2, ensure_ascii=False) + "\n")
