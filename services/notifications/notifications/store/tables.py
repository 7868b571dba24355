"""Notifications' tables: how to write to persons, and what waits to be mailed."""

from sqlalchemy import BigInteger, CheckConstraint, Column, Date, DateTime, Index, Integer, MetaData, Table, Text, Uuid
from sqlalchemy import text as sql

from chassis.inbox import inbox_table

metadata = MetaData()
inbox = inbox_table(metadata)

contacts = Table(
    "contacts",
    metadata,
    Column("person_id", Text, primary_key=True),
    Column("version", BigInteger, nullable=False, comment="of the newest ContactChanged; an older one changes nothing"),
    Column("email", Text, comment="NULL: the person is no longer written to"),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", Uuid, primary_key=True, comment="random; names the mail in its Message-ID"),
    Column("kind", Text, nullable=False),
    Column("person_id", Text, nullable=False),
    Column("token", Text, comment="the secret of the mail's own link; NULL as soon as it was mailed"),
    Column("status", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("due_at", DateTime(timezone=True), comment="when to try (again); NULL once settled"),
    Column("code", Text, comment="the last answer of the mail server that was not a yes"),
    Column("day", Date, nullable=False, comment="of the last change"),
    CheckConstraint(
        "kind IN ('attention', 'invitation', 'call', 'call-reminder', 'invoice', 'payment-reminder', "
        "'confirm-referents', 'referent-designated', 'convention', 'quote')",
        name="deliveries_kind",
    ),
    CheckConstraint("status IN ('waiting', 'sent', 'refused')", name="deliveries_status"),
    CheckConstraint("(status = 'waiting') = (due_at IS NOT NULL)", name="deliveries_due"),
    CheckConstraint("token IS NULL OR (kind <> 'attention' AND status = 'waiting')", name="deliveries_token"),
    CheckConstraint(
        "token IS NOT NULL OR kind <> 'invitation' OR status <> 'waiting'", name="deliveries_invitation_token"
    ),
)
Index("deliveries_due", deliveries.c.due_at, postgresql_where=sql("status = 'waiting'"))
Index("deliveries_of_person", deliveries.c.person_id, postgresql_where=sql("status = 'waiting'"))
