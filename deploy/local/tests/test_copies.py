"""Copies of a migrated database: the same rights for the same roles, nothing shared but these."""

import psycopg
import pytest
from psycopg import sql

from local_platform.servers.copies import copy_database, drop_copy


@pytest.fixture
def original(fresh_database):
    """A table that the application may read and one process may fill."""
    made = fresh_database("original", vault=True)
    verifier = made.app_role.removesuffix("_app") + "_verifier"
    with psycopg.connect(made.owner_url) as owner:
        owner.execute("CREATE TABLE said (word text)")
        owner.execute(sql.SQL("GRANT SELECT ON said TO {}").format(sql.Identifier(made.app_role)))
        owner.execute(sql.SQL("GRANT INSERT ON said TO {}").format(sql.Identifier(verifier)))
    return made


@pytest.fixture
def copied(servers, original):
    names = [f"{original.name}_{number}" for number in ("one", "two")]
    yield [copy_database(servers.vault_postgres, original, name) for name in names]
    for name in names:
        drop_copy(servers.vault_postgres, name)


def test_each_role_may_do_in_a_copy_what_it_may_in_the_original_and_no_more(copied):
    copy = copied[0]
    with psycopg.connect(copy.process_urls["verifier"], autocommit=True) as verifier:
        verifier.execute("INSERT INTO said VALUES ('something')")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            verifier.execute("SELECT * FROM said")
    with psycopg.connect(copy.app_url) as application:
        assert application.execute("SELECT word FROM said").fetchall() == [("something",)]
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            application.execute("INSERT INTO said VALUES ('more')")
    for statement in ("CREATE TABLE mine (x int)", "SELECT * FROM pg_stat_database"):
        with psycopg.connect(copy.app_url) as application, pytest.raises(psycopg.errors.InsufficientPrivilege):
            application.execute(statement)


def test_what_is_written_in_a_copy_stays_in_it(original, copied):
    with psycopg.connect(copied[0].owner_url) as owner:
        owner.execute("INSERT INTO said VALUES ('something')")
    for elsewhere in (original, copied[1]):
        with psycopg.connect(elsewhere.owner_url) as owner:
            assert owner.execute("SELECT count(*) FROM said").fetchone() == (0,)


def test_nobody_else_connects_to_a_copy(fresh_database, copied):
    stranger = fresh_database("stranger", vault=True)
    with pytest.raises(psycopg.OperationalError, match="permission denied"):
        psycopg.connect(stranger.app_url.rsplit("/", 1)[0] + f"/{copied[0].name}")


def test_a_copy_goes_with_whoever_is_connected_to_it(servers, original):
    copy = copy_database(servers.vault_postgres, original, f"{original.name}_short")
    with psycopg.connect(copy.owner_url, autocommit=True) as owner:
        drop_copy(servers.vault_postgres, copy.name)
        with pytest.raises(psycopg.OperationalError):
            owner.execute("SELECT 1")
