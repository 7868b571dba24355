"""Migrations against a real database: owner migrates, the app role gets only what is granted."""

from pathlib import Path

import psycopg
import pytest
from sqlalchemy.exc import OperationalError

from chassis import migrations

ENV = """
from sqlalchemy import MetaData
from chassis import migrations
migrations.run(MetaData())
"""
FIRST = """
from alembic import op
from chassis.migrations import grant
revision = "0001"
down_revision = None

def upgrade():
    op.execute("CREATE TABLE facts (id int PRIMARY KEY, status text, day date)")
    grant(op, "SELECT, INSERT, UPDATE (status, day)", "facts")
"""
SECOND = """
from alembic import op
revision = "0002"
down_revision = "0001"

def upgrade():
    op.execute("ALTER TABLE facts ADD COLUMN note text")
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "versions").mkdir()
    (tmp_path / "env.py").write_text(ENV)
    (tmp_path / "versions" / "0001_first.py").write_text(FIRST)
    return tmp_path


def test_an_upgrade_done_twice_is_done_once(folder, fresh_database):
    database = fresh_database("migrations")
    for _ in range(2):
        migrations.upgrade(folder, database.owner_url, database.app_role)
    with psycopg.connect(database.owner_url) as owner:
        assert owner.execute("SELECT version_num FROM alembic_version").fetchall() == [("0001",)]


def test_the_working_role_may_do_what_is_granted_and_nothing_more(folder, fresh_database):
    database = fresh_database("migrations")
    migrations.upgrade(folder, database.owner_url, database.app_role)
    with psycopg.connect(database.app_url, autocommit=True) as app:
        app.execute("INSERT INTO facts VALUES (1, 'new', '2026-11-22')")
        app.execute("UPDATE facts SET status = 'old'")
        assert app.execute("SELECT status FROM facts").fetchone() == ("old",)
        for forbidden in ("UPDATE facts SET id = 2", "DELETE FROM facts", "TRUNCATE facts", "DROP TABLE facts"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                app.execute(forbidden)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            app.execute("CREATE TABLE mine (id int)")


@pytest.mark.parametrize("verbs", ["ALL", "SELECT; DROP TABLE facts", "TRUNCATE", "REFERENCES", ""])
def test_other_verbs_are_refused(verbs, folder, fresh_database):
    database = fresh_database("migrations")
    source = FIRST.replace("SELECT, INSERT, UPDATE (status, day)", verbs)
    (folder / "versions" / "0001_first.py").write_text(source)
    with pytest.raises(ValueError, match="granted"):
        migrations.upgrade(folder, database.owner_url, database.app_role)


def test_a_migration_gives_up_when_a_table_stays_locked(folder, fresh_database, monkeypatch):
    monkeypatch.setattr(migrations, "_LOCK_TIMEOUT", 200)
    database = fresh_database("migrations")
    migrations.upgrade(folder, database.owner_url, database.app_role)
    (folder / "versions" / "0002_second.py").write_text(SECOND)
    with psycopg.connect(database.app_url) as reader:
        reader.execute("SELECT * FROM facts")
        with pytest.raises(OperationalError, match="lock timeout"):
            migrations.upgrade(folder, database.owner_url, database.app_role)
    migrations.upgrade(folder, database.owner_url, database.app_role)
    with psycopg.connect(database.owner_url) as owner:
        assert owner.execute("SELECT version_num FROM alembic_version").fetchone() == ("0002",)
