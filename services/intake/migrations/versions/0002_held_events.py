"""The relay finds held events without reading the tombstones.

Revision ID: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_index("outbox_held", "outbox", ["id"], postgresql_where=sa.text("held"))
