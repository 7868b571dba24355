"""What tests do with any page in Chromium: go on to the next one, look at this one."""

import os
from pathlib import Path
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT

# What breaks a rule, and nothing of the rest that axe tells.
_RUN_AXE = """async options => (await axe.run(options)).violations.flatMap(
  rule => rule.nodes.map(node => `${rule.id}: ${node.html.slice(0, 160)}`))"""
WIDER = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


def follow(page: Any, link: Any) -> None:
    """Press what leads to another page, and be there. A click alone comes back before the page is: what is read next
    could still be the page before, or none."""
    with page.expect_navigation():
        link.click()


def look(page: Any, name: str) -> list[str]:
    """Take a picture when SCREENSHOTS names a folder, and tell what axe and the width find. Where scripts run: axe is
    one."""
    page.wait_for_load_state()
    picture(page, name)
    found = [f"{name}: {violation}" for violation in axe(page)]
    if page.evaluate(WIDER):
        found.append(f"{name}: overflows")
    return found


def axe(page: Any, only: dict[str, Any] | None = None) -> list[str]:
    """What axe finds on the open page. `only`: axe's `runOnly`; None: every rule."""
    if not page.evaluate("typeof axe !== 'undefined'"):
        page.evaluate(AXE_SCRIPT)
    options: dict[str, Any] = {"resultTypes": ["violations"], "preload": False}
    found: list[str] = page.evaluate(_RUN_AXE, options | ({"runOnly": only} if only else {}))
    return found


def picture(page: Any, name: str) -> None:
    """The whole page, as `<name>-<width>.png` in the folder that SCREENSHOTS names; without one, nothing."""
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"{name}-{page.viewport_size['width']}.png", full_page=True)
