"""Casework's tables of orders: what a case asked of the provider, what that costs, and when held events left.

In clear stand opaque ids, states and days; what was ordered is sealed under the case's key.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    Uuid,
)

from casework.store.tables import metadata
from chassis.release import relay_state_table

relay_state = relay_state_table(metadata)

price_lists = Table(
    "price_lists",
    metadata,
    Column("cdg_id", Text, primary_key=True),
    Column("version", BigInteger, nullable=False),
    Column("published", LargeBinary, nullable=False, comment="billing.v1.PriceListPublished"),
)

case_orders = Table(
    "case_orders",
    metadata,
    Column("order_id", Uuid, primary_key=True, comment="random; all that billing knows of the case"),
    Column("case_id", Uuid, ForeignKey("cases.case_id"), nullable=False),
    Column("person_id", Text, nullable=False),
    Column("by_cdg", Boolean, nullable=False),
    Column("version", BigInteger, nullable=False, comment="of the newest OrderProgressed; 0: none yet"),
    Column("status", Text, nullable=False),
    Column("day", Date, nullable=False),
    Column("sealed", LargeBinary, nullable=False, comment="casework.v1.ServiceRequested"),
    CheckConstraint(
        "status IN ('asked', 'quoted', 'approved', 'refused', 'delivered', 'settled', 'cancelled')",
        name="case_order_status",
    ),
)
Index("case_orders_case", case_orders.c.case_id)

report_counts = Table(
    "report_counts",
    metadata,
    Column("cdg_id", Text, primary_key=True),
    Column("year", Integer, primary_key=True),
    Column("told_day", Date, nullable=False),
)
