"""Each accepted line of an advance is recovered by one settlement: also one that comes after its order was taken.

Revision ID: 0013
"""

import sqlalchemy as sa
from alembic import op

from chassis.migrations import grant

revision = "0013"
down_revision = "0012"

_TABLE = "statement_lines"


def upgrade() -> None:
    recovered_in = sa.Column(
        "recovered_in", sa.Uuid(), nullable=True, comment="of an advance: the settlement that took it"
    )
    op.add_column(_TABLE, recovered_in)
    op.create_foreign_key(op.f("statement_lines_recovered_in_fk"), _TABLE, "fund_settlements", ["recovered_in"], ["id"])
    # What was accepted by the day of its settlement was in its sum; later lines wait for the next.
    op.execute(
        "UPDATE statement_lines SET recovered_in = orders.recovered_in FROM orders "
        "JOIN fund_settlements ON fund_settlements.id = orders.recovered_in "
        "WHERE statement_lines.order_id = orders.id AND statement_lines.decision = 'accepted' "
        "AND statement_lines.decided_on <= fund_settlements.settled_on"
    )
    op.create_check_constraint(
        op.f("statement_lines_recovers_what_is_accepted"),
        _TABLE,
        "recovered_in IS NULL OR COALESCE(decision, '') = 'accepted'",
    )
    grant(op, "UPDATE (recovered_in)", _TABLE)
