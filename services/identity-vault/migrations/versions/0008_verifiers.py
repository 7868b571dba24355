"""Verifiers side by side: what they remember for minutes; passkeys that are lost or taken away."""

import sqlalchemy as sa
from alembic import op

from chassis.migrations import grant

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "short_lived",
        sa.Column("tag", sa.LargeBinary, primary_key=True, comment="HMAC of kind and key"),
        sa.Column("owner_tag", sa.LargeBinary, nullable=False, index=True, comment="HMAC of kind and person"),
        sa.Column("until", sa.Date, nullable=False, index=True, comment="last day on which it may count"),
        sa.Column("sealed", sa.LargeBinary, nullable=False, comment="under the verifier's data key"),
    )
    op.create_table(
        "recoveries",
        sa.Column("id", sa.LargeBinary, primary_key=True, comment="16 random bytes"),
        sa.Column("person_tag", sa.LargeBinary, nullable=False, index=True, comment="HMAC of issuer and subject"),
        sa.Column("until", sa.Date, nullable=False, index=True, comment="last day on which it matters"),
        sa.Column("sealed", sa.LargeBinary, nullable=False, comment="under the verifier's data key"),
    )
    grant(op, "SELECT, INSERT, UPDATE (owner_tag, until, sealed), DELETE", "short_lived", to="verifier")
    grant(op, "SELECT, INSERT, UPDATE (until, sealed), DELETE", "recoveries", to="verifier")
