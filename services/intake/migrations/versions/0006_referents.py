"""To whom a reporter may confide their name as they file: referents in office, as billing tells.

Revision ID: 0006
"""

import sqlalchemy as sa
from alembic import op

from chassis.migrations import grant

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "referents",
        sa.Column("habilitation_id", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("member_id", sa.Text(), nullable=False, comment="empty: of the whole CdG"),
        sa.Column("cdg_id", sa.Text(), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("function", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False, comment="for whom they work"),
        sa.Column("authority", sa.Boolean(), nullable=False, comment="of the cases that implicate the authority"),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("until_day", sa.Date(), comment="included; NULL: no end known"),
        sa.PrimaryKeyConstraint("habilitation_id"),
        comment="People in office, shown to reporters; of one who was removed the name is gone",
    )
    op.create_index("referents_member", "referents", ["cdg_id", "member_id"])
    grant(op, "SELECT, INSERT, UPDATE", "referents")
