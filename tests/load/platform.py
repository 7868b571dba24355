"""The whole platform under load: as the demo runs, durable, every process up, tracing on."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import parse_qs

from local_platform.demo import Demo
from tests.support import stores
from tests.support.pages import Form, read
from tests.support.portal import Reporter, Story

# Characters of the account of the facts.
TEXT = 3000


@contextmanager
def platform(release: str) -> Iterator[Demo]:
    with Demo(release=release, durable=True, pump_seconds=10, publish_seconds=30) as demo:
        demo.settle()
        demo.until(lambda: stores.count(demo, "intake", "SELECT count(*) FROM key_sets") == 2)
        yield demo


@dataclass(frozen=True)
class Request:
    """A last page, ready to be sent: what a browser would send, as bytes."""

    body: bytes
    content_type: str


class Desk:
    """Prepares last pages. Each has a receipt of its own; the questions before are answered once."""

    def __init__(self, demo: Demo) -> None:
        self.demo = demo
        self.siren = stores.rows(demo, "intake", "SELECT siren FROM members ORDER BY siren")[0][0]
        text = ("Des remarques répétées devant les autres, chaque matin, à la prise de poste. " * 60)[:TEXT]
        self.story = Story({"what": text})
        self._reporter = Reporter(demo.url("intake"))
        self._last_question = self._before_review()

    def close(self) -> None:
        self._reporter.http.close()

    def requests(self, number: int, file: bytes = b"") -> list[Request]:
        """`number` last pages, each with one file unless it is empty."""
        return [self._request(file) for _ in range(number)]

    def _before_review(self) -> dict[str, list[str]]:
        """What is sent with the last question, from where the review page comes."""
        sent: list[dict[str, list[str]]] = []
        http = self._reporter.http
        http.event_hooks["request"].append(lambda request: sent.append(_read_form(request.content.decode())))
        self._reporter.review(self.siren, self.story)
        http.event_hooks["request"].clear()
        return sent[-1]

    def _request(self, file: bytes) -> Request:
        page = read(self._reporter.http.post("/signalement", data=self._last_question).text)
        return _multipart(page.form("/signalement/envoi"), file)


def _read_form(body: str) -> dict[str, list[str]]:
    return parse_qs(body, keep_blank_values=True)


def _multipart(form: Form, file: bytes) -> Request:
    boundary = "----paravent-bench"
    lines: list[bytes] = []
    for name, value in form.filled({"identite": "anonymous"}):
        lines.append(f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode())
    if file:
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="fichiers"; filename="photo.jpg"\r\n'
        lines.append(head.encode() + b"Content-Type: image/jpeg\r\n\r\n" + file + b"\r\n")
    lines.append(f"--{boundary}--\r\n".encode())
    return Request(b"".join(lines), f"multipart/form-data; boundary={boundary}")
