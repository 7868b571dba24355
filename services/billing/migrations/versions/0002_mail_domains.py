"""Where a member's people have mailboxes: intake refuses a reporter's address there.

Revision ID: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column(
        "members",
        sa.Column(
            "mail_domains",
            sa.ARRAY(sa.Text()),
            nullable=False,
            server_default="{}",
            comment="lower case; refused to reporters",
        ),
    )
