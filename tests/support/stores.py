"""Looking into a running platform's stores, as its administrators could."""

import base64
import json
import urllib.request
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import hvac
import psycopg
from psycopg import sql

from local_platform.demo import Demo

SHARED = ("intake", "casework", "billing", "notifications", "analytics")
VAULT = "identity-vault"


def cluster_of(service: str) -> str:
    return "vault-postgres" if service == VAULT else "postgres"


def connect(demo: Demo, service: str) -> "psycopg.Connection[tuple[Any, ...]]":
    """A superuser's connection to a service's database."""
    database = urlsplit(demo.database_url(service)).path[1:]
    return psycopg.connect(demo.superuser_url(cluster_of(service), database), autocommit=True)


def rows(demo: Demo, service: str, query: str) -> list[tuple[Any, ...]]:
    with connect(demo, service) as connection:
        return connection.execute(query).fetchall()  # type: ignore[arg-type]


def count(demo: Demo, service: str, query: str) -> int:
    return int(rows(demo, service, query)[0][0])


def frames_waiting(demo: Demo) -> int:
    """How many frames intake has that have not left for identity-vault."""
    return sum(count(demo, "intake", f"SELECT count(*) FROM {table}") for table in ("vault_queue", "vault_waiting"))


def tables(demo: Demo, service: str) -> list[str]:
    found = rows(demo, service, "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
    return [name for (name,) in found]


def values(demo: Demo, service: str) -> Iterator[tuple[str, Any]]:
    """(table.column, value) for every value of a database."""
    with connect(demo, service) as connection:
        for table in tables(demo, service):
            cursor = connection.execute(sql.SQL("SELECT * FROM {}").format(sql.Identifier(table)))
            names = [column.name for column in cursor.description or ()]
            for row in cursor:
                yield from ((f"{service}.{table}.{name}", value) for name, value in zip(names, row, strict=True))


def anywhere(demo: Demo, service: str, text: str) -> list[str]:
    """The columns of a service's database that hold this text in clear."""
    sought = text.encode()
    return [
        place
        for place, value in values(demo, service)
        if sought in (bytes(value) if isinstance(value, (bytes, memoryview)) else str(value).encode())
    ]


def vault_client(demo: Demo) -> hvac.Client:
    """OpenBao with its root token."""
    return hvac.Client(url=demo.state["openbao"]["url"], token=demo.state["openbao"]["root_token"])


def record_paths(demo: Demo) -> list[str]:
    """The paths of every identity record."""
    listed = vault_client(demo).list("identities/metadata")
    return [] if listed is None else list(listed["data"]["keys"])


def records(demo: Demo) -> Iterator[tuple[str, dict[str, Any]]]:
    """(path, data) of every identity record."""
    client = vault_client(demo)
    for path in record_paths(demo):
        yield path, client.read(f"identities/data/{path}")["data"]


def body_of(data: dict[str, Any]) -> bytes:
    """The body of a record that `records` gave."""
    return base64.b64decode(data["data"]["record"])


def messages_waiting(demo: Demo, ending: str) -> dict[str, int]:
    """Queues whose name has this ending and that hold messages: name -> how many."""
    user, _, password = demo.state["amqp_admin"].removeprefix("amqp://").partition("@")[0].partition(":")
    parts = urlsplit(demo.state["amqp_admin"])
    api = urlunsplit(
        (
            "http",
            f"127.0.0.1:{demo.layout.ports['rabbitmq-api']}",
            f"/api/queues/{parts.path[1:]}",
            "disable_stats=true&enable_queue_totals=true",
            "",
        )
    )
    token = base64.b64encode(f"{user}:{password}".encode()).decode()
    with urllib.request.urlopen(urllib.request.Request(api, headers={"Authorization": f"Basic {token}"})) as answer:
        queues = json.load(answer)
    return {q["name"]: q["messages"] for q in queues if q["name"].endswith(ending) and q.get("messages")}
