"""Webhooks: signed, sent until taken, never to a private address."""

import http.server
import json
import re
import socket
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from standardwebhooks import Webhook

from chassis.sealing.fields import FieldCipher
from local_platform.ports import free_port
from notifications.domain.retries import Retries
from notifications.domain.webhooks import BadEndpoint, check_endpoint, is_public_address, signed_headers, written_secret
from notifications.entrypoints import cli
from notifications.gateways.webhook_client import WebhookClient
from notifications.store.public_tables import webhook_deliveries, webhook_endpoints
from notifications.usecases import publishing, pushing
from notifications.usecases.pushing import Pushing
from tests.support.public_facts import CDG, OTHER_CDG, designated, every_fact

DOCUMENTATION = Path(__file__).parents[3] / "docs/api/README.md"
CIPHER = FieldCipher(bytes(range(32)))
ENDED = "fr.paravent.membership.ended.v1"


@dataclass
class Receiver:
    """Another system: keeps what it is sent, answers as it is told."""

    url: str = ""
    answer: int = 204
    received: list[tuple[dict[str, str], bytes]] = field(default_factory=list)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    kept = Receiver()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            kept.received.append(({name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(kept.answer)
            self.send_header("location", kept.url)
            self.end_headers()

        def log_message(self, *_words: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        kept.url = f"http://127.0.0.1:{server.server_port}/paravent"
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield kept
        server.shutdown()
        thread.join()


@pytest.fixture
def pusher(uow, clock) -> Iterator[Pushing]:
    client = WebhookClient(timeout=5, private_allowed=True)
    yield Pushing(uow, client, CIPHER, Retries(timedelta(seconds=5), timedelta(hours=12)), clock, patience=4)
    client.close()


def register(uow, url: str, *types: str, cdg_id: str = CDG) -> tuple[uuid.UUID, str]:
    with uow("register") as tx:
        endpoint, secret = pushing.register(tx, CIPHER, cdg_id, url, types, allow_http=True)
    return endpoint.id, secret


def publish(uow, *facts) -> None:
    with uow("publish") as tx:
        for fact in facts:
            publishing.publish(tx, fact)


def push_all(pusher: Pushing) -> int:
    return sum(iter(pusher.push_next, 0))


def states(uow) -> list[tuple[str, int, str | None]]:
    c = webhook_deliveries.c
    with uow("look") as tx:
        rows = tx.session.execute(select(c.status, c.attempts, c.code).order_by(c.status, c.attempts))
        return [tuple(row) for row in rows]


def test_an_event_arrives_signed_as_the_reference_library_checks(uow, pusher, receiver):
    _, secret = register(uow, receiver.url)
    publish(uow, designated())
    push_all(pusher)
    [(headers, body)] = receiver.received
    # The library refuses a timestamp far from now: the clock of this test stands still.
    message = body.decode()
    assert Webhook(secret).sign(headers["webhook-id"], pusher.clock.now(), message) == headers["webhook-signature"]
    event = json.loads(message)
    assert (headers["webhook-id"], headers["content-type"]) == (event["id"], "application/cloudevents+json")
    assert event["type"] == "fr.paravent.referent.designated.v1"
    assert states(uow) == [("delivered", 1, None)]


def test_the_ten_lines_of_the_documentation_check_a_signature():
    code = re.search(r"```python\n(.*?)```", DOCUMENTATION.read_text(), re.S)[1]
    shown: dict = {}
    exec(code, shown)
    secret, body = written_secret(bytes(32)), b'{"specversion": "1.0"}'
    headers = signed_headers(secret, "msg_1", int(time.time()), body)
    shown["verify"](secret, headers, body)
    for forged in (body + b" ", b""):
        with pytest.raises(ValueError, match="not a message"):
            shown["verify"](secret, headers, forged)
    with pytest.raises(ValueError, match="not a message"):
        shown["verify"](secret, signed_headers(secret, "msg_1", int(time.time()) - 3600, body), body)


def test_a_signature_holds_for_one_message_only():
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    signed = signed_headers(secret, "msg_1", 1614265330, b'{"test": 2432232314}')["webhook-signature"]
    others = [("msg_2", 1614265330, b'{"test": 2432232314}'), ("msg_1", 1614265331, b'{"test": 2432232314}')]
    others += [("msg_1", 1614265330, b'{"test": 2432232315}')]
    assert all(signed_headers(secret, *other)["webhook-signature"] != signed for other in others)


def test_an_endpoint_gets_its_cdg_s_events_of_the_types_it_asked_for(uow, pusher, receiver):
    register(uow, receiver.url + "/ended", ENDED)
    register(uow, receiver.url + "/other", cdg_id=OTHER_CDG)
    publish(uow, *every_fact())
    push_all(pusher)
    assert [json.loads(body)["type"] for _, body in receiver.received] == [ENDED]


def test_a_message_is_sent_again_later_under_the_same_id_then_parked_and_retried_by_hand(
    uow, pusher, receiver, clock, capsys
):
    endpoint, _ = register(uow, receiver.url)
    receiver.answer = 500
    publish(uow, designated())
    for waited in (0, 5, 10, 20):
        clock.advance(timedelta(seconds=waited))
        assert push_all(pusher) == 1
    clock.advance(timedelta(days=30))
    assert push_all(pusher) == 0
    assert states(uow) == [("parked", 4, "500")]
    cli.webhooks(uow, CIPHER, ["parked"], allow_http=True)
    assert str(endpoint) in capsys.readouterr().out
    receiver.answer = 200
    cli.webhooks(uow, CIPHER, ["retry", str(endpoint)], allow_http=True)
    assert push_all(pusher) == 1
    assert len({headers["webhook-id"] for headers, _ in receiver.received}) == 1
    assert states(uow)[0][:2] == ("delivered", 1)
    clock.advance(timedelta(days=400))
    with uow("forget") as tx:
        assert publishing.forget(tx) == 1
    assert states(uow) == []


def test_a_dead_endpoint_neither_holds_up_others_nor_is_hammered(uow, pusher, receiver):
    register(uow, f"http://127.0.0.1:{free_port()}/")
    register(uow, receiver.url)
    publish(uow, *(designated() for _ in range(20)))
    tried = push_all(pusher)
    assert len(receiver.received) == 20
    assert tried == 21
    assert states(uow)[-1] == ("waiting", 1, "ConnectError")


def test_an_endpoint_that_says_gone_is_stopped_and_a_redirection_is_not_followed(uow, pusher, receiver):
    register(uow, receiver.url)
    receiver.answer = 302
    publish(uow, designated())
    push_all(pusher)
    assert states(uow) == [("waiting", 1, "302")]
    receiver.answer = 410
    publish(uow, designated())
    pusher.clock.advance(timedelta(minutes=1))
    push_all(pusher)
    publish(uow, designated())
    push_all(pusher)
    assert len(receiver.received) == 2
    assert [status for status, _, _ in states(uow)] == ["parked", "parked"]


def test_a_name_that_leads_to_a_private_address_is_not_called(uow, pusher, receiver):
    guarded = WebhookClient(timeout=5)
    try:
        assert guarded.post(receiver.url, {}, b"{}") == "forbidden_address"
        assert guarded.post(receiver.url.replace("127.0.0.1", "localhost"), {}, b"{}") == "forbidden_address"
    finally:
        guarded.close()
    assert receiver.received == []


PRIVATE = (
    "127.0.0.1 10.1.2.3 172.16.0.1 192.168.1.1 169.254.169.254 100.64.0.1 0.0.0.0 224.0.0.1 :: ::1 fe80::1%eth0 "
    "fd00::1 ::ffff:10.0.0.1 64:ff9b::a00:1 2002:a00:1:: ff02::1"
)


def test_an_answer_that_drips_does_not_hold_the_queue():
    """A byte now and then: the attempt ends all the same."""
    stop = threading.Event()

    def drip(listener: socket.socket) -> None:
        connection, _ = listener.accept()
        with connection, suppress(OSError):
            while not stop.wait(0.05):
                connection.sendall(b"H")

    with socket.create_server(("127.0.0.1", 0)) as listener:
        dripping = threading.Thread(target=drip, args=(listener,))
        dripping.start()
        slow = WebhookClient(timeout=0.5, private_allowed=True)
        said = slow.post(f"http://127.0.0.1:{listener.getsockname()[1]}/", {}, b"{}")
        slow.close()
        stop.set()
        dripping.join()
    assert said == "ReadTimeout"


@pytest.mark.parametrize("address", PRIVATE.split())
def test_a_private_address_is_known(address):
    assert not is_public_address(address)


def test_a_public_address_is_known():
    assert is_public_address("193.252.122.103")
    assert is_public_address("2a01:c9c0::1")


@pytest.mark.parametrize(
    ("url", "types"),
    [
        ("http://example.org/", ()),
        ("ftp://example.org/", ()),
        ("https:///x", ()),
        ("https://mairie-été.example.org/", ()),
        ("https://example.org:99999/", ()),
        ("https://[::1/", ()),
        ("https://example.org/\r\nx: y", ()),
        ("https://user:word@example.org/", ()),
        ("https://example.org/#x", ()),
        ("https://example.org/", ("fr.paravent.report.filed.v1",)),
    ],
)
def test_an_address_or_a_type_that_will_not_do_is_refused(url, types):
    with pytest.raises(BadEndpoint):
        check_endpoint(url, types, allow_http=False)


def test_an_operator_adds_and_stops_an_endpoint_and_its_secret_is_kept_sealed(uow, pusher, receiver, capsys):
    assert cli.webhooks(uow, CIPHER, ["add", CDG, "http://example.org/"], allow_http=False) == 1
    assert cli.webhooks(uow, CIPHER, ["add", CDG, receiver.url, ENDED], allow_http=True) == 0
    endpoint, secret = re.search(r"(\S+)\t(whsec_\S+)", capsys.readouterr().out).groups()
    with uow("look") as tx:
        assert secret.encode() not in tx.session.scalars(select(webhook_endpoints.c.secret)).one()
    cli.webhooks(uow, CIPHER, ["list"], allow_http=True)
    assert f"{endpoint}\t{CDG}\t{receiver.url}\t{ENDED}" in capsys.readouterr().out
    assert cli.webhooks(uow, CIPHER, ["stop", endpoint], allow_http=True) == 0
    assert cli.webhooks(uow, CIPHER, ["stop", endpoint], allow_http=True) == 1
    publish(uow, *every_fact())
    assert push_all(pusher) == 0
