"""Registrations, consents, passkeys: the verifier's tables."""

import sqlalchemy as sa
from alembic import op

from chassis.migrations import grant

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _reporters()
    _disclosures()


def _tag(name: str, comment: str, **options: bool) -> sa.Column:
    return sa.Column(name, sa.LargeBinary, nullable=False, comment=comment, **options)


def _sealed() -> sa.Column:
    return sa.Column("sealed", sa.LargeBinary, nullable=False, comment="under the verifier's data key")


def _reporters() -> None:
    op.create_table(
        "registrations",
        _tag("tag", "HMAC of ref", primary_key=True),
        _sealed(),
        sa.CheckConstraint("octet_length(tag) = 32", name="registrations_tag_size"),
    )
    op.create_table(
        "consents",
        _tag("id_tag", "HMAC of ref and the statement's id", primary_key=True),
        _tag("tag", "HMAC of ref", index=True),
        _tag("addressee_tag", "HMAC of issuer and subject", index=True),
        _sealed(),
    )
    op.create_table("spent_statements", _tag("id_tag", "HMAC of ref and the statement's id", primary_key=True))
    op.create_table(
        "waiting_statements",
        _tag("id", "random", primary_key=True),
        _tag("tag", "HMAC of ref", index=True),
        sa.Column("until", sa.Date, nullable=False, index=True, comment="last day on which what it waits for may come"),
        _sealed(),
    )
    for table in ("registrations", "consents"):
        grant(op, "SELECT, INSERT, UPDATE (sealed)", table, to="verifier")
    grant(op, "SELECT, INSERT", "spent_statements", to="verifier")
    grant(op, "SELECT, INSERT, DELETE", "waiting_statements", to="verifier")


def _disclosures() -> None:
    op.create_table(
        "disclosure_counts",
        sa.Column("day", sa.Date, primary_key=True),
        _tag("tag", "HMAC of an addressee or of a body", primary_key=True),
        sa.Column("count", sa.Integer, nullable=False),
        sa.CheckConstraint("count >= 0", name="disclosure_counts_not_negative"),
    )
    op.create_table(
        "passkeys",
        _tag("credential_tag", "HMAC of the credential's id", primary_key=True),
        _tag("person_tag", "HMAC of issuer and subject", index=True),
        _sealed(),
    )
    grant(op, "SELECT, INSERT, UPDATE (count), DELETE", "disclosure_counts", to="verifier")
    grant(op, "SELECT, INSERT, UPDATE (sealed)", "passkeys", to="verifier")
