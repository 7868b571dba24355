"""Tokens by which other public systems read billing's API."""

import sqlalchemy as sa
from alembic import op

from chassis.migrations import grant

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_table(
        "api_tokens",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("cdg_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False, comment="of the system that holds it"),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False, comment="SHA-256; the token is kept nowhere"),
        sa.Column("scopes", sa.ARRAY(sa.Text()), nullable=False, comment="what it may read, and nothing else"),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False, comment="first day on which it no longer works"),
        sa.Column("last_used_on", sa.Date(), nullable=True),
        sa.Column("revoked_by", sa.Uuid(), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("length(token_hash) = 32", name=op.f("api_tokens_hashed")),
        sa.CheckConstraint("name <> ''", name=op.f("api_tokens_named")),
        sa.CheckConstraint(
            "cardinality(scopes) >= 1 AND scopes <@ ARRAY['members', 'conventions', 'calls', 'invoices']",
            name=op.f("api_tokens_scopes_known"),
        ),
        sa.CheckConstraint("(revoked_by IS NULL) = (revoked_at IS NULL)", name=op.f("api_tokens_revoked_by_somebody")),
        sa.ForeignKeyConstraint(["cdg_id"], ["cdgs.id"], name=op.f("api_tokens_cdg_id_fk")),
        sa.ForeignKeyConstraint(["created_by"], ["managers.id"], name=op.f("api_tokens_created_by_fk")),
        sa.ForeignKeyConstraint(["revoked_by"], ["managers.id"], name=op.f("api_tokens_revoked_by_fk")),
        sa.PrimaryKeyConstraint("id", name=op.f("api_tokens_pk")),
        sa.UniqueConstraint("token_hash", name=op.f("api_tokens_token_hash_uq")),
    )
    op.create_index("api_tokens_by_cdg", "api_tokens", ["cdg_id", "created_at"])
    grant(op, "SELECT, INSERT, UPDATE (last_used_on, revoked_by, revoked_at)", "api_tokens")
