"""True counts, publications, the inbox."""

import sqlalchemy as sa
from alembic import op

from chassis.migrations import grant

revision = "0001"
down_revision = None


def upgrade() -> None:
    _inbox()
    _figures()
    _publications()


def _inbox() -> None:
    op.create_table(
        "inbox",
        sa.Column("consumer", sa.Text(), nullable=False, comment="the consuming service"),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("consumer", "event_id"),
    )
    grant(op, "SELECT, INSERT, DELETE", "inbox")


def _figures() -> None:
    count = "may be below zero for a while: deltas come in any order"
    op.create_table(
        "figures",
        sa.Column("month", sa.Text(), nullable=False, comment="YYYY-MM of the filing"),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("size_band", sa.Text(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False, comment=count),
        sa.PrimaryKeyConstraint("month", "act", "size_band"),
    )
    grant(op, "SELECT, INSERT, UPDATE (count)", "figures")


def _publications() -> None:
    """The application's role adds publications and can neither change nor delete one."""
    published_at = sa.DateTime(timezone=True)
    op.create_table(
        "snapshots",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("published_at", published_at, nullable=False, comment="the set hour, not that of a report"),
        sa.Column("threshold", sa.Integer(), nullable=False),
        sa.Column("cells_of", sa.Uuid(), nullable=False, comment="itself, or the one it repeats"),
        sa.CheckConstraint("threshold >= 3", name="snapshots_threshold"),
        sa.ForeignKeyConstraint(["cells_of"], ["snapshots.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("published_at"),
    )
    op.create_table(
        "snapshot_cells",
        sa.Column("snapshot_id", sa.Uuid(), nullable=False),
        sa.Column("month", sa.Text(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("size_band", sa.Text(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False, comment="what is shown; a secret cell has no row"),
        sa.CheckConstraint("count >= 3", name="snapshot_cells_floor"),
        sa.ForeignKeyConstraint(["snapshot_id"], ["snapshots.id"]),
        sa.PrimaryKeyConstraint("snapshot_id", "month", "act", "size_band"),
    )
    grant(op, "SELECT, INSERT", "snapshots")
    grant(op, "SELECT, INSERT", "snapshot_cells")
