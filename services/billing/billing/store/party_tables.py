"""Tables of members' correspondents, and of the lists of bodies that managers import."""

from sqlalchemy import CheckConstraint, Column, Date, DateTime, ForeignKey, Index, Integer, Table, Text, Uuid

from billing.store.tables import metadata

correspondents = Table(
    "correspondents",
    metadata,
    Column("member_id", Uuid, ForeignKey("members.id"), primary_key=True),
    Column("person_id", Uuid, ForeignKey("people.id"), nullable=False),
    Column("function", Text, nullable=False, comment="empty where it was not told"),
    Column("set_on", Date, nullable=False),
)

imports = Table(
    "imports",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("cdg_id", Uuid, ForeignKey("cdgs.id"), nullable=False),
    Column("sent_by", Uuid, ForeignKey("managers.id"), nullable=False),
    Column("sent_at", DateTime(timezone=True), nullable=False),
    Column("content", Text, nullable=False, comment="CSV; once applied, JSON of what was refused"),
    Column("applied_at", DateTime(timezone=True)),
    *(Column(name, Integer) for name in ("added", "changed", "refused")),
    CheckConstraint(
        "(applied_at IS NULL) = (added IS NULL) AND (applied_at IS NULL) = (changed IS NULL)"
        " AND (applied_at IS NULL) = (refused IS NULL)",
        name="applied_whole",
    ),
)
Index("imports_by_cdg", imports.c.cdg_id, imports.c.sent_at)
