"""identity-vault's own database, on a cluster of its own. Records are not in it: they are in OpenBao."""

from sqlalchemy import CheckConstraint, Column, Date, Integer, MetaData, Table

metadata = MetaData()

seal_counts = Table(
    "seal_counts",
    metadata,
    Column("day", Date, primary_key=True),
    Column("count", Integer, nullable=False, comment="records sealed that day, covers included"),
    CheckConstraint("count >= 0", name="seal_counts_not_negative"),
)
