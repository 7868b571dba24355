"""The verifier's tables. What can be read in them is keyed hashes; everything else is `sealed` under its data key."""

from sqlalchemy import CheckConstraint, Column, Date, Integer, LargeBinary, Table

from identity_vault.store.tables import metadata


def _tag(name: str, comment: str, *, primary_key: bool = False, index: bool = False) -> "Column[bytes]":
    return Column(name, LargeBinary, primary_key=primary_key, nullable=False, index=index, comment=comment)


def _sealed() -> "Column[bytes]":
    return Column("sealed", LargeBinary, nullable=False, comment="under the verifier's data key")


# One row for each frame, covers too: who reads it cannot tell a report from a cover.
registrations = Table(
    "registrations",
    metadata,
    _tag("tag", "HMAC of ref", primary_key=True),
    _sealed(),
    CheckConstraint("octet_length(tag) = 32", name="registrations_tag_size"),
)

consents = Table(
    "consents",
    metadata,
    _tag("id_tag", "HMAC of ref and the statement's id", primary_key=True),
    _tag("tag", "HMAC of ref", index=True),
    _tag("addressee_tag", "HMAC of issuer and subject", index=True),
    _sealed(),
)

spent_statements = Table(
    "spent_statements", metadata, _tag("id_tag", "HMAC of ref and the statement's id", primary_key=True)
)

waiting_statements = Table(
    "waiting_statements",
    metadata,
    _tag("id", "random", primary_key=True),
    _tag("tag", "HMAC of ref", index=True),
    Column("until", Date, nullable=False, index=True, comment="last day on which what it waits for may come"),
    _sealed(),
)

disclosure_counts = Table(
    "disclosure_counts",
    metadata,
    Column("day", Date, primary_key=True),
    _tag("tag", "HMAC of an addressee or of a body", primary_key=True),
    Column("count", Integer, nullable=False),
    CheckConstraint("count >= 0", name="disclosure_counts_not_negative"),
)

passkeys = Table(
    "passkeys",
    metadata,
    _tag("credential_tag", "HMAC of the credential's id", primary_key=True),
    _tag("person_tag", "HMAC of issuer and subject", index=True),
    _sealed(),
)

# Challenges, and disclosures under way: minutes, and a day at most until the row is swept.
short_lived = Table(
    "short_lived",
    metadata,
    _tag("tag", "HMAC of kind and key", primary_key=True),
    _tag("owner_tag", "HMAC of kind and person", index=True),
    Column("until", Date, nullable=False, index=True, comment="last day on which it may count"),
    _sealed(),
)

# Who says that they lost their passkeys, and what custodians made of it.
recoveries = Table(
    "recoveries",
    metadata,
    _tag("id", "16 random bytes", primary_key=True),
    _tag("person_tag", "HMAC of issuer and subject", index=True),
    Column("until", Date, nullable=False, index=True, comment="last day on which it matters"),
    _sealed(),
)
