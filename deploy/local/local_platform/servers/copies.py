"""Copies of a database: as PostgreSQL makes them from a template, in a tenth of the time that migrations take."""

from dataclasses import replace
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

from local_platform.addresses import DatabaseAddress, PostgresAddress


def copy_database(server: PostgresAddress, original: DatabaseAddress, name: str) -> DatabaseAddress:
    """A database like `original`, to which nobody may be connected. The roles and their rights are the original's: what
    they may do in it comes with the copy, and the right to connect is given again."""
    with psycopg.connect(server.url(), autocommit=True) as admin:
        copy, owner = sql.Identifier(name), sql.Identifier(_role(original.owner_url))
        workers = [_role(url) for url in (original.app_url, *original.process_urls.values())]
        admin.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER {}").format(copy, sql.Identifier(original.name), owner)
        )
        admin.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(copy))
        everybody = sql.SQL(", ").join(sql.Identifier(role) for role in workers)
        admin.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(copy, everybody))
    return replace(
        original,
        name=name,
        owner_url=_elsewhere(original.owner_url, name),
        app_url=_elsewhere(original.app_url, name),
        process_urls={process: _elsewhere(url, name) for process, url in original.process_urls.items()},
    )


def drop_copy(server: PostgresAddress, name: str) -> None:
    """Whoever is connected is thrown out. Its roles are the original's, and stay."""
    with psycopg.connect(server.url(), autocommit=True) as admin:
        admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _role(url: str) -> str:
    return urlsplit(url).username or ""


def _elsewhere(url: str, name: str) -> str:
    return urlsplit(url)._replace(path=f"/{name}").geturl()
