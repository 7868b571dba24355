"""One database per service: an owner for migrations, an application role, and nobody else."""

import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import psycopg
from psycopg import sql

from local_platform.addresses import DatabaseAddress, PostgresAddress

# The processes of identity-vault that have a role of their own in its database; the sealer works as the service's.
VAULT_PROCESSES = ("verifier", "discloser", "linker", "courier", "eraser", "operators", "journal", "sweep")
# Service -> its processes that have one; the others work as the service's.
PROCESSES = {"identity-vault": VAULT_PROCESSES, "notifications": ("web", "pusher")}


@contextmanager
def _superuser(
    server: PostgresAddress, database: str = "postgres"
) -> Iterator["psycopg.Connection[tuple[object, ...]]"]:
    with psycopg.connect(server.url(database), autocommit=True) as connection:
        yield connection


def ensure_database(
    server: PostgresAddress,
    name: str,
    *,
    owner_password: str | None = None,
    app_password: str | None = None,
    process_passwords: Mapping[str, str] | None = None,
) -> DatabaseAddress:
    """Create (if missing) database, owner and application role; only these may connect. Passwords are (re)set.

    `process_passwords`: process -> password of a role of its own, `<name>_<process>`.
    """
    owner, app = f"{name}_owner", f"{name}_app"
    owner_secret = owner_password or secrets.token_hex(16)
    app_secret = app_password or secrets.token_hex(16)
    with _superuser(server) as admin:
        _ensure_role(admin, owner, owner_secret)
        workers = {app: app_secret} | {f"{name}_{process}": word for process, word in (process_passwords or {}).items()}
        for role, secret in workers.items():
            _ensure_role(admin, role, secret)
        if not admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone():
            admin.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(name), sql.Identifier(owner)))
        admin.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(name)))
        everybody = sql.SQL(", ").join(sql.Identifier(role) for role in workers)
        admin.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(sql.Identifier(name), everybody))
    with _superuser(server, name) as admin:
        admin.execute(sql.SQL("ALTER SCHEMA public OWNER TO {}").format(sql.Identifier(owner)))
        admin.execute("REVOKE ALL ON SCHEMA public FROM PUBLIC")
        admin.execute(sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(everybody))
        _hide_neighbours(admin)
    return DatabaseAddress(
        name,
        server.url(name, owner, owner_secret),
        server.url(name, app, app_secret),
        app_role=app,
        process_urls={
            process: server.url(name, f"{name}_{process}", word) for process, word in (process_passwords or {}).items()
        },
    )


def protect_system_databases(server: PostgresAddress) -> None:
    """Without this, PUBLIC may connect to `postgres` and `template1` and list what stands beside its own database."""
    with _superuser(server) as admin:
        admin.execute("REVOKE CONNECT ON DATABASE postgres, template1 FROM PUBLIC")


def _hide_neighbours(admin: "psycopg.Connection[tuple[object, ...]]") -> None:
    """By default PUBLIC may read how much each database of the cluster writes: one could watch reports come in."""
    admin.execute("REVOKE SELECT ON pg_stat_database, pg_stat_database_conflicts FROM PUBLIC")
    query = "SELECT oid::regprocedure::text FROM pg_proc WHERE proname LIKE 'pg\\_stat\\_get\\_db\\_%'"
    counters = ", ".join(str(name) for (name,) in admin.execute(query))
    admin.execute(sql.SQL("REVOKE EXECUTE ON FUNCTION {} FROM PUBLIC").format(sql.SQL(counters)))


def _ensure_role(admin: "psycopg.Connection[tuple[object, ...]]", name: str, password: str) -> None:
    exists = admin.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (name,)).fetchone()
    verb = sql.SQL("ALTER" if exists else "CREATE")
    statement = sql.SQL("{} ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD {}")
    admin.execute(statement.format(verb, sql.Identifier(name), sql.Literal(password)))
