"""Keys of records, and letters for verifier, linker and courier."""

import sqlalchemy as sa
from alembic import op

from chassis.migrations import grant

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# Who reads the letters, and the size of each in bytes (record.proto).
_LETTERS = {"verifier": 2688, "linker": 1152, "courier": 1152}


def upgrade() -> None:
    op.create_table(
        "record_keys",
        sa.Column("path", sa.Text, primary_key=True, comment="of the record in OpenBao: a keyed hash"),
        sa.Column("key", sa.LargeBinary, nullable=False, comment="without it the record in OpenBao opens no more"),
        sa.CheckConstraint("octet_length(key) = 32", name="record_keys_key_size"),
        sa.CheckConstraint("path ~ '^[0-9a-f]{64}$'", name="record_keys_path_form"),
    )
    grant(op, "SELECT, INSERT", "record_keys")
    grant(op, "SELECT", "record_keys", to="verifier")
    grant(op, "SELECT (path), DELETE", "record_keys", to="eraser")
    for reader, size in _LETTERS.items():
        table = f"{reader}_letters"
        op.create_table(
            table,
            sa.Column("id", sa.LargeBinary, primary_key=True, comment="random"),
            sa.Column("frame", sa.LargeBinary, nullable=False, comment=f"age ciphertext, to the {reader}"),
            sa.CheckConstraint("octet_length(id) = 16", name=f"{table}_id_size"),
            sa.CheckConstraint(f"octet_length(frame) = {size}", name=f"{table}_frame_size"),
        )
        grant(op, "INSERT", table)
        grant(op, "SELECT, DELETE", table, to=reader)
