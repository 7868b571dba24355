"""The last line of a proof: `audit: 12 passed, 0 failed`. PROOF names it; a run that skips says so in that line."""

import os
from collections import Counter

import pytest

_COUNTED = {"passed": "passed", "failed": "failed", "error": "failed", "skipped": "skipped"}


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    name = os.environ.get("PROOF")
    if not name:
        return
    counts: Counter[str] = Counter()
    for outcome, told in _COUNTED.items():
        counts[told] += len(terminalreporter.stats.get(outcome, []))
    line = f"{name}: {counts['passed']} passed, {counts['failed']} failed"
    if counts["skipped"]:
        line += f", {counts['skipped']} skipped"
    terminalreporter.config.stash[_LINE] = line


_LINE = pytest.StashKey[str]()


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    line = config.stash.get(_LINE, None)
    if line:
        print(line, flush=True)
