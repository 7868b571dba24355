"""Every page of every service, in every state that looks different: visited once, looked at once."""

from collections.abc import Callable

from local_platform.demo import Demo
from tests.accessibility.inspection import Inspection, inspect
from tests.support.visitor import Visitor

Arrive = Callable[..., Visitor]


class Tour:
    """Collects inspections by the name of the page."""

    def __init__(self, demo: Demo, arrive: Arrive) -> None:
        self.demo, self.arrive = demo, arrive
        self.seen: dict[str, Inspection] = {}

    def stop(self, visitor: Visitor, name: str, template: str, shows: str) -> None:
        """Look at the open page. `shows`: words that tell that it is the page meant. Raises AssertionError."""
        assert visitor.shows(shows), f"{name}: {visitor.page.locator('main').inner_text()[:300]}"
        assert name not in self.seen
        self.seen[name] = inspect(visitor.page, name, template)
