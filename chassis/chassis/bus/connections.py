"""Connections to the broker."""

from contextlib import suppress
from urllib.parse import unquote, urlsplit

from amqp import Connection
from amqp.exceptions import AMQPError

# Seconds. A broker that does not answer within these is away.
CONNECT_TIMEOUT = 5
WRITE_TIMEOUT = 30
HEARTBEAT = 30


def connect(amqp_url: str, *, heartbeat: int = 0) -> Connection:
    """An open connection; closes as a context manager. Raises OSError or an amqp error, without the password."""
    parts = urlsplit(amqp_url)
    connection = Connection(
        host=f"{parts.hostname}:{parts.port or 5672}",
        userid=unquote(parts.username or "guest"),
        password=unquote(parts.password or "guest"),
        virtual_host=unquote(parts.path[1:]) or "/",
        connect_timeout=CONNECT_TIMEOUT,
        read_timeout=WRITE_TIMEOUT,
        write_timeout=WRITE_TIMEOUT,
        heartbeat=heartbeat,
        confirm_publish=False,
    )
    try:
        connection.connect()
    except BaseException:
        drop(connection)  # a broker that refuses leaves the socket open
        raise
    return connection


def close(connection: Connection) -> None:
    """Say goodbye to the broker."""
    with suppress(OSError, AMQPError):
        connection.close()


def drop(connection: Connection) -> None:
    """Close without a word: a broker that does not answer is not waited for."""
    with suppress(OSError, AMQPError):
        connection.collect()
