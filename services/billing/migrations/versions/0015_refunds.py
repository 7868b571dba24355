"""What is left of a payment can be given back, and never more than is left.

Revision ID: 0015
"""

import sqlalchemy as sa
from alembic import op

from chassis.migrations import grant

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.create_table(
        "refunds",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("payment_id", sa.Uuid(), nullable=False),
        sa.Column("cents", sa.BigInteger(), nullable=False, comment="negative: undoes another"),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("undoes", sa.Uuid(), nullable=True),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "cents <> 0 AND (cents < 0) = (undoes IS NOT NULL)", name=op.f("refunds_undone_by_the_contrary")
        ),
        sa.ForeignKeyConstraint(["payment_id"], ["payments.id"], name=op.f("refunds_payment_id_fk")),
        sa.ForeignKeyConstraint(["recorded_by"], ["managers.id"], name=op.f("refunds_recorded_by_fk")),
        sa.ForeignKeyConstraint(["undoes"], ["refunds.id"], name=op.f("refunds_undoes_fk")),
        sa.PrimaryKeyConstraint("id", name=op.f("refunds_pk")),
        sa.UniqueConstraint("undoes", name=op.f("refunds_undoes_uq")),
    )
    op.create_index("refunds_by_payment", "refunds", ["payment_id"], unique=False)
    grant(op, "SELECT, INSERT", "refunds")
    _sums_hold()


def _sums_hold() -> None:
    """What a payment pays and what is given back of it are no more than it is; of one that was undone, nothing is."""
    op.execute(
        "CREATE FUNCTION payments_hold() RETURNS trigger LANGUAGE plpgsql AS $$ "
        "DECLARE paid bigint; given bigint; received bigint; "
        "BEGIN "
        "SELECT coalesce(sum(cents), 0) INTO paid FROM allocations WHERE payment_id = NEW.payment_id; "
        "SELECT coalesce(sum(cents), 0) INTO given FROM refunds WHERE payment_id = NEW.payment_id; "
        "SELECT cents INTO received FROM payments WHERE id = NEW.payment_id; "
        "IF given < 0 OR paid + given > received "
        "THEN RAISE EXCEPTION 'no more of a payment is given back than is left'; END IF; "
        "IF given > 0 AND EXISTS (SELECT FROM payments WHERE undoes = NEW.payment_id) "
        "THEN RAISE EXCEPTION 'nothing is given back of a payment that was undone'; END IF; "
        "RETURN NULL; END $$"
    )
    for table in ("allocations", "refunds"):
        op.execute(
            f"CREATE TRIGGER payments_hold AFTER INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION payments_hold()"
        )
