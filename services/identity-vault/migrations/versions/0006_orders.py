"""Orders of custodians."""

import sqlalchemy as sa
from alembic import op

from chassis.migrations import grant

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "orders",
        sa.Column("order_id", sa.LargeBinary, primary_key=True, comment="16 random bytes"),
        sa.Column("tag", sa.LargeBinary, nullable=False, comment="keyed hash of the report's ref"),
        sa.Column("sealed", sa.LargeBinary, nullable=False, comment="the order, its signatures and what became of it"),
        sa.CheckConstraint("octet_length(order_id) = 16", name="order_id_is_16_bytes"),
    )
    op.create_index("orders_tag", "orders", ["tag"])
    grant(op, "SELECT, INSERT, UPDATE (sealed), DELETE", "orders", to="verifier")
