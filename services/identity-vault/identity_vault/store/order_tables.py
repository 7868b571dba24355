"""Orders of custodians: the verifier's, sealed under its data key."""

from sqlalchemy import CheckConstraint, Column, Index, LargeBinary, Table

from identity_vault.store.tables import metadata

orders = Table(
    "orders",
    metadata,
    Column("order_id", LargeBinary, primary_key=True, comment="16 random bytes"),
    Column("tag", LargeBinary, nullable=False, comment="keyed hash of the report's ref"),
    Column("sealed", LargeBinary, nullable=False, comment="the order, its signatures and what became of it"),
    CheckConstraint("octet_length(order_id) = 16", name="order_id_is_16_bytes"),
)
Index("orders_tag", orders.c.tag)
