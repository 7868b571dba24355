"""RabbitMQ: each service's user tells its own events and receives those of which it is the audience, no more."""

import base64
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from amqp import Channel
from amqp.exceptions import AccessRefused, NotAllowed

from chassis.bus import connections, names
from chassis.bus.audiences import Audiences
from chassis.bus.envelope import Envelope
from chassis.bus.publisher import Publisher, outgoing
from local_platform.addresses import RabbitAddress
from local_platform.broker import VHOST
from local_platform.servers.broker_admin import BrokerAdmin
from local_platform.up import AUDIENCES

AUDIENCE = Audiences.load(AUDIENCES)
SERVICES = AUDIENCE.services
PRODUCERS = [service for service in SERVICES if AUDIENCE.told_by(service)]


@pytest.fixture(scope="module")
def admin(demo) -> BrokerAdmin:
    ports = demo.layout.ports
    password = connections.urlsplit(demo.state["amqp_admin"]).password
    return BrokerAdmin(RabbitAddress("127.0.0.1", ports["rabbitmq"], ports["rabbitmq-api"], "platform", password))


@pytest.fixture
def spy(demo, request):
    """A queue of the service's own, of no declared use."""
    service = request.getfixturevalue("service")
    name = f"{service}.spy"
    with connections.connect(demo.amqp_url(service)) as connection:
        connection.channel().queue_declare(name, durable=True, auto_delete=False, arguments={"x-queue-type": "quorum"})
        yield name
        connection.channel().queue_delete(name)


def granted(url: str, acts: dict[str, Callable[[Channel], Any]]) -> list[str]:
    """Which of these acts the broker does not refuse to this user."""
    done = []
    with connections.connect(url) as connection:
        for name, act in acts.items():
            try:
                act(connection.channel())
            except AccessRefused:
                continue
            done.append(name)
    return done


def told(url: str, attempts: dict[str, tuple[str, str]]) -> list[str]:
    """Which messages (exchange, routing key) the broker takes from this user."""
    done = []
    with connections.connect(url) as connection:
        for name, (exchange, key) in attempts.items():
            event = Envelope(uuid.uuid4(), "forged", key, b"")
            try:
                Publisher(connection).publish(exchange, [outgoing(event, key)])
            except AccessRefused:
                continue
            done.append(name)
    return done


def others_of(service: str, found: list[str]) -> list[str]:
    return [name for name in found if not name.startswith(f"{service}.")]


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_may_not_touch_the_queue_of_another(demo, admin, service):
    queues = others_of(service, [queue["name"] for queue in admin.call("GET", f"queues/{VHOST}")])
    assert len(queues) > len(SERVICES)

    acts: dict[str, Callable[[Channel], Any]] = {}
    for queue in queues:
        acts[f"get {queue}"] = lambda channel, queue=queue: channel.basic_get(queue)
        acts[f"consume {queue}"] = lambda channel, queue=queue: channel.basic_consume(queue)
        acts[f"purge {queue}"] = lambda channel, queue=queue: channel.queue_purge(queue)
        acts[f"delete {queue}"] = lambda channel, queue=queue: channel.queue_delete(queue)
        acts[f"fill {queue}"] = lambda channel, queue=queue: channel.queue_bind(queue, f"{service}.events", "#")
    assert granted(demo.amqp_url(service), acts) == []


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_may_not_bind_a_queue_of_its_own_to_what_is_told_to_another(demo, service, spy):
    mine = AUDIENCE.received_by(service)
    acts: dict[str, Callable[[Channel], Any]] = {
        kind: lambda channel, kind=kind: channel.queue_bind(spy, names.events_exchange(names.producer_of(kind)), kind)
        for kind in AUDIENCE.consumers
        if kind not in mine
    }
    for producer in PRODUCERS:
        for wide in ("#", "*.*.*.*", f"paravent.{producer}.v1.#", f"paravent.{producer}.v1.*"):
            acts[f"{producer} {wide}"] = lambda channel, producer=producer, wide=wide: channel.queue_bind(
                spy, names.events_exchange(producer), wide
            )
    assert len(acts) > len(SERVICES)
    assert granted(demo.amqp_url(service), acts) == []


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_may_not_listen_by_way_of_an_exchange_of_its_own(demo, service):
    exchange = f"{service}.spy"
    with connections.connect(demo.amqp_url(service)) as connection:
        connection.channel().exchange_declare(exchange, "topic", durable=True, auto_delete=False)
        acts: dict[str, Callable[[Channel], Any]] = {
            f"{producer} {key}": lambda channel, producer=producer, key=key: channel.exchange_bind(
                exchange, names.events_exchange(producer), key
            )
            for producer in PRODUCERS
            for key in ("#", *(kind for kind in AUDIENCE.told_by(producer) if AUDIENCE.consumers[kind] != service))
        }
        found = granted(demo.amqp_url(service), acts)
        connection.channel().exchange_delete(exchange)
    assert found == []


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_may_not_publish_to_any_exchange_but_its_own(demo, admin, service):
    exchanges = others_of(service, [exchange["name"] for exchange in admin.call("GET", f"exchanges/{VHOST}")])
    assert {"", "amq.direct"} < set(exchanges)
    kinds = list(AUDIENCE.consumers)
    attempts = {f"{exchange!r} {kind}": (exchange, kind) for exchange in exchanges for kind in (kinds[0], kinds[-1])}
    # The default exchange would put a message straight into a queue.
    attempts |= {f"into {kind}": ("", names.queue(who, kind)) for kind, who in AUDIENCE.consumers.items()}

    assert told(demo.amqp_url(service), attempts) == []


@pytest.mark.parametrize("service", PRODUCERS)
def test_a_service_may_not_tell_under_its_own_exchange_what_is_another_s_to_tell(demo, service):
    own = names.events_exchange(service)
    foreign = [kind for kind in AUDIENCE.consumers if names.producer_of(kind) != service]
    invented = [f"paravent.{service}.v1.Invented", "#", ""]

    assert told(demo.amqp_url(service), {kind: (own, kind) for kind in [*foreign, *invented]}) == []


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_may_not_have_the_broker_forward_for_it(demo, service):
    """Dead letters and unroutable messages are published by the broker itself: their target counts as a write."""
    acts: dict[str, Callable[[Channel], Any]] = {}
    for other in SERVICES:
        if other != service:
            target = names.events_exchange(other)
            acts[f"dead letters to {other}"] = lambda channel, target=target: channel.queue_declare(
                f"{service}.forged", durable=True, auto_delete=False, arguments={"x-dead-letter-exchange": target}
            )
            acts[f"the unroutable to {other}"] = lambda channel, target=target: channel.exchange_declare(
                f"{service}.forged", "fanout", auto_delete=False, arguments={"alternate-exchange": target}
            )
    assert granted(demo.amqp_url(service), acts) == []


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_may_make_nothing_under_another_name(demo, service):
    acts: dict[str, Callable[[Channel], Any]] = {}
    for other in (*SERVICES, "identity-vault", "amq"):
        if other != service:
            acts[f"queue {other}"] = lambda channel, other=other: channel.queue_declare(f"{other}.x", durable=True)
            acts[f"exchange {other}"] = lambda channel, other=other: channel.exchange_declare(f"{other}.x", "topic")
            acts[f"no exchange {other}"] = lambda channel, other=other: channel.exchange_delete(f"{other}.events")
    assert granted(demo.amqp_url(service), acts) == []


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_may_not_listen_to_the_broker_itself(demo, service, spy):
    """The firehose shows every message, the log exchange every connection, the event exchange every queue."""
    acts: dict[str, Callable[[Channel], Any]] = {
        exchange: lambda channel, exchange=exchange: channel.queue_bind(spy, exchange, "#")
        for exchange in ("amq.rabbitmq.trace", "amq.rabbitmq.log", "amq.rabbitmq.event", "amq.topic", "amq.fanout")
    }
    assert granted(demo.amqp_url(service), acts) == []


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_may_not_use_the_management_interface(demo, service):
    parts = connections.urlsplit(demo.amqp_url(service))
    token = base64.b64encode(f"{parts.username}:{parts.password}".encode()).decode()
    base = f"http://127.0.0.1:{demo.layout.ports['rabbitmq-api']}/api"
    for path in ("overview", "queues", f"queues/{VHOST}", "users", "connections", "definitions", f"vhosts/{VHOST}"):
        request = urllib.request.Request(f"{base}/{path}", headers={"Authorization": f"Basic {token}"})
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(request, timeout=10)
        with refused.value:
            assert refused.value.code == 401, path


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_enters_its_own_virtual_host_only(demo, service):
    url = demo.amqp_url(service)
    for vhost in ("", "%2F"):
        with pytest.raises(NotAllowed):
            connections.connect(f"{url.rsplit('/', 1)[0]}/{vhost}")


def test_nobody_else_has_an_account_on_the_broker(admin):
    users = {user["name"]: user["tags"] for user in admin.call("GET", "users")}

    assert users == {"platform": ["administrator"], **{service: [] for service in SERVICES}}
    assert "identity-vault" not in users


def test_a_refusal_is_told_apart_from_what_is_granted(demo):
    """What is refused above is refused for want of a right: the same acts on one's own are granted."""
    kind = "paravent.intake.v1.ReportSubmitted"
    queue = names.queue("casework", kind)
    acts: dict[str, Callable[[Channel], Any]] = {
        "look": lambda channel: channel.queue_declare(queue, passive=True),
        "bind": lambda channel: channel.queue_bind(queue, "intake.events", kind),
    }
    assert granted(demo.amqp_url("casework"), acts) == ["look", "bind"]
