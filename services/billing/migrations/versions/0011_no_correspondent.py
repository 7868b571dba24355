"""A member's correspondent can be removed, and not only replaced.

Revision ID: 0011
"""

from alembic import op

from chassis.migrations import grant

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    grant(op, "DELETE", "correspondents")
