"""The vault's pages over HTTP: somebody who is signed in there, with a passkey in software."""

import html
import re
from typing import Any

import pyrage

from local_platform.demo import Demo
from tests.support.authenticator import Authenticator
from tests.support.pages import read
from tests.support.staff import Colleague

_OPTIONS = re.compile(r'data-options="([^"]*)"')
_RESULT = re.compile(r'<textarea id="resultat"[^>]*>([^<]*)<')


class Holder(Colleague):
    """A first visit registers a passkey."""

    def __init__(self, demo: Demo, subject: str) -> None:
        super().__init__(demo.url("vault"), subject)
        self.demo = demo
        self.key = Authenticator(origin=demo.url("vault"))
        page = self.text("/cle")
        self._send(page, "/cle", {"assertion": self.key.create(_options(page))})

    def open_identity(self) -> str:
        """Wait until an agreement may be opened, and open it; answer the page that shows the identity."""
        path, page = self.demo.until(self._opening)
        return self._send(page, path, {"assertion": self.key.get(_options(page))})

    def write_order(self, answers: dict[str, str]) -> str:
        """A custodian writes an order; answer its address."""
        form = self.page("/gardiens/nouvel-ordre").form("/gardiens")
        arrived = self.http.post("/gardiens", data=dict(form.filled(dict(answers))))
        if arrived.status_code != 200:
            raise AssertionError(f"the order was refused: {arrived.status_code}")
        return arrived.url.path

    def sign(self, order: str) -> None:
        page = self.text(order)
        self._send(page, f"{order}/signature", {"assertion": self.key.get(_options(page))})

    def carry_out(self, order: str, authority: pyrage.x25519.Identity) -> str:
        """Carry an order out; answer what the authority reads, as JSON."""
        found = _RESULT.search(self._send(self.text(order), f"{order}/execution", {}))
        if found is None:
            raise AssertionError("the order gave nothing")
        return pyrage.decrypt(html.unescape(found[1]).strip().encode(), [authority]).decode()

    def _opening(self) -> tuple[str, str] | None:
        """The address of an agreement, and the page that asks for the touch."""
        for path in {link for link in self.page("/").links.values() if link.startswith("/accords/")}:
            page = self.text(f"{path}/ouverture")
            if _OPTIONS.search(page):
                return path, page
        return None

    def _send(self, page: str, action: str, answers: dict[str, Any]) -> str:
        sent = self.http.post(action, data=dict(read(page).form(action).filled(answers)))
        if sent.status_code != 200:
            raise AssertionError(f"POST {action}: {sent.status_code}")
        return sent.text


def _options(page: str) -> str:
    found = _OPTIONS.search(page)
    if found is None:
        raise AssertionError("no passkey is asked for")
    return html.unescape(found[1])
