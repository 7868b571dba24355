"""What a database role may do to each table, found by trying."""

from collections.abc import Mapping
from typing import Any

import psycopg
from psycopg import sql

from local_platform.demo import Demo
from tests.support import stores


def answers(url: str, statements: Mapping[str, Any]) -> dict[str, str]:
    """What PostgreSQL answers to each; empty where it did as it was told (it is undone)."""
    with psycopg.connect(url) as connection:
        return {act: _answer(connection, statement) for act, statement in statements.items()}


def _answer(connection: psycopg.Connection, statement: Any) -> str:
    try:
        connection.execute(statement)
    except psycopg.Error as error:
        return type(error).__name__
    finally:
        connection.rollback()
    return ""


def allowed(url: str, statements: Mapping[str, Any]) -> dict[str, str]:
    """Those that are not refused for want of a right."""
    return {act: answer for act, answer in answers(url, statements).items() if answer != "InsufficientPrivilege"}


def columns(demo: Demo, service: str) -> dict[str, list[str]]:
    """Table -> its columns, in the order of their names."""
    query = "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1, 2"
    found: dict[str, list[str]] = {}
    for table, column in stores.rows(demo, service, query):
        found.setdefault(table, []).append(column)
    return found


def rights(demo: Demo, service: str, url: str) -> dict[str, set[str]]:
    """Table -> what the role of this address may do to it, columns in brackets where it is not all of them."""
    found = {}
    for table, names in columns(demo, service).items():
        granted = set(allowed(url, _statements(table, names)))
        rights = {right for right in granted if " " not in right} - {"LOCK"}
        for verb in {"SELECT", "UPDATE", "INSERT"} - rights:
            of = sorted(right.split()[1] for right in granted if right.startswith(f"{verb} "))
            if of:
                rights.add(verb if of == names else f"{verb} ({', '.join(of)})")
        if rights:
            found[table] = rights
    return found


def _statements(table: str, names: list[str]) -> dict[str, sql.Composed]:
    """Each needs one right and no other. What is granted may fail for other reasons, and is undone."""
    own = sql.Identifier(table)
    tried = {
        "INSERT": _insert(own, names),
        "DELETE": sql.SQL("DELETE FROM {}").format(own),
        "TRUNCATE": sql.SQL("TRUNCATE {}").format(own),
        "LOCK": sql.SQL("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE").format(own),
    }
    for name in names:
        column = sql.Identifier(name)
        tried[f"SELECT {name}"] = sql.SQL("SELECT {} FROM {}").format(column, own)
        tried[f"UPDATE {name}"] = sql.SQL("UPDATE {} SET {} = NULL").format(own, column)
        tried[f"INSERT {name}"] = _insert(own, [name])
    return tried


def _insert(table: sql.Identifier, names: list[str]) -> sql.Composed:
    """Nothing in each column: a default could be refused for want of a right to its sequence."""
    into = sql.SQL(", ").join(map(sql.Identifier, names))
    return sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
        table, into, sql.SQL(", ").join([sql.SQL("NULL")] * len(names))
    )
