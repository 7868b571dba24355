"""Somebody with a browser: where they go, what it asks of which hosts, what the pages look like."""

import os
import re
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, ConsoleMessage, Page, Request, Route

from local_platform.demo import Demo
from tests.support import browsing

PHONE = {"width": 360, "height": 740}
DESKTOP = {"width": 1280, "height": 900}
# Milliseconds that a page may take on a machine that runs everything at once.
_PATIENCE = 30_000
_HERE = ("127.0.0.1", "localhost")


def keep_picture(page: Page, name: str) -> None:
    """The whole page, in the folder that PARAVENT_JOURNEYS names, or .run/journeys. Nobody looks where CI is set."""
    if os.environ.get("CI") and "PARAVENT_JOURNEYS" not in os.environ:
        return
    folder = Path(os.environ.get("PARAVENT_JOURNEYS", ".run/journeys"))
    folder.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=folder / f"{name}.png", full_page=True)


class Visitor:
    """One person, one browser, no history. `page` is the open page."""

    def __init__(
        self,
        chromium: Browser,
        demo: Demo,
        name: str,
        size: dict[str, int],
        *,
        scripts: bool = True,
        pictured: bool = True,
    ) -> None:
        """`scripts`: does JavaScript run? `pictured`: are the pictures of this visit kept?"""
        self.pictured = pictured
        self.demo, self.name, self.size = demo, name, size
        self.context = chromium.new_context(
            viewport=size, java_script_enabled=scripts, locale="fr-FR", reduced_motion="reduce"
        )
        self.context.set_default_timeout(_PATIENCE)
        self.foreign: list[str] = []
        self.complaints: list[str] = []
        self._taken = 0
        self.context.route(_elsewhere, self._stop)
        self.context.on("console", self._listen)
        self.page: Page = self.context.new_page()

    def go(self, service: str, path: str = "/") -> int:
        """Open a page of a service; answer its status."""
        response = self.page.goto(self.demo.url(service) + path)
        assert response is not None
        return response.status

    def sign_in(self, service: str, subject: str, path: str = "/") -> None:
        """Open a page of an office; choose the account at the identity provider, which has no password."""
        self.go(service, path)
        self.identify(subject)

    def identify(self, subject: str) -> None:
        """At the identity provider: choose the account."""
        browsing.follow(self.page, self.page.locator(f'button[name="sub"][value="{subject}"]'))

    def press(self, name: str) -> None:
        """Press the button of this name, and be on the page that comes."""
        browsing.follow(self.page, self.page.get_by_role("button", name=name))

    def follow(self, name: str | re.Pattern[str], *, exact: bool = False) -> None:
        """Follow the link of this name, and be on its page."""
        browsing.follow(self.page, self.page.get_by_role("link", name=name, exact=exact))

    def choose(self, label: str) -> None:
        """Press a choice where its words stand: the label covers the box."""
        self.page.locator("label").filter(has_text=re.compile(rf"^\s*{re.escape(label)}\s*$")).click()

    def picture(self, name: str) -> None:
        """Keep what the page looks like, numbered in the order of the visit."""
        if not self.pictured:
            return
        self._taken += 1
        keep_picture(self.page, f"{self.name}-{self._taken:02}-{name}-{self.size['width']}")

    def shows(self, text: str) -> bool:
        """Does the page show this text? Spaces are alike, breaking or not."""
        return text in " ".join(self.page.locator("main").inner_text().split())

    def wait_for(self, text: str) -> None:
        """Load the page again until it shows this text, as somebody who waits for an answer does."""
        self.demo.until(lambda: self.shows(text) or (self.page.reload() and self.shows(text)))

    def path(self) -> str:
        return urlsplit(self.page.url).path

    def cookies(self) -> list[str]:
        """The names of what this browser keeps."""
        return sorted(cookie["name"] for cookie in self.context.cookies())

    def leave(self) -> None:
        self.context.close()

    def check(self) -> None:
        """No page of ours asked anybody else, or held what its own policy forbids. Raises AssertionError."""
        assert self.foreign == []
        assert self.complaints == []

    def _stop(self, route: Route, request: Request) -> None:
        """The local identity provider's pages want a style sheet from elsewhere, in vain; ours want nothing."""
        if not request.frame.url.startswith(self.demo.url("oidc")):
            self.foreign.append(request.url)
        route.abort()

    def _listen(self, message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            self.complaints.append(message.text)


def _elsewhere(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in ("http", "https", "ws", "wss") and parts.hostname not in _HERE
