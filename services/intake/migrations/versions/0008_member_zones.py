"""Where a member's days begin and end: a convention opens and closes at midnight there."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.add_column(
        "members",
        sa.Column(
            "time_zone",
            sa.Text(),
            nullable=False,
            server_default="Europe/Paris",
            comment="where its days begin and end",
        ),
    )
