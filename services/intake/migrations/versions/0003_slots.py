"""Frames of one size for everything that goes to identity-vault; arrivals apart from what waits for its slot.

A record of the former size cannot be sealed any more: the new check refuses to stand over one. Let the pump empty the
queue before this runs.

Revision ID: 0003
"""

import sqlalchemy as sa
from alembic import op

from chassis.migrations import grant

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.drop_constraint("every_record_has_one_size", "vault_queue")
    op.create_check_constraint("every_record_has_one_size", "vault_queue", "octet_length(record) = 10240")
    op.add_column(
        "vault_queue",
        sa.Column("prompt", sa.Boolean, nullable=False, comment="leaves in the next slot: a statement, not a report"),
    )
    op.create_table_comment(
        "vault_queue",
        "Frames as they arrive; the pump empties it at each tick, into vault_waiting, in random order",
        existing_comment=None,
    )
    op.create_table(
        "vault_waiting",
        sa.Column("id", sa.LargeBinary, primary_key=True, comment="random; means nothing elsewhere"),
        sa.Column("record", sa.LargeBinary, nullable=False, comment="frame, sealed in layers to identity-vault"),
        sa.Column("key_period", sa.Date, nullable=False, comment="day of the transport key"),
        sa.Column("prompt", sa.Boolean, nullable=False, comment="leaves in the next slot: a statement, not a report"),
        sa.CheckConstraint("octet_length(record) = 10240", name="every_waiting_record_has_one_size"),
        comment="Frames that wait for their slot. Only the pump touches it, and rewrites it in random order: "
        "no order, time or transaction ties a row to a report",
    )
    # Ciphertext does not compress: trying would only cost time.
    op.execute("ALTER TABLE vault_waiting ALTER COLUMN record SET STORAGE EXTERNAL")
    grant(op, "SELECT, INSERT, DELETE", "vault_waiting")
    _grant_emptying()


def _grant_emptying() -> None:
    """The pump empties the table and fills it again; what it holds meanwhile stands in a temporary table."""
    config = op.get_context().config
    assert config is not None
    role = op.get_bind().dialect.identifier_preparer.quote_identifier(config.attributes["app_role"])
    op.execute(f"GRANT TRUNCATE ON vault_waiting TO {role}")
