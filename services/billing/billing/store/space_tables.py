"""The table of links to members' spaces."""

from sqlalchemy import CheckConstraint, Column, DateTime, ForeignKey, Index, LargeBinary, Table, Uuid

from billing.store.tables import metadata

space_links = Table(
    "space_links",
    metadata,
    Column("token_hash", LargeBinary, primary_key=True, comment="SHA-256; the token is kept nowhere"),
    Column("member_id", Uuid, ForeignKey("members.id"), nullable=False),
    Column("person_id", Uuid, ForeignKey("people.id"), nullable=False),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Column("closed_at", DateTime(timezone=True)),
    CheckConstraint("length(token_hash) = 32", name="hashed"),
)
Index("space_links_by_member", space_links.c.member_id)
