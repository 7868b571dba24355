"""The journal and its checkpoints."""

import sqlalchemy as sa
from alembic import op

from chassis.migrations import grant

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _journal()
    _checkpoints()


def _journal() -> None:
    op.create_table(
        "journal",
        sa.Column("segment", sa.Text, primary_key=True, comment="YYYY-MM"),
        sa.Column("seq", sa.Integer, primary_key=True, comment="from 1 in each segment"),
        sa.Column("entry", sa.LargeBinary, nullable=False, comment="canonical JSON (identity_vault.domain.journal)"),
        sa.Column("previous", sa.LargeBinary, nullable=False, comment="the hash before"),
        sa.Column("hash", sa.LargeBinary, nullable=False, comment="over place, previous hash and entry"),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("subject", sa.LargeBinary, nullable=False, index=True),
        sa.CheckConstraint("octet_length(hash) = 32 AND octet_length(previous) = 32", name="journal_hashes"),
        sa.CheckConstraint("seq > 0", name="journal_seq"),
    )
    op.create_table(
        "journal_closings",
        sa.Column("segment", sa.Text, primary_key=True),
        sa.Column("count", sa.Integer, nullable=False),
        sa.Column("hash", sa.LargeBinary, nullable=False, comment="of its last entry"),
        sa.Column("dropped_on", sa.Date, nullable=False),
    )
    grant(op, "SELECT, INSERT", "journal", to="verifier")
    grant(op, "SELECT (segment, seq, hash), INSERT", "journal", to="eraser")
    grant(op, "SELECT", "journal", to="journal")
    # What the DPO sees: what happened when, neither to whom nor by whom.
    grant(op, "SELECT (segment, seq, kind, at, reason)", "journal", to="discloser")
    for process in ("verifier", "eraser", "journal"):
        grant(op, "SELECT", "journal_closings", to=process)


def _checkpoints() -> None:
    op.create_table(
        "journal_checkpoints",
        sa.Column("number", sa.Integer, primary_key=True, comment="from 1, without gaps"),
        sa.Column("segment", sa.Text, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False, comment="canonical JSON: what is signed"),
        sa.Column("signature", sa.LargeBinary, nullable=False, comment="Ed25519"),
    )
    grant(op, "SELECT, INSERT", "journal_checkpoints", to="journal")
