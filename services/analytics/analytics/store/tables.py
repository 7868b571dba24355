"""Analytics' tables: true counts, which never leave, and publications, which never change."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
)

from chassis.inbox import inbox_table

metadata = MetaData()
inbox = inbox_table(metadata)

figures = Table(
    "figures",
    metadata,
    Column("month", Text, primary_key=True, comment="YYYY-MM of the filing"),
    Column("act", Text, primary_key=True),
    Column("size_band", Text, primary_key=True),
    Column("count", Integer, nullable=False, comment="may be below zero for a while: deltas come in any order"),
)

snapshots = Table(
    "snapshots",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("published_at", DateTime(timezone=True), nullable=False, comment="the set hour, not that of a report"),
    Column("threshold", Integer, nullable=False),
    Column("cells_of", Uuid, ForeignKey("snapshots.id"), nullable=False, comment="itself, or the one it repeats"),
    UniqueConstraint("published_at"),
    CheckConstraint("threshold >= 3", name="snapshots_threshold"),
)

snapshot_cells = Table(
    "snapshot_cells",
    metadata,
    Column("snapshot_id", Uuid, ForeignKey("snapshots.id"), primary_key=True),
    Column("month", Text, primary_key=True),
    Column("act", Text, primary_key=True),
    Column("size_band", Text, primary_key=True),
    Column("count", Integer, nullable=False, comment="what is shown; a secret cell has no row"),
    CheckConstraint("count >= 3", name="snapshot_cells_floor"),
)
