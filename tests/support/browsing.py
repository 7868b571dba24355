"""What tests do with any page in Chromium: go on to the next one, look at this one."""

import os
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe

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
    violations = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    found = [f"{name}: {rule['id']}: {node['html'][:120]}" for rule in violations for node in rule["nodes"]]
    if page.evaluate(WIDER):
        found.append(f"{name}: overflows")
    return found


def picture(page: Any, name: str) -> None:
    """The whole page, as `<name>-<width>.png` in the folder that SCREENSHOTS names; without one, nothing."""
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"{name}-{page.viewport_size['width']}.png", full_page=True)
