"""Where a member's people have mailboxes: an address there is refused to reporters.

Revision ID: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column(
        "members",
        sa.Column(
            "mail_domains",
            sa.ARRAY(sa.Text()),
            nullable=False,
            server_default="{}",
            comment="where its people have mailboxes, lower case",
        ),
    )
