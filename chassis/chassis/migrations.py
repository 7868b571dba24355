"""Migrations: Alembic, run by a service's owner role; the role that the service works as gets only what is granted.

A service's `migrations/env.py` is three lines that call `run(metadata)`; a migration grants with
`grant(op, "SELECT, INSERT", "table")`.
"""

import re
from pathlib import Path

from alembic import command, context
from alembic.config import Config
from alembic.operations import Operations
from sqlalchemy import MetaData, create_engine, text

from chassis.db import with_driver

# Migrations of one database at a time, whoever starts them.
_LOCK = 0x7061726176656E74
# Waiting longer for a lock would make every query behind it wait too (milliseconds).
_LOCK_TIMEOUT = 4_000
_STATEMENT_TIMEOUT = 120_000
_VERB = re.compile(r"(SELECT|INSERT|UPDATE|DELETE)(?: *\(([a-z_, ]+)\))?")


def upgrade(folder: Path, owner_url: str, app_role: str) -> None:
    """Bring a database to its newest revision; done already, it does nothing.

    Raises OperationalError when a lock is held for 4 s by somebody else: run it again.
    """
    config = Config()
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    engine = create_engine(with_driver(owner_url), hide_parameters=True, connect_args={"connect_timeout": 5})
    try:
        with engine.connect() as connection:
            connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": _LOCK})
            connection.execute(text(f"SET lock_timeout = {_LOCK_TIMEOUT}"))
            connection.execute(text(f"SET statement_timeout = {_STATEMENT_TIMEOUT}"))
            connection.commit()
            config.attributes.update(connection=connection, app_role=app_role)
            command.upgrade(config, "head")
    finally:
        engine.dispose()


def run(metadata: MetaData) -> None:
    """The whole of a service's `env.py`: migrate on the connection that `upgrade` opened."""
    context.configure(
        connection=context.config.attributes["connection"], target_metadata=metadata, transaction_per_migration=True
    )
    with context.begin_transaction():
        context.run_migrations()


def grant(op: Operations, verbs: str, table: str, *, to: str = "app") -> None:
    """Let the service's working role do `verbs` on `table`: "SELECT, INSERT, UPDATE (status, day)".

    A service whose processes have database roles of their own names one: `to="verifier"` is role
    `<database>_verifier`, beside `<database>_app`.

    Raises ValueError for a verb that no service needs (TRUNCATE, REFERENCES, ALL...).
    """
    quote = op.get_bind().dialect.identifier_preparer.quote_identifier
    config = op.get_context().config
    assert config is not None
    app_role = str(config.attributes["app_role"])
    role = quote(app_role if to == "app" else f"{app_role.removesuffix('_app')}_{to}")
    for verb, columns in _parse(verbs):
        narrowed = f" ({', '.join(quote(column) for column in columns)})" if columns else ""
        op.execute(f"GRANT {verb}{narrowed} ON {quote(table)} TO {role}")


def _parse(verbs: str) -> list[tuple[str, list[str]]]:
    parts = re.split(r", *(?![^()]*\))", verbs.strip())
    parsed = []
    for part in parts:
        match = _VERB.fullmatch(part)
        if match is None:
            raise ValueError(f"not a verb that may be granted: {part}")
        columns = [column.strip() for column in (match[2] or "").split(",") if column.strip()]
        parsed.append((match[1], columns))
    return parsed
