"""identity-vault's own database, on a cluster of its own: what the sealer writes. Records are in OpenBao."""

from sqlalchemy import CheckConstraint, Column, Date, Integer, LargeBinary, MetaData, Table, Text

metadata = MetaData()

seal_counts = Table(
    "seal_counts",
    metadata,
    Column("day", Date, primary_key=True),
    Column("count", Integer, nullable=False, comment="records sealed that day, covers included"),
    CheckConstraint("count >= 0", name="seal_counts_not_negative"),
)

# Apart from the records, so that a copy of OpenBao's storage opens nothing once a row is gone from here.
record_keys = Table(
    "record_keys",
    metadata,
    Column("path", Text, primary_key=True, comment="of the record in OpenBao: a keyed hash"),
    Column("key", LargeBinary, nullable=False, comment="without it the record in OpenBao opens no more"),
    Column("swept", Integer, nullable=False, server_default="0", comment="the last sweep that made the record anew"),
    CheckConstraint("octet_length(key) = 32", name="record_keys_key_size"),
    CheckConstraint("path ~ '^[0-9a-f]{64}$'", name="record_keys_path_form"),
)


def _letters(reader: str, size: int) -> Table:
    """What the sealer leaves for another process, which deletes each letter with what it made of it."""
    name = f"{reader}_letters"
    return Table(
        name,
        metadata,
        Column("id", LargeBinary, primary_key=True, comment="random"),
        Column("frame", LargeBinary, nullable=False, comment=f"age ciphertext, to the {reader}"),
        CheckConstraint("octet_length(id) = 16", name=f"{name}_id_size"),
        CheckConstraint(f"octet_length(frame) = {size}", name=f"{name}_frame_size"),
    )


verifier_letters = _letters("verifier", 2688)
linker_letters = _letters("linker", 1152)
courier_letters = _letters("courier", 1152)
