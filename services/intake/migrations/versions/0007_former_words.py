"""Eight words that others replaced: they open nothing any more, and say so.

Revision ID: 0007
"""

import sqlalchemy as sa
from alembic import op

from chassis.migrations import grant

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "former_words",
        sa.Column("lookup_id", sa.LargeBinary(), nullable=False, comment="derived from the words that were replaced"),
        sa.Column("report_id", sa.LargeBinary(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False, comment="on which they were replaced"),
        sa.Column("envelope", sa.LargeBinary(), nullable=False, comment="intake.v1.Replacement, sealed to these words"),
        sa.Column("objected", sa.Boolean(), nullable=False, comment="somebody with these words objected"),
        sa.CheckConstraint("octet_length(lookup_id) = 16", name="former_lookup_id_is_16_bytes"),
        sa.ForeignKeyConstraint(["report_id"], ["reports.report_id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("lookup_id"),
    )
    op.create_index("former_words_report", "former_words", ["report_id"])
    grant(op, "SELECT, INSERT, UPDATE (objected), DELETE", "former_words")
    grant(op, "UPDATE (lookup_id, reporter_recipient, reporter_envelope)", "reports")
    grant(op, "UPDATE (envelope)", "notices")
    grant(op, "UPDATE (envelope)", "messages")
