"""The table of documents."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)

from billing.store.tables import metadata

documents = Table(
    "documents",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("cdg_id", Uuid, ForeignKey("cdgs.id"), nullable=False),
    Column("member_id", Uuid, ForeignKey("members.id")),
    Column("kind", Text, nullable=False, comment="the template that it is printed with"),
    Column("subject_id", Uuid, nullable=False, comment="what it is about"),
    Column("title", Text, nullable=False),
    Column("content", Text, nullable=False, comment="JSON: what it is printed from, for ever"),
    Column("made_on", Date, nullable=False),
    Column("pdf", LargeBinary, comment="NULL until it is printed"),
    Column("digest", LargeBinary, comment="SHA-256 of the PDF"),
    CheckConstraint("(pdf IS NULL) = (digest IS NULL)", name="printed_whole"),
    UniqueConstraint("kind", "subject_id"),
)
Index("documents_to_print", documents.c.id, postgresql_where=text("pdf IS NULL"))
Index("documents_by_member", documents.c.member_id, documents.c.made_on)
