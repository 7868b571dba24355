"""The tables of erasure: what passes between eraser, verifier and linker."""

from sqlalchemy import ARRAY, Boolean, CheckConstraint, Column, Date, LargeBinary, Table, Text

from identity_vault.store.tables import metadata

# Orders as they came in, for the verifier, which deletes each with what it made of it.
erasure_orders = Table(
    "erasure_orders",
    metadata,
    Column("id", LargeBinary, primary_key=True, comment="SHA-256 of the frame"),
    Column("frame", LargeBinary, nullable=False, comment="age ciphertext, to the verifier"),
    CheckConstraint("octet_length(id) = 32", name="erasure_orders_id_size"),
    CheckConstraint("octet_length(frame) = 1152", name="erasure_orders_frame_size"),
)

# What an order is about stands here until it is carried out or undone; the rest stays, as the proof.
erasures = Table(
    "erasures",
    metadata,
    Column("order_tag", LargeBinary, primary_key=True, comment="of the order's id"),
    Column("subject", LargeBinary, comment="tag of the report's ref"),
    Column("paths", ARRAY(Text), comment="of its records in OpenBao"),
    Column("to_linker", LargeBinary, comment="age ciphertext, to the linker"),
    Column("reason", Text, nullable=False),
    Column("state", Text, nullable=False, server_default="new"),
    Column("asked_on", Date),
    Column("due_on", Date),
    Column("keyless", Boolean, nullable=False, server_default="false", comment="the keys of its records are gone"),
    Column("destroyed", Boolean, nullable=False, server_default="false", comment="its records are gone"),
    Column("forgotten", Boolean, nullable=False, server_default="false", comment="the verifier's rows are gone"),
    Column("kinds", ARRAY(Text), comment="of what there was"),
    Column("finished_on", Date),
    CheckConstraint("octet_length(order_tag) = 32", name="erasures_order_size"),
    CheckConstraint("state IN ('new', 'grace', 'held', 'undone', 'due', 'erased')", name="erasures_state"),
    CheckConstraint("(state IN ('undone', 'erased')) = (subject IS NULL)", name="erasures_only_proof_stays"),
)

# Days with too many orders: held until somebody confirms them.
erasure_bursts = Table(
    "erasure_bursts",
    metadata,
    Column("day", Date, primary_key=True),
    Column("confirmed", Boolean, nullable=False, server_default="false"),
)

# Two operators sign for what shall be done about an order, or about a day's many; the eraser does it.
erasure_signatures = Table(
    "erasure_signatures",
    metadata,
    Column("action", Text, primary_key=True, comment="what shall be done"),
    Column("target", Text, primary_key=True, comment="an order's tag, hexadecimal, or a day"),
    Column("operator", Text, primary_key=True, comment="by the name in the eraser's settings"),
    Column("signed_on", Date, nullable=False),
    Column("signature", LargeBinary, nullable=False, comment="Ed25519, over all of the above"),
    Column("noted", Boolean, nullable=False, server_default="false", comment="in the journal"),
    CheckConstraint("action IN ('undo', 'confirm')", name="erasure_signatures_action"),
    CheckConstraint("octet_length(signature) = 64", name="erasure_signatures_size"),
)

# For the linker, which deletes each once the contact is forgotten.
linker_erasures = Table(
    "linker_erasures",
    metadata,
    Column("order_tag", LargeBinary, primary_key=True),
    Column("frame", LargeBinary, nullable=False, comment="age ciphertext, to the linker"),
    CheckConstraint("octet_length(frame) = 1152", name="linker_erasures_frame_size"),
)
