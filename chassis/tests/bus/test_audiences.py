"""Each service on the broker with its own user: what it needs works, the rest is refused."""

import re
import uuid
from pathlib import Path

import pytest
from amqp.exceptions import AccessRefused

from chassis.bus import connections, names, topology
from chassis.bus.audiences import Audiences
from chassis.bus.publisher import Outgoing, Publisher
from paravent.billing.v1 import events_pb2 as billing
from paravent.casework.v1 import events_pb2 as casework
from paravent.intake.v1 import events_pb2 as intake

ROOT = Path(__file__).parents[3]
SUBMITTED = "paravent.intake.v1.ReportSubmitted"


@pytest.fixture(scope="module")
def audiences() -> Audiences:
    return Audiences.load(ROOT / "deploy/rabbitmq/audiences.toml")


@pytest.fixture(scope="module")
def users(fresh_vhost, audiences) -> dict[str, str]:
    """Service -> the AMQP address of its user, all queues declared by the platform."""
    vhost = fresh_vhost()
    topology.declare_all(vhost.amqp_url, audiences)
    urls = {}
    for service in audiences.services:
        rights = audiences.permissions(service)
        urls[service] = vhost.user(service, rights.configure, rights.write, rights.read)
        for topic in audiences.topic_permissions(service):
            vhost.permit_topics(service, topic.exchange, topic.write, topic.read)
    return urls


def test_every_event_of_the_contracts_has_the_audience_that_its_comment_names(audiences):
    found = {}
    for file in sorted((ROOT / "proto/paravent").glob("*/v1/events.proto")):
        package = re.search(r"^package (\S+);", file.read_text(), re.MULTILINE)[1]
        for audience, name in re.findall(r"// Audience: ([\w-]+)\.[^{]*?\nmessage (\w+)", file.read_text()):
            found[f"{package}.{name}"] = audience
    assert found == audiences.consumers


def _publish(amqp_url: str, exchange: str, type_name: str) -> set[str]:
    with connections.connect(amqp_url) as connection:
        message = Outgoing(str(uuid.uuid4()), type_name, {}, b"")
        return Publisher(connection).publish(exchange, [message]).confirmed


def test_every_service_may_tell_its_own_events(users, audiences):
    for service, url in users.items():
        for type_name in audiences.told_by(service):
            assert _publish(url, names.events_exchange(service), type_name)


def test_every_service_may_declare_what_it_receives(users):
    topology.declare(users["casework"], "casework", [intake.ReportSubmitted, billing.HabilitationBound])
    topology.declare(users["intake"], "intake", [casework.CaseOpened, billing.MemberListed])
    topology.declare(users["analytics"], "analytics", [casework.FiguresChanged])


@pytest.mark.parametrize(
    ("who", "exchange", "type_name"),
    [
        ("intake", "billing.events", "paravent.billing.v1.HabilitationBound"),  # tell in another's name
        ("intake", "intake.events", "paravent.billing.v1.HabilitationBound"),  # tell what is not one's own
        ("analytics", "casework.return", f"casework.{SUBMITTED}"),  # go round the exchange
        ("casework", "", f"intake.{SUBMITTED}"),  # straight into a queue
    ],
)
def test_no_service_may_tell_what_is_not_its_own(users, who, exchange, type_name):
    with pytest.raises(AccessRefused):
        _publish(users[who], exchange, type_name)


def test_no_service_may_receive_what_is_not_for_it(users):
    with connections.connect(users["notifications"]) as connection:
        channel = connection.channel()
        channel.queue_declare(
            "notifications.spy", durable=True, auto_delete=False, arguments={"x-queue-type": "quorum"}
        )
        with pytest.raises(AccessRefused):
            channel.queue_bind("notifications.spy", "casework.events", "paravent.casework.v1.CaseOpened")
    for binding in ("#", "paravent.#"):
        with connections.connect(users["notifications"]) as connection, pytest.raises(AccessRefused):
            connection.channel().queue_bind("notifications.spy", "casework.events", binding)
    with connections.connect(users["analytics"]) as connection, pytest.raises(AccessRefused):
        connection.channel().basic_get(f"casework.{SUBMITTED}")
    with connections.connect(users["casework"]) as connection, pytest.raises(AccessRefused):
        connection.channel().queue_delete("intake.parked")
