"""What the idle demo takes: proportional set size (PSS) of every process, once everything has settled."""

import time

from tests.load.measure import Measure, measure
from tests.load.platform import platform

MEGABYTE = 1 << 20
# Seconds without work before looking.
_REST = 10


def run() -> list[Measure]:
    with platform("every:5") as demo:
        time.sleep(_REST)
        sizes = demo.memory()
    lines = [measure(f"idle memory, {name}", size / MEGABYTE, "MB") for name, size in sorted(sizes.items())]
    return [*lines, measure("idle memory, everything", sum(sizes.values()) / MEGABYTE, "MB", at_most=2560)]
