"""The journal's tables. Nothing is ever changed in them; an old segment is deleted whole, by the database's owner."""

from sqlalchemy import CheckConstraint, Column, Date, DateTime, Integer, LargeBinary, Table, Text

from identity_vault.store.tables import metadata

journal = Table(
    "journal",
    metadata,
    Column("segment", Text, primary_key=True, comment="YYYY-MM"),
    Column("seq", Integer, primary_key=True, comment="from 1 in each segment"),
    Column("entry", LargeBinary, nullable=False, comment="canonical JSON (identity_vault.domain.journal)"),
    Column("previous", LargeBinary, nullable=False, comment="the hash before"),
    Column("hash", LargeBinary, nullable=False, comment="over place, previous hash and entry"),
    # Repeated from the entry for who may not read it, and for searching.
    Column("kind", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("reason", Text, nullable=False),
    Column("subject", LargeBinary, nullable=False, index=True),
    CheckConstraint("octet_length(hash) = 32 AND octet_length(previous) = 32", name="journal_hashes"),
    CheckConstraint("seq > 0", name="journal_seq"),
)

# What is left of segments that were dropped: the hash that the next segment's first entry carries.
journal_closings = Table(
    "journal_closings",
    metadata,
    Column("segment", Text, primary_key=True),
    Column("count", Integer, nullable=False),
    Column("hash", LargeBinary, nullable=False, comment="of its last entry"),
    Column("dropped_on", Date, nullable=False),
)

journal_checkpoints = Table(
    "journal_checkpoints",
    metadata,
    Column("number", Integer, primary_key=True, comment="from 1, without gaps"),
    Column("segment", Text, nullable=False),
    Column("content", LargeBinary, nullable=False, comment="canonical JSON: what is signed"),
    Column("signature", LargeBinary, nullable=False, comment="Ed25519"),
)
