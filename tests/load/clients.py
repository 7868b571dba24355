"""Clients that send prepared pages as fast as they are answered, or at a set rate, and time each answer."""

import http.client
import itertools
import queue
import threading
import time
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from tests.load.platform import Request

PATH = "/signalement/envoi"


@dataclass
class Answers:
    """Seconds each accepted report took; how many were not accepted; seconds from the first to the last answer."""

    seconds: list[float] = field(default_factory=list)
    refused: int = 0
    elapsed: float = 0.0

    @property
    def rate(self) -> float:
        return len(self.seconds) / self.elapsed


def send(url: str, requests: list[Request], clients: int, *, per_second: float | None = None) -> Answers:
    """Send every request once, from `clients` connections. With `per_second`, each leaves at its own instant."""
    answers, lock = Answers(), threading.Lock()
    waiting: queue.SimpleQueue[tuple[float, Request]] = queue.SimpleQueue()
    begin = time.perf_counter() + 0.2
    for place, request in zip(itertools.count(), requests, strict=False):
        waiting.put((begin + place / per_second if per_second else begin, request))
    threads = [threading.Thread(target=_client, args=(url, waiting, answers, lock)) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    answers.elapsed = time.perf_counter() - begin
    return answers


def _client(
    url: str, waiting: "queue.SimpleQueue[tuple[float, Request]]", answers: Answers, lock: threading.Lock
) -> None:
    address = urlsplit(url)
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=120)
    while True:
        try:
            due, request = waiting.get_nowait()
        except queue.Empty:
            break
        time.sleep(max(0.0, due - time.perf_counter()))
        took = _ask(connection, request)
        with lock:
            if took is None:
                answers.refused += 1
            else:
                answers.seconds.append(took)
    connection.close()


def _ask(connection: http.client.HTTPConnection, request: Request) -> float | None:
    """Seconds until the receipt was there; None when there was none."""
    started = time.perf_counter()
    connection.request("POST", PATH, request.body, {"Content-Type": request.content_type})
    answer = connection.getresponse()
    body = answer.read()
    took = time.perf_counter() - started
    return took if answer.status == 200 and b'class="words"' in body else None
