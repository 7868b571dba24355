"""Telling a server that is away from work that is wrong: the first is waited for, the second counted."""

from contextlib import closing

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from chassis.bus.handling import is_infrastructure
from chassis.db import Database, is_outage


@pytest.fixture(scope="module")
def url(fresh_database):
    return fresh_database("outages").owner_url


def _error_of(url, *statements):
    """What the last statement raises."""
    with closing(Database(url, name="tests")) as database, database.engine.connect() as connection:
        for statement in statements[:-1]:
            connection.execute(text(statement))
        with pytest.raises(DBAPIError) as caught:
            connection.execute(text(statements[-1]))
        return caught.value


@pytest.mark.parametrize(
    "statements",
    [
        ["SELECT no_such_column"],
        ["SELECT 1 / 0"],
        ["SET statement_timeout = '20ms'", "SELECT pg_sleep(5)"],
    ],
)
def test_a_statement_that_is_wrong_is_no_outage(url, statements):
    error = _error_of(url, *statements)
    assert not is_outage(error)
    assert not is_infrastructure(error)


def test_a_connection_that_the_server_ended_is_an_outage(url):
    assert is_outage(_error_of(url, "SELECT pg_terminate_backend(pg_backend_pid())"))


def test_a_server_that_refuses_connections_is_an_outage(url):
    nobody = url.rpartition("@")[0] + "@127.0.0.1:1/none"
    with closing(Database(nobody, name="tests")) as database, pytest.raises(DBAPIError) as caught:
        database.ping()
    assert is_outage(caught.value)


def test_a_refused_connection_beneath_another_error_is_infrastructure():
    def call():
        try:
            raise ConnectionRefusedError
        except OSError as cause:
            raise RuntimeError("the gateway failed") from cause

    with pytest.raises(RuntimeError) as caught:
        call()
    assert is_infrastructure(caught.value)
    assert not is_infrastructure(RuntimeError("a bug"))
