"""Staff, as a program: signs in through the identity provider, then does what a screener or a referent does."""

from typing import Self

import httpx

from tests.support.clients import client
from tests.support.pages import Page, read


class Colleague:
    """A signed-in person at one of the back offices."""

    def __init__(self, url: str, subject: str) -> None:
        """`url`: the office. `subject`: the account at the identity provider ("ecran-1")."""
        self.http = client(url, timeout=60, follow_redirects=True)
        choice = self.http.get("/connexion")
        arrived = self.http.post(str(choice.url), data={"sub": subject})
        if arrived.status_code != 200 or arrived.url.host != httpx.URL(url).host:
            raise AssertionError(f"{subject} could not sign in: {arrived.status_code} at {arrived.url.path}")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()

    def page(self, path: str) -> Page:
        """A page that must be there."""
        return read(self.text(path))

    def text(self, path: str) -> str:
        response = self.http.get(path)
        if response.status_code != 200:
            raise AssertionError(f"GET {path}: {response.status_code}")
        return response.text

    def case_paths(self, listing: str, view: str = "") -> list[str]:
        """Addresses of the cases on the first page of a list ("/relecture", "/dossiers")."""
        page = self.page(f"{listing}?vue={view}" if view else listing)
        found = {link.partition("?")[0].partition("#")[0] for link in page.links.values()}
        return sorted(link for link in found if link.startswith(f"{listing}/"))

    def press(self, path: str, action: str, answers: dict[str, str | list[str]] | None = None, button: str = "") -> str:
        """Send a form of a page; answer the text of the page that follows. `button`: its value, default the first."""
        form = self.page(path).form(action)
        pressed = next(b for b in form.buttons if b[1] == button) if button else None
        sent: dict[str, list[str]] = {}
        for name, value in form.filled(answers or {}, pressed):
            sent.setdefault(name, []).append(value)
        response = self.http.post(action, data=sent)
        if response.status_code != 200:
            raise AssertionError(f"POST {action}: {response.status_code}")
        return response.text

    def release(self, path: str) -> None:
        """Release a case as it is (a screener)."""
        self.press(path, path, button="transmettre")

    def take_in_charge(self, path: str) -> None:
        self.press(path, f"{path}/prise-en-charge")

    def write(self, path: str, text: str) -> None:
        self.press(path, f"{path}/messages", {"message": text})
