"""RabbitMQ of the platform: one user per service, permissions and topic permissions from the audiences file."""

from chassis.bus import connections, topology
from chassis.bus.audiences import Audiences
from local_platform.addresses import RabbitAddress
from local_platform.keys import KeyStore
from local_platform.servers.broker_admin import BrokerAdmin

VHOST = "paravent"


def prepare_broker(server: RabbitAddress, audiences: Audiences, keys: KeyStore) -> dict[str, str]:
    """Create what is missing and set every permission anew. Answers service -> AMQP address."""
    admin = BrokerAdmin(server)
    admin.ensure_vhost(VHOST)
    urls = {service: _ensure_service(admin, server, audiences, keys, service) for service in audiences.services}
    with connections.connect(server.amqp_url(VHOST)) as connection:
        # Before any consumer binds to them: a consumer may not make its producer's exchange.
        for service in audiences.services:
            if audiences.told_by(service):
                topology.declare_producer(connection, service)
    return urls


def _ensure_service(
    admin: BrokerAdmin, server: RabbitAddress, audiences: Audiences, keys: KeyStore, service: str
) -> str:
    password = admin.ensure_user(service, keys.value(f"amqp-{service}"))
    allowed = audiences.permissions(service)
    admin.permit(service, VHOST, allowed.configure, allowed.write, allowed.read)
    admin.forget_topics(service, VHOST)
    for topic in audiences.topic_permissions(service):
        admin.permit_topics(service, VHOST, topic.exchange, topic.write, topic.read)
    return server.amqp_url(VHOST, service, password)
