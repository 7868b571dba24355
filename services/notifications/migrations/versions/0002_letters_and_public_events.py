"""Letters of CdGs; what other public systems are told, who may read it, and where it is pushed."""

import sqlalchemy as sa
from alembic import op

from chassis.migrations import grant

revision = "0002"
down_revision = "0001"

KINDS = (
    "kind IN ('attention', 'invitation', 'call', 'call-reminder', 'invoice', 'payment-reminder', "
    "'confirm-referents', 'referent-designated', 'convention', 'quote')"
)


def upgrade() -> None:
    _letters()
    _events()
    _tokens()
    _webhooks()


def _letters() -> None:
    op.drop_constraint("deliveries_kind", "deliveries", type_="check")
    op.drop_constraint("deliveries_token", "deliveries", type_="check")
    op.create_check_constraint("deliveries_kind", "deliveries", KINDS)
    op.create_check_constraint(
        "deliveries_token", "deliveries", "token IS NULL OR (kind <> 'attention' AND status = 'waiting')"
    )
    op.create_check_constraint(
        "deliveries_invitation_token",
        "deliveries",
        "token IS NOT NULL OR kind <> 'invitation' OR status <> 'waiting'",
    )
    op.alter_column(
        "deliveries",
        "token",
        comment="the secret of the mail's own link; NULL as soon as it was mailed",
        existing_comment="an invitation's secret; NULL as soon as it was mailed",
        existing_type=sa.Text(),
        existing_nullable=True,
    )


def _events() -> None:
    op.create_table(
        "feeds",
        sa.Column("cdg_id", sa.Text(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False, comment="of its newest event; locked to give the next"),
        sa.PrimaryKeyConstraint("cdg_id"),
    )
    grant(op, "SELECT, INSERT, UPDATE (position)", "feeds")
    op.create_table(
        "public_events",
        sa.Column("cdg_id", sa.Text(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False, comment="1, 2, 3... in each CdG, in order of commit"),
        sa.Column("id", sa.Uuid(), nullable=False, comment="random; the CloudEvent's id"),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False, comment="when it was told; kept 13 months"),
        sa.Column("body", sa.Text(), nullable=False, comment="the CloudEvent, as JSON: no person, no report"),
        sa.PrimaryKeyConstraint("cdg_id", "position"),
        sa.UniqueConstraint("id", name="public_events_id"),
    )
    op.create_index("public_events_day", "public_events", ["day"])
    grant(op, "SELECT, INSERT, DELETE", "public_events")


def _tokens() -> None:
    op.create_table(
        "feed_tokens",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("cdg_id", sa.Text(), nullable=False, comment="whose events it reads, and no others"),
        sa.Column("name", sa.Text(), nullable=False, comment="of the system that holds it"),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False, comment="SHA-256 of 256 random bits"),
        sa.Column("created_on", sa.Date(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True, comment="first day on which it no longer works"),
        sa.Column("last_used_on", sa.Date(), nullable=True),
        sa.Column("revoked_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("token_hash", name="feed_tokens_hash"),
    )
    grant(op, "SELECT, INSERT, UPDATE (last_used_on, revoked_on)", "feed_tokens")


def _webhooks() -> None:
    op.create_table(
        "webhook_endpoints",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("cdg_id", sa.Text(), nullable=False, comment="whose events it is sent, and no others"),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("types", sa.ARRAY(sa.Text()), nullable=False, comment="event types; empty: all"),
        sa.Column("secret", sa.LargeBinary(), nullable=False, comment="signs; sealed under the pusher's own key"),
        sa.Column("created_on", sa.Date(), nullable=False),
        sa.Column("stopped_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    grant(op, "SELECT, INSERT, UPDATE (stopped_on)", "webhook_endpoints")
    op.create_table(
        "webhook_deliveries",
        sa.Column("endpoint_id", sa.Uuid(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column(
            "due_at", sa.DateTime(timezone=True), nullable=True, comment="when to try (again); NULL once settled"
        ),
        sa.Column("code", sa.Text(), nullable=True, comment="the last answer that was not a yes"),
        sa.Column("day", sa.Date(), nullable=False, comment="of the last change"),
        sa.CheckConstraint("status IN ('waiting', 'delivered', 'parked')", name="webhook_deliveries_status"),
        sa.CheckConstraint("(status = 'waiting') = (due_at IS NOT NULL)", name="webhook_deliveries_due"),
        sa.PrimaryKeyConstraint("endpoint_id", "event_id"),
        sa.ForeignKeyConstraint(["endpoint_id"], ["webhook_endpoints.id"]),
        sa.ForeignKeyConstraint(["event_id"], ["public_events.id"], ondelete="CASCADE"),
    )
    waiting = sa.text("status = 'waiting'")
    op.create_index("webhook_deliveries_due", "webhook_deliveries", ["due_at"], postgresql_where=waiting)
    op.create_index("webhook_deliveries_event", "webhook_deliveries", ["event_id"])
    grant(op, "SELECT, INSERT, UPDATE (status, attempts, due_at, code, day)", "webhook_deliveries")
