"""Asking who the reporter is, identity-vault's keys, and what waits to be told to it."""

import sqlalchemy as sa
from alembic import op

from chassis.migrations import grant

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("cases", sa.Column("sealed_label", sa.LargeBinary(), nullable=True, comment="the case's code"))
    op.add_column("memberships", sa.Column("cdg_name", sa.Text(), nullable=False, server_default=""))
    op.drop_constraint("message_kind", "messages")
    op.create_check_constraint("message_kind", "messages", "kind IN ('text', 'status', 'identity')")
    _requests()
    _vault()


def _requests() -> None:
    op.create_table(
        "identity_requests",
        sa.Column("request_id", sa.LargeBinary(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False, comment="who asks, and alone would see the identity"),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("unread", sa.Boolean(), nullable=False, comment="an answer that who asked has not seen"),
        sa.Column("sealed", sa.LargeBinary(), nullable=False, comment="casework.v1.IdentityRequest"),
        sa.Column("sealed_answer", sa.LargeBinary(), nullable=True, comment="intake.v1.ReporterMessage, the last one"),
        sa.CheckConstraint(
            "state IN ('asked', 'agreed', 'hastened', 'refused', 'withdrawn')", name="identity_request_state"
        ),
        sa.CheckConstraint("(state = 'asked') = (sealed_answer IS NULL)", name="identity_request_answered"),
        sa.CheckConstraint("octet_length(request_id) = 16", name="identity_request_id"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.case_id"]),
        sa.PrimaryKeyConstraint("request_id"),
    )
    op.create_index("identity_requests_case", "identity_requests", ["case_id"])
    grant(op, "SELECT, INSERT, UPDATE (state, unread, sealed_answer)", "identity_requests")


def _vault() -> None:
    op.create_table(
        "vault_keys",
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("signed", sa.LargeBinary(), nullable=False, comment="keys.v1.SignedKeySet"),
        sa.PrimaryKeyConstraint("issuer"),
    )
    grant(op, "SELECT, INSERT, UPDATE (version, signed)", "vault_keys")
    for name, what in (("reach_queue", "identity_vault.v1.Ring"), ("erase_queue", "identity_vault.v1.ErasureOrder")):
        op.create_table(
            name,
            sa.Column("row_id", sa.Uuid(), nullable=False, comment="random"),
            sa.Column("frame", sa.LargeBinary(), nullable=False, comment=f"{what}, sealed to identity-vault"),
            sa.CheckConstraint("octet_length(frame) = 1152", name=f"{name}_frame"),
            sa.PrimaryKeyConstraint("row_id"),
        )
        grant(op, "SELECT, INSERT, DELETE", name)
