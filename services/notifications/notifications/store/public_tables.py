"""What other public systems are told: events by CdG, who may read them, where they are pushed."""

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy import text as sql

from notifications.store.tables import metadata

feeds = Table(
    "feeds",
    metadata,
    Column("cdg_id", Text, primary_key=True),
    Column("position", BigInteger, nullable=False, comment="of its newest event; locked to give the next"),
)

public_events = Table(
    "public_events",
    metadata,
    Column("cdg_id", Text, primary_key=True),
    Column("position", BigInteger, primary_key=True, comment="1, 2, 3... in each CdG, in order of commit"),
    Column("id", Uuid, nullable=False, comment="random; the CloudEvent's id"),
    Column("type", Text, nullable=False),
    Column("day", Date, nullable=False, comment="when it was told; kept 13 months"),
    Column("body", Text, nullable=False, comment="the CloudEvent, as JSON: no person, no report"),
    UniqueConstraint("id", name="public_events_id"),
)
Index("public_events_day", public_events.c.day)

feed_tokens = Table(
    "feed_tokens",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("cdg_id", Text, nullable=False, comment="whose events it reads, and no others"),
    Column("name", Text, nullable=False, comment="of the system that holds it"),
    Column("token_hash", LargeBinary, nullable=False, comment="SHA-256 of 256 random bits"),
    Column("created_on", Date, nullable=False),
    Column("expires_on", Date, comment="first day on which it no longer works"),
    Column("last_used_on", Date),
    Column("revoked_on", Date),
    UniqueConstraint("token_hash", name="feed_tokens_hash"),
)

webhook_endpoints = Table(
    "webhook_endpoints",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("cdg_id", Text, nullable=False, comment="whose events it is sent, and no others"),
    Column("url", Text, nullable=False),
    Column("types", ARRAY(Text), nullable=False, comment="event types; empty: all"),
    Column("secret", LargeBinary, nullable=False, comment="signs; sealed under the pusher's own key"),
    Column("created_on", Date, nullable=False),
    Column("stopped_on", Date),
)

webhook_deliveries = Table(
    "webhook_deliveries",
    metadata,
    Column("endpoint_id", ForeignKey("webhook_endpoints.id"), primary_key=True),
    Column("event_id", ForeignKey("public_events.id", ondelete="CASCADE"), primary_key=True),
    Column("status", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("due_at", DateTime(timezone=True), comment="when to try (again); NULL once settled"),
    Column("code", Text, comment="the last answer that was not a yes"),
    Column("day", Date, nullable=False, comment="of the last change"),
    CheckConstraint("status IN ('waiting', 'delivered', 'parked')", name="webhook_deliveries_status"),
    CheckConstraint("(status = 'waiting') = (due_at IS NOT NULL)", name="webhook_deliveries_due"),
)
Index("webhook_deliveries_due", webhook_deliveries.c.due_at, postgresql_where=sql("status = 'waiting'"))
Index("webhook_deliveries_event", webhook_deliveries.c.event_id)
