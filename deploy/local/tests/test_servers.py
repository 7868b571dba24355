"""Private servers start, stop, keep their data, and refuse what they must."""

import smtplib
from pathlib import Path

import hvac
import psycopg
import pytest
from amqp import Connection
from amqp.exceptions import AccessRefused

from local_platform.ports import free_port, is_listening
from local_platform.processes import Child
from local_platform.servers.openbao import OpenBao
from local_platform.servers.postgres import Postgres
from local_platform.servers.rabbitmq import RabbitMQ


@pytest.fixture
def folder(servers) -> Path:
    """A folder that accounts other than ours can walk to."""
    path = servers.folder / f"own-{free_port()}"
    path.mkdir()
    path.chmod(0o711)
    return path


def _channel(url: str):
    from kombu import Connection as Kombu

    info = Kombu(url)
    connection = Connection(
        host=f"{info.hostname}:{info.port}", userid=info.userid, password=info.password, virtual_host=info.virtual_host
    )
    connection.connect()
    return connection, connection.channel()


def test_postgres_keeps_its_data_over_a_stop_and_leaves_no_process(folder):
    server = Postgres(folder / "pg", port := free_port(), durable=False)
    address = server.start()
    with psycopg.connect(address.url(), autocommit=True) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1 AS one")
    server.stop()
    assert not is_listening(port)
    again = Postgres(folder / "pg", port, durable=False)
    with psycopg.connect(again.start().url()) as connection:
        assert connection.execute("SELECT one FROM kept").fetchone() == (1,)
    again.stop()
    assert again.child not in Child._alive


def test_postgres_log_shows_neither_parameters_nor_statements(folder):
    server = Postgres(folder / "pg", free_port(), durable=False)
    with psycopg.connect(server.start().url(), autocommit=True) as connection:
        connection.execute("CREATE TABLE words (word text UNIQUE CHECK (word <> 'canari-b'))")
        for word in ("canari-a", "canari-a", "canari-b"):
            try:
                connection.execute("INSERT INTO words VALUES (%s)", (word,))
            except psycopg.IntegrityError:
                continue
    server.stop()
    assert "canari" not in server.child.log.read_text()


def test_rabbitmq_keeps_queues_over_a_stop_and_takes_its_port_mapper_along(folder):
    ports = free_port(), free_port()
    first = RabbitMQ(folder / "mq", *ports)
    connection, channel = _channel(first.start().amqp_url("/"))
    channel.queue_declare("kept", durable=True, auto_delete=False, arguments={"x-queue-type": "quorum"})
    connection.close()
    first.stop()
    assert not any(is_listening(port) for port in ports)
    second = RabbitMQ(folder / "mq", *ports)
    connection, channel = _channel(second.start().amqp_url("/"))
    assert channel.queue_declare("kept", passive=True).queue == "kept"
    connection.close()
    second.stop()
    assert not any(child.running for child in Child._alive if child.log == folder / "mq" / "rabbitmq.log")


def test_openbao_unseals_itself_and_audits_twice(folder):
    ports = free_port(), free_port()
    first = OpenBao(folder / "bao", *ports)
    address = first.start()
    hvac.Client(address.url, address.root_token).sys.enable_secrets_engine("kv", path="kept", options={"version": "2"})
    first.stop()
    second = OpenBao(folder / "bao", *ports)
    address = second.start()
    assert "kept/" in hvac.Client(address.url, address.root_token).sys.list_mounted_secrets_engines()["data"]
    second.stop()
    assert [log.stat().st_size > 0 for log in second.audit_logs] == [True, True]


def test_a_database_role_cannot_connect_to_another_database(fresh_database, servers):
    mine, other = fresh_database("mine"), fresh_database("other")
    for name in (other.name, "postgres", "template1"):
        stolen = mine.app_url.rsplit("/", 1)[0] + f"/{name}"
        with pytest.raises(psycopg.OperationalError, match="permission denied"):
            psycopg.connect(stolen)


def test_an_application_role_cannot_create_tables(fresh_database):
    with psycopg.connect(fresh_database().app_url) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("CREATE TABLE mine (x int)")


def test_a_restricted_broker_user_cannot_read_a_queue_of_another(fresh_vhost):
    vhost = fresh_vhost()
    owner, channel = _channel(vhost.amqp_url)
    channel.queue_declare("casework.secret", durable=True, auto_delete=False, arguments={"x-queue-type": "quorum"})
    thief, stolen = _channel(vhost.user("billing", r"^billing\.", r"^billing\.", r"^billing\."))
    with pytest.raises(AccessRefused):
        stolen.basic_get("casework.secret")
    thief.close()
    owner.close()


def test_the_mail_sink_refuses_when_told(mailbox):
    mailbox.refuse(1)
    with smtplib.SMTP(mailbox.host, mailbox.port) as client:
        with pytest.raises(smtplib.SMTPDataError) as refusal:
            client.sendmail("a@example.org", ["b@example.org"], "Subject: one\r\n\r\nbody")
        assert refusal.value.smtp_code == 451
        client.sendmail("a@example.org", ["b@example.org"], "Subject: two\r\n\r\nbody")
    assert [(mail.subject, mail.recipients) for mail in mailbox.messages] == [("two", ["b@example.org"])]


def test_certificates_carry_the_name_and_are_reused(certificates):
    first = certificates.issue("relay.intake.paravent").certificate.read_bytes()
    assert certificates.issue("relay.intake.paravent").certificate.read_bytes() == first
