"""Every page of every service, in every state that looks different: visited once, looked at once.

A template is looked at in every way the first time, and the first time that it shows an error; else in part.
"""

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
        self._known: set[tuple[str, bool]] = set()

    def stop(self, visitor: Visitor, name: str, template: str, shows: str) -> None:
        """Look at the open page. `shows`: words that tell that it is the page meant. Raises AssertionError."""
        assert visitor.shows(shows), f"{name}: {visitor.page.locator('main').inner_text()[:300]}"
        assert name not in self.seen
        alike = (template, "erreur" in name)
        self.seen[name] = inspect(visitor.page, name, template, again=alike in self._known)
        self._known.add(alike)
