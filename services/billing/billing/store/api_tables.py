"""The table of tokens by which other public systems read."""

from sqlalchemy import (
    ARRAY,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Index,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
)

from billing.store.tables import metadata

api_tokens = Table(
    "api_tokens",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("cdg_id", Uuid, ForeignKey("cdgs.id"), nullable=False),
    Column("name", Text, nullable=False, comment="of the system that holds it"),
    Column("token_hash", LargeBinary, nullable=False, comment="SHA-256; the token is kept nowhere"),
    Column("scopes", ARRAY(Text), nullable=False, comment="what it may read, and nothing else"),
    Column("created_by", Uuid, ForeignKey("managers.id"), nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("expires_on", Date, nullable=False, comment="first day on which it no longer works"),
    Column("last_used_on", Date),
    Column("revoked_by", Uuid, ForeignKey("managers.id")),
    Column("revoked_at", DateTime(timezone=True)),
    CheckConstraint("length(token_hash) = 32", name="hashed"),
    CheckConstraint("name <> ''", name="named"),
    CheckConstraint(
        "cardinality(scopes) >= 1 AND scopes <@ ARRAY['members', 'conventions', 'calls', 'invoices']",
        name="scopes_known",
    ),
    CheckConstraint("(revoked_by IS NULL) = (revoked_at IS NULL)", name="revoked_by_somebody"),
    UniqueConstraint("token_hash"),
)
Index("api_tokens_by_cdg", api_tokens.c.cdg_id, api_tokens.c.created_at)
