"""Orders of the provider's services, by opaque number; prices; how many reports a CdG took, told once a year."""

import sqlalchemy as sa
from alembic import op

from chassis.migrations import grant

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    _relay_state()
    _price_lists()
    _case_orders()
    _report_counts()


def _relay_state() -> None:
    op.create_table(
        "relay_state",
        sa.Column("producer", sa.Text(), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=False, comment="the last release instant"),
        sa.PrimaryKeyConstraint("producer"),
    )
    grant(op, "SELECT, INSERT, UPDATE", "relay_state")


def _price_lists() -> None:
    op.create_table(
        "price_lists",
        sa.Column("cdg_id", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("published", sa.LargeBinary(), nullable=False, comment="billing.v1.PriceListPublished"),
        sa.PrimaryKeyConstraint("cdg_id"),
    )
    grant(op, "SELECT, INSERT, UPDATE (version, published)", "price_lists")


def _case_orders() -> None:
    op.create_table(
        "case_orders",
        sa.Column("order_id", sa.Uuid(), nullable=False, comment="random; all that billing knows of the case"),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("by_cdg", sa.Boolean(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False, comment="of the newest OrderProgressed; 0: none yet"),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False, comment="casework.v1.ServiceRequested"),
        sa.CheckConstraint(
            "status IN ('asked', 'quoted', 'approved', 'refused', 'delivered', 'settled', 'cancelled')",
            name="case_order_status",
        ),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["cases.case_id"],
        ),
        sa.PrimaryKeyConstraint("order_id"),
    )
    op.create_index("case_orders_case", "case_orders", ["case_id"], unique=False)
    grant(op, "SELECT, INSERT, UPDATE (version, status)", "case_orders")


def _report_counts() -> None:
    op.create_table(
        "report_counts",
        sa.Column("cdg_id", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("told_day", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("cdg_id", "year"),
    )
    grant(op, "SELECT, INSERT", "report_counts")
