"""What journeys and accessibility share: one platform for the whole run, a browser per person."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from local_platform.demo import Demo
from tests.support.visitor import PHONE, Visitor


@pytest.fixture(scope="session")
def platform() -> Iterator[Demo]:
    """Held events leave every second, figures are published every other second: a journey sees its end.

    PARAVENT_PLATFORM names the folder of one that runs already, to write journeys by.
    """
    if running := os.environ.get("PARAVENT_PLATFORM"):
        yield Demo.attached(Path(running))
        return
    with Demo(release="every:1", pump_seconds=1, publish_seconds=2) as demo:
        demo.settle()
        yield demo


@pytest.fixture
def visitor(chromium: Browser, platform: Demo) -> Iterator[Callable[..., Visitor]]:
    """`visitor("referent", size=DESKTOP)`: somebody with a browser of their own. Leaves with the test, and what every
    visit must hold is checked then."""
    visitors: list[Visitor] = []

    def arrive(name: str, size: dict[str, int] = PHONE, *, scripts: bool = True, pictured: bool = True) -> Visitor:
        visitors.append(Visitor(chromium, platform, name, size, scripts=scripts, pictured=pictured))
        return visitors[-1]

    yield arrive
    for each in visitors:
        each.leave()
    for each in visitors:
        each.check()
