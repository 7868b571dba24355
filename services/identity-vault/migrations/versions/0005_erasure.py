"""The journal and its checkpoints; erasures."""

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
    _orders()
    _erasures()


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
    grant(op, "SELECT, INSERT", "journal", to="journal")
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


def _orders() -> None:
    op.create_table(
        "erasure_orders",
        sa.Column("id", sa.LargeBinary, primary_key=True, comment="SHA-256 of the frame"),
        sa.Column("frame", sa.LargeBinary, nullable=False, comment="age ciphertext, to the verifier"),
        sa.CheckConstraint("octet_length(id) = 32", name="erasure_orders_id_size"),
        sa.CheckConstraint("octet_length(frame) = 1152", name="erasure_orders_frame_size"),
    )
    op.create_table(
        "erasure_bursts",
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("confirmed", sa.Boolean, nullable=False, server_default="false"),
    )
    op.create_table(
        "linker_erasures",
        sa.Column("order_tag", sa.LargeBinary, primary_key=True),
        sa.Column("frame", sa.LargeBinary, nullable=False, comment="age ciphertext, to the linker"),
        sa.CheckConstraint("octet_length(frame) = 1152", name="linker_erasures_frame_size"),
    )
    grant(op, "SELECT (id), INSERT", "erasure_orders", to="eraser")
    grant(op, "SELECT, DELETE", "erasure_orders", to="verifier")
    grant(op, "SELECT, INSERT, UPDATE (confirmed)", "erasure_bursts", to="eraser")
    grant(op, "SELECT (order_tag), INSERT", "linker_erasures", to="eraser")
    grant(op, "SELECT, DELETE", "linker_erasures", to="linker")


def _erasures() -> None:
    op.create_table(
        "erasures",
        sa.Column("order_tag", sa.LargeBinary, primary_key=True, comment="of the order's id"),
        sa.Column("subject", sa.LargeBinary, comment="tag of the report's ref"),
        sa.Column("paths", sa.ARRAY(sa.Text), comment="of its records in OpenBao"),
        sa.Column("to_linker", sa.LargeBinary, comment="age ciphertext, to the linker"),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False, server_default="new"),
        sa.Column("asked_on", sa.Date),
        sa.Column("due_on", sa.Date),
        sa.Column("keyless", sa.Boolean, nullable=False, server_default="false", comment="its records' keys are gone"),
        sa.Column("destroyed", sa.Boolean, nullable=False, server_default="false", comment="its records are gone"),
        sa.Column("forgotten", sa.Boolean, nullable=False, server_default="false", comment="by the verifier"),
        sa.Column("kinds", sa.ARRAY(sa.Text), comment="of what there was"),
        sa.Column("finished_on", sa.Date),
        sa.CheckConstraint("octet_length(order_tag) = 32", name="erasures_order_size"),
        sa.CheckConstraint("state IN ('new', 'grace', 'held', 'undone', 'due', 'erased')", name="erasures_state"),
        sa.CheckConstraint("(state IN ('undone', 'erased')) = (subject IS NULL)", name="erasures_only_proof_stays"),
    )
    # The verifier says what an order is about; when and whether it is carried out is the eraser's alone.
    grant(op, "SELECT, INSERT (order_tag, subject, paths, to_linker, reason)", "erasures", to="verifier")
    grant(op, "UPDATE (forgotten, kinds)", "erasures", to="verifier")
    for table in ("registrations", "consents"):
        grant(op, "DELETE", table, to="verifier")
    grant(op, "DELETE", "links", to="linker")
    changed = "subject, paths, to_linker, state, asked_on, due_on, keyless, destroyed, forgotten, finished_on"
    grant(op, f"SELECT, INSERT, UPDATE ({changed})", "erasures", to="eraser")
