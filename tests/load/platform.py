"""The whole platform under load: as the demo runs, durable, every process up, tracing on."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

from local_platform.demo import Demo
from tests.support import stores
from tests.support.pages import Form
from tests.support.portal import Reporter, Story

# Characters of the account of the facts.
TEXT = 3000
# Clients that fill forms before a measure.
_HANDS = 8


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
    """Prepares last pages: each comes from a form of its own, filled from its first page, with a receipt of its own."""

    def __init__(self, demo: Demo) -> None:
        self.demo = demo
        self.siren = stores.rows(demo, "intake", "SELECT siren FROM members ORDER BY siren")[0][0]
        text = ("Des remarques répétées devant les autres, chaque matin, à la prise de poste. " * 60)[:TEXT]
        self.story = Story({"what": text})
        self._reporters = [Reporter(demo.url("intake")) for _ in range(_HANDS)]

    def close(self) -> None:
        for reporter in self._reporters:
            reporter.http.close()

    def requests(self, number: int, file: bytes = b"") -> list[Request]:
        """`number` last pages, each with one file unless it is empty."""
        shares = [range(hand, number, _HANDS) for hand in range(_HANDS)]
        with ThreadPoolExecutor(_HANDS) as hands:
            filled = hands.map(
                lambda hand: [self._request(self._reporters[hand], file) for _ in shares[hand]], range(_HANDS)
            )
            return [request for share in filled for request in share]

    def _request(self, reporter: Reporter, file: bytes) -> Request:
        return _multipart(reporter.review(self.siren, self.story).form("/signalement/envoi"), file)


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
