"""How many records were sealed each day."""

import sqlalchemy as sa
from alembic import op

from chassis.migrations import grant

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "seal_counts",
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("count", sa.Integer, nullable=False, comment="records sealed that day, covers included"),
        sa.CheckConstraint("count >= 0", name="seal_counts_not_negative"),
    )
    grant(op, "SELECT, INSERT, UPDATE (count)", "seal_counts")
