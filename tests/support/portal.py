"""A reporter, as a program: walks the portal's pages one by one, over HTTP, without JavaScript and without cookies."""

from dataclasses import dataclass, field, replace
from typing import Any, Self

import httpx

from tests.support.clients import client
from tests.support.pages import Page, read

ANSWERS: dict[str, str | list[str]] = {
    "quality": "victim",
    "acts": ["HARCELEMENT_MORAL"],
    "criteria": ["AGE"],
    "when": "Depuis le printemps",
    "where": "À l’atelier",
    "what": "Des remarques répétées devant les autres, chaque matin.",
    "implicated": ["HIERARCHIE"],
    "implicated_details": "La personne qui organise le travail",
    "danger": "no",
}
_MOST_PAGES = 20


@dataclass
class Story:
    """What a reporter tells. `identity`: None for an anonymous report. `files`: (name, content, media type). `contact`:
    the address where to be told of an answer. `known`: the name is told to everybody whom the last page offers."""

    answers: dict[str, str | list[str]] = field(default_factory=dict)
    identity: dict[str, str] | None = None
    files: list[tuple[str, bytes, str]] = field(default_factory=list)
    contact: str = ""
    known: bool = False

    def all_answers(self) -> dict[str, str | list[str]]:
        return ANSWERS | self.answers


class Reporter:
    """One person with a browser."""

    def __init__(self, url: str, *, address: str | None = None, timeout: float = 60) -> None:
        """`address`: the loopback address to come from, for tests that look for it."""
        headers = {"Accept-Language": "fr"}
        self.http = client(url, address=address, timeout=timeout, follow_redirects=True, headers=headers)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()

    def report(self, member: str, story: Story) -> str:
        """File a report with a member (a word of its name, or its SIREN); answer the receipt's eight words."""
        return self.send(self.review(member, story), story)

    def review(self, member: str, story: Story) -> Page:
        """Answer every question; answer the review page."""
        page = self.open_form(member)
        for _ in range(_MOST_PAGES):
            if any(form.action == "/signalement/envoi" for form in page.forms):
                return page
            page = self._post("/signalement", page.form("/signalement").filled(story.all_answers()))
        raise AssertionError("the review page never came")

    def open_form(self, member: str) -> Page:
        """The first page of the form, from the member's own page."""
        page = self._page(self.http.get(f"/m/{member}"))
        return self._post("/signalement", page.form("/signalement").filled({}))

    def send(self, review: Page, story: Story) -> str:
        """Send the last page, with files and identity; answer the eight words."""
        page = self._send(review, story)
        if not page.words:  # passages that may identify were shown: mask what is proposed, send again
            page = self._send(page, replace(story, files=[]))
        if len(page.words) != 8:
            raise AssertionError("no receipt")
        return " ".join(page.words)

    def _send(self, review: Page, story: Story) -> Page:
        form = review.form("/signalement/envoi")
        told: dict[str, str | list[str]] = {"identite": "anonymous", "prevenir": story.contact}
        if story.identity:
            told |= {"identite": "known" if story.known else "confidential", **story.identity}
        if story.known:
            told["dire"] = form.choices["dire"]
        parts: list[tuple[str, Any]] = [(name, (None, value)) for name, value in form.filled(told)]
        parts += [("fichiers", file) for file in story.files]
        return self._page(self.http.post("/signalement/envoi", files=parts))

    def open_space(self, words: str) -> httpx.Response:
        """The follow-up space."""
        page = self._page(self.http.get("/suivi"))
        return self.http.post("/suivi", data=_encoded(page.form("/suivi").filled({"recepisse": words})))

    def write(self, space: httpx.Response, text: str) -> httpx.Response:
        """Send a message from the follow-up space."""
        form = read(space.text).form("/suivi/message")
        return self.http.post("/suivi/message", data=_encoded(form.filled({"message": text})))

    def _post(self, path: str, fields: list[tuple[str, str]]) -> Page:
        return self._page(self.http.post(path, data=_encoded(fields)))

    @staticmethod
    def _page(response: httpx.Response) -> Page:
        if response.status_code not in (200, 422):
            raise AssertionError(f"{response.request.method} {response.request.url.path}: {response.status_code}")
        return read(response.text)


def _encoded(fields: list[tuple[str, str]]) -> dict[str, list[str]]:
    sent: dict[str, list[str]] = {}
    for name, value in fields:
        sent.setdefault(name, []).append(value)
    return sent
