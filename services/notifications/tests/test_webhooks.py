"""Webhooks: signed, sent until taken, never to a private address."""

import json
import re
import socket
import threading
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from standardwebhooks import Webhook

from chassis.db import UnitOfWork
from chassis.sealing.fields import FieldCipher
from local_platform.ports import free_port
from notifications.domain.retries import Retries
from notifications.domain.webhooks import BadEndpoint, check_endpoint, is_public_address, signed_headers, written_secret
from notifications.entrypoints import cli
from notifications.gateways.webhook_client import WebhookClient
from notifications.store.public_tables import webhook_deliveries, webhook_endpoints
from notifications.store.transaction import Transaction
from notifications.usecases import publishing, pushing
from notifications.usecases.pushing import Pushing
from tests.support.public_facts import CDG, OTHER_CDG, designated, every_fact
from tests.support.webhook_receiver import Receiver, receiving

DOCUMENTATION = Path(__file__).parents[3] / "docs/api/README.md"
CIPHER = FieldCipher(bytes(range(32)))
ENDED = "fr.paravent.membership.ended.v1"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as started:
        yield started


@pytest.fixture
def own(uow_of) -> UnitOfWork[Transaction]:
    """As the pusher's role, which the operator's commands use as well."""
    return uow_of("pusher")


@pytest.fixture
def pusher(own, clock) -> Iterator[Pushing]:
    client = WebhookClient(timeout=5, private_allowed=True)
    yield Pushing(own, client, CIPHER, Retries(timedelta(seconds=5), timedelta(hours=12)), clock, patience=4)
    client.close()


def register(own, url: str, *types: str, cdg_id: str = CDG) -> tuple[uuid.UUID, str]:
    with own("register") as tx:
        endpoint, secret = pushing.register(tx, CIPHER, cdg_id, url, types, allow_http=True)
    return endpoint.id, secret


def publish(uow, *facts) -> None:
    with uow("publish") as tx:
        for fact in facts:
            publishing.publish(tx, fact)


def push_all(pusher: Pushing) -> int:
    return sum(iter(pusher.push_next, 0))


def states(own) -> list[tuple[str, int, str | None]]:
    c = webhook_deliveries.c
    with own("look") as tx:
        rows = tx.session.execute(select(c.status, c.attempts, c.code).order_by(c.status, c.attempts))
        return [tuple(row) for row in rows]


def test_an_event_arrives_signed_as_the_reference_library_checks(uow, own, pusher, receiver):
    _, secret = register(own, receiver.url)
    publish(uow, designated())
    push_all(pusher)
    [(headers, body)] = receiver.received
    # The library refuses a timestamp far from now: the clock of this test stands still.
    message = body.decode()
    assert Webhook(secret).sign(headers["webhook-id"], pusher.clock.now(), message) == headers["webhook-signature"]
    event = json.loads(message)
    assert (headers["webhook-id"], headers["content-type"]) == (event["id"], "application/cloudevents+json")
    assert event["type"] == "fr.paravent.referent.designated.v1"
    assert states(own) == [("delivered", 1, None)]


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


def test_an_endpoint_gets_its_cdg_s_events_of_the_types_it_asked_for(uow, own, pusher, receiver):
    register(own, receiver.url + "/ended", ENDED)
    register(own, receiver.url + "/other", cdg_id=OTHER_CDG)
    publish(uow, *every_fact())
    push_all(pusher)
    assert [json.loads(body)["type"] for _, body in receiver.received] == [ENDED]


def test_a_message_is_sent_again_later_under_the_same_id_then_parked_and_retried_by_hand(
    uow, own, pusher, receiver, clock, capsys
):
    endpoint, _ = register(own, receiver.url)
    receiver.answer = 500
    publish(uow, designated())
    for waited in (0, 5, 10, 20):
        clock.advance(timedelta(seconds=waited))
        assert push_all(pusher) == 1
    clock.advance(timedelta(days=30))
    assert push_all(pusher) == 0
    assert states(own) == [("parked", 4, "500")]
    cli.webhooks(own, CIPHER, ["parked"], allow_http=True)
    assert str(endpoint) in capsys.readouterr().out
    receiver.answer = 200
    cli.webhooks(own, CIPHER, ["retry", str(endpoint)], allow_http=True)
    assert push_all(pusher) == 1
    assert len({headers["webhook-id"] for headers, _ in receiver.received}) == 1
    assert states(own)[0][:2] == ("delivered", 1)
    clock.advance(timedelta(days=400))
    with uow("forget") as tx:
        assert publishing.forget(tx) == 1
    assert states(own) == []


def test_a_dead_endpoint_neither_holds_up_others_nor_is_hammered(uow, own, pusher, receiver):
    register(own, f"http://127.0.0.1:{free_port()}/")
    register(own, receiver.url)
    publish(uow, *(designated() for _ in range(20)))
    tried = push_all(pusher)
    assert len(receiver.received) == 20
    assert tried == 21
    assert states(own)[-1] == ("waiting", 1, "ConnectError")


def test_a_slow_endpoint_has_half_of_the_time_and_no_more(uow, own, pusher, receiver, clock):
    """It takes every message, after nine seconds each."""

    class Slow:
        def post(self, url: str, headers: Mapping[str, str], body: bytes) -> str:
            if url.endswith("/slow"):
                clock.advance(timedelta(seconds=9))
            return pusher.poster.post(url, headers, body)

    register(own, receiver.url + "/slow")
    publish(uow, *(designated() for _ in range(3)))
    clock.advance(timedelta(seconds=1))
    register(own, receiver.url, ENDED)
    publish(uow, every_fact()[2])
    slowly = replace(pusher, poster=Slow())
    assert (slowly.push_next(), slowly.push_next()) == (1, 1)
    assert [json.loads(body)["type"] for _, body in receiver.received][1] == ENDED
    assert push_all(slowly) == 0
    clock.advance(timedelta(seconds=9))
    assert slowly.push_next() == 1


def test_what_waits_for_a_stopped_endpoint_is_not_sent_even_if_another_pusher_held_it_then(uow, own, pusher, receiver):
    endpoint, _ = register(own, receiver.url)
    publish(uow, designated(), designated())
    with own("sending") as tx:
        held = tx.webhooks.claim()
        with own("stop") as other:
            assert other.webhooks.stop(endpoint)
        tx.webhooks.postpone(held, timedelta(0), timedelta(0), "500")
    assert push_all(pusher) == 0
    assert [status for status, _, _ in states(own)] == ["parked", "waiting"]


def test_an_endpoint_that_says_gone_is_stopped_and_a_redirection_is_not_followed(uow, own, pusher, receiver):
    register(own, receiver.url)
    receiver.answer = 302
    publish(uow, designated())
    push_all(pusher)
    assert states(own) == [("waiting", 1, "302")]
    receiver.answer = 410
    publish(uow, designated())
    pusher.clock.advance(timedelta(minutes=1))
    push_all(pusher)
    publish(uow, designated())
    push_all(pusher)
    assert len(receiver.received) == 2
    assert [status for status, _, _ in states(own)] == ["parked", "parked"]


def test_a_name_is_called_at_its_next_address_and_its_path_as_it_was_registered(pusher, receiver):
    """`localhost` may be ::1 first, where nobody listens."""
    url = receiver.url.replace("127.0.0.1", "localhost") + ";cle=1?a=b"
    assert pusher.poster.post(url, {}, b"{}") == "204"
    assert receiver.paths == ["/paravent;cle=1?a=b"]


def test_a_name_that_leads_to_a_private_address_is_not_called(receiver):
    guarded = WebhookClient(timeout=5)
    try:
        assert guarded.post(receiver.url, {}, b"{}") == "forbidden_address"
        assert guarded.post(receiver.url.replace("127.0.0.1", "localhost"), {}, b"{}") == "forbidden_address"
    finally:
        guarded.close()
    assert receiver.received == []


PRIVATE = (
    "127.0.0.1 10.1.2.3 172.16.0.1 192.168.1.1 169.254.169.254 100.64.0.1 0.0.0.0 224.0.0.1 :: ::1 fe80::1%eth0 "
    "fd00::1 ::ffff:10.0.0.1 64:ff9b::a00:1 2002:a00:1:: ff02::1 ::127.0.0.1 ::ffff:0:a00:1 fec0::1 64:ff9b:1::1"
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


def test_an_operator_adds_and_stops_an_endpoint_and_its_secret_is_kept_sealed(uow, own, pusher, receiver, capsys):
    assert cli.webhooks(own, CIPHER, ["add", CDG, "http://example.org/"], allow_http=False) == 1
    assert cli.webhooks(own, CIPHER, ["add", CDG, receiver.url, ENDED], allow_http=True) == 0
    endpoint, secret = re.search(r"(\S+)\t(whsec_\S+)", capsys.readouterr().out).groups()
    with own("look") as tx:
        assert secret.encode() not in tx.session.scalars(select(webhook_endpoints.c.secret)).one()
    cli.webhooks(own, CIPHER, ["list"], allow_http=True)
    assert f"{endpoint}\t{CDG}\t{receiver.url}\t{ENDED}" in capsys.readouterr().out
    assert cli.webhooks(own, CIPHER, ["stop", endpoint], allow_http=True) == 0
    assert cli.webhooks(own, CIPHER, ["stop", endpoint], allow_http=True) == 1
    publish(uow, *every_fact())
    assert push_all(pusher) == 0
