"""Sweeps that made every record anew."""

from sqlalchemy import CheckConstraint, Column, Date, Integer, Table

from identity_vault.store.tables import metadata

sweeps = Table(
    "sweeps",
    metadata,
    Column("number", Integer, primary_key=True, comment="1, 2..."),
    Column("begun_on", Date, nullable=False),
    Column("finished_on", Date),
    CheckConstraint("number > 0", name="sweeps_number"),
)
