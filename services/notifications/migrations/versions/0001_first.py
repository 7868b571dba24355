"""Contacts, the queue of mails, the inbox."""

import sqlalchemy as sa
from alembic import op

from chassis.migrations import grant

revision = "0001"
down_revision = None


def upgrade() -> None:
    _inbox()
    _contacts()
    _deliveries()


def _inbox() -> None:
    op.create_table(
        "inbox",
        sa.Column("consumer", sa.Text(), nullable=False, comment="the consuming service"),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("consumer", "event_id"),
    )
    grant(op, "SELECT, INSERT, DELETE", "inbox")


def _contacts() -> None:
    version = "of the newest ContactChanged; an older one changes nothing"
    op.create_table(
        "contacts",
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False, comment=version),
        sa.Column("email", sa.Text(), nullable=True, comment="NULL: the person is no longer written to"),
        sa.PrimaryKeyConstraint("person_id"),
    )
    grant(op, "SELECT, INSERT, UPDATE (version, email)", "contacts")


def _deliveries() -> None:
    code = "the last answer of the mail server that was not a yes"
    due_at = sa.Column(
        "due_at", sa.DateTime(timezone=True), nullable=True, comment="when to try (again); NULL once settled"
    )
    op.create_table(
        "deliveries",
        sa.Column("id", sa.Uuid(), nullable=False, comment="random; names the mail in its Message-ID"),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("token", sa.Text(), nullable=True, comment="an invitation's secret; NULL as soon as it was mailed"),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        due_at,
        sa.Column("code", sa.Text(), nullable=True, comment=code),
        sa.Column("day", sa.Date(), nullable=False, comment="of the last change"),
        sa.CheckConstraint("kind IN ('attention', 'invitation')", name="deliveries_kind"),
        sa.CheckConstraint("status IN ('waiting', 'sent', 'refused')", name="deliveries_status"),
        sa.CheckConstraint("(status = 'waiting') = (due_at IS NOT NULL)", name="deliveries_due"),
        sa.CheckConstraint(
            "(token IS NOT NULL) = (kind = 'invitation' AND status = 'waiting')", name="deliveries_token"
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    waiting = sa.text("status = 'waiting'")
    op.create_index("deliveries_due", "deliveries", ["due_at"], unique=False, postgresql_where=waiting)
    op.create_index("deliveries_of_person", "deliveries", ["person_id"], unique=False, postgresql_where=waiting)
    grant(op, "SELECT, INSERT, UPDATE (token, status, attempts, due_at, code, day)", "deliveries")
