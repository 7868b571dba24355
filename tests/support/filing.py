"""Many reporters at once, who do as people do: when a page fails, they send it again."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

import httpx

from tests.support.marks import unique
from tests.support.portal import Reporter, Story

T = TypeVar("T")

# Seconds that a reporter goes on trying.
_PATIENCE = 180


@dataclass
class Filed:
    """Receipts that were shown, each with the mark that stands in its text."""

    marks: dict[str, str] = field(default_factory=dict)
    retries: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, words: str, mark: str, retries: int) -> None:
        with self.lock:
            self.marks[words] = mark
            self.retries += retries


def file_one(url: str, member: str, filed: Filed) -> None:
    """File one report, through whatever happens; what was shown as a receipt is written down."""
    mark = f"repère-{unique()}"
    story = Story({"what": f"Ce qui s’est passé, {mark}."})
    with Reporter(url, timeout=15) as reporter:
        review, first = _insist(lambda: reporter.review(member, story))
        words, second = _insist(lambda: reporter.send(review, story))
    filed.add(words, mark, first + second)


def _insist(act: Callable[[], T]) -> tuple[T, int]:
    """Do it until it works; answer what it gave and how often it had failed."""
    deadline, failures = time.monotonic() + _PATIENCE, 0
    while True:
        try:
            return act(), failures
        except (httpx.TransportError, AssertionError):
            failures += 1
            if time.monotonic() > deadline:
                raise
            time.sleep(0.5)
