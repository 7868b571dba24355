"""The migrations make the tables that the code works with, and the working role gets no more than it needs."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from chassis.db import Database
from intake.store.tables import metadata


def test_the_migrated_tables_are_those_of_the_code(address):
    owner = Database(address.owner_url, name="compare")
    with owner.engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), metadata)
    owner.close()
    assert differences == [] or {d[1].name for d in differences if d[0] == "remove_table"} == {"alembic_version"}


@pytest.mark.parametrize(
    "forbidden",
    [
        "DELETE FROM outbox",
        "DELETE FROM key_sets",
        "UPDATE reports SET report_id = 'x'",
        "UPDATE vault_queue SET key_period = now()",
        "UPDATE vault_waiting SET prompt = true",
        "TRUNCATE reports CASCADE",
        "CREATE TABLE elsewhere (x int)",
    ],
)
def test_the_working_role_may_not(database, forbidden):
    with pytest.raises(ProgrammingError), database.engine.begin() as connection:
        connection.execute(text(forbidden))
