"""Where a member's days begin and end: a convention opens and closes at midnight there."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column(
        "memberships",
        sa.Column("time_zone", sa.Text(), nullable=False, server_default="Europe/Paris"),
    )
