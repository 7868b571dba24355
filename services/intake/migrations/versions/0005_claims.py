"""Codes with which a person joins a case, once: offers that wait, each sealed to its code.

Revision ID: 0005
"""

import sqlalchemy as sa
from alembic import op

from chassis.migrations import grant

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "claims",
        sa.Column("claim_id", sa.LargeBinary(), nullable=False, comment="derived from the code"),
        sa.Column("report_id", sa.LargeBinary(), nullable=False, comment="the report whose case is joined"),
        sa.Column("cdg_id", sa.Text(), nullable=False),
        sa.Column("envelope", sa.LargeBinary(), nullable=False, comment="intake.v1.SignedOffer, sealed to the code"),
        sa.Column("until_day", sa.Date(), nullable=False, comment="the last day; swept after it"),
        sa.CheckConstraint("octet_length(claim_id) = 16", name="claim_id_is_16_bytes"),
        sa.CheckConstraint("octet_length(report_id) = 16", name="claim_report_id_is_16_bytes"),
        sa.PrimaryKeyConstraint("claim_id"),
    )
    op.create_index("claims_report", "claims", ["report_id"], unique=True)
    grant(op, "SELECT, INSERT, DELETE", "claims")
