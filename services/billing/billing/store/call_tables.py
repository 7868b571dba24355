"""Tables of tariffs and yearly calls."""

import uuid
from datetime import datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)

from billing.store.tables import metadata


def _instant(name: str, *, nullable: bool = False, comment: str | None = None) -> Column[datetime]:
    return Column(name, DateTime(timezone=True), nullable=nullable, comment=comment)


def _link(name: str, to: str, *, nullable: bool = False, comment: str | None = None) -> Column[uuid.UUID]:
    return Column(name, Uuid, ForeignKey(f"{to}.id"), nullable=nullable, comment=comment)


tariffs = Table(
    "tariffs",
    metadata,
    Column("cdg_id", Uuid, ForeignKey("cdgs.id"), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("valid_from", Date, nullable=False),
    Column("data", Text, nullable=False, comment="JSON, as billing.domain.tariffs reads it"),
    _link("recorded_by", "managers"),
    _instant("recorded_at"),
    CheckConstraint("version >= 1", name="counts"),
)

call_runs = Table(
    "call_runs",
    metadata,
    Column("id", Uuid, primary_key=True),
    _link("cdg_id", "cdgs"),
    Column("year", Integer, nullable=False),
    Column("due_on", Date, nullable=False, comment="when the next calls are to be answered"),
    Column("all_agents", Integer, nullable=False, comment="of all members, when the year was called"),
    _link("started_by", "managers"),
    _instant("started_at", comment="the last time: a run is completed"),
    _instant("finished_at", nullable=True, comment="NULL while members are to be called"),
    Column("called_before", Integer, nullable=False, comment="calls made when it was started last"),
    Column("expected", Integer, nullable=False, comment="members to call in all, when it was started last"),
    CheckConstraint("all_agents >= 0 AND called_before >= 0 AND expected >= 0", name="counts"),
    UniqueConstraint("cdg_id", "year"),
)
Index("call_runs_in_hand", call_runs.c.id, postgresql_where=text("finished_at IS NULL"))

calls = Table(
    "calls",
    metadata,
    Column("id", Uuid, primary_key=True),
    _link("run_id", "call_runs"),
    _link("member_id", "members"),
    _link("convention_id", "conventions"),
    Column("first_on", Date, nullable=False),
    Column("last_on", Date, nullable=False, comment="last day that is paid for, included"),
    Column("due_on", Date, nullable=False),
    Column("tariff_version", Integer, nullable=False),
    Column("part", Integer, nullable=False, comment="months or days called, of `whole`"),
    Column("whole", Integer, nullable=False),
    Column("affiliated", Boolean, nullable=False),
    Column("known_agents", Integer, comment="the last headcount declared before the call"),
    Column("state", Text, nullable=False),
    Column("agents", Integer, comment="declared"),
    Column("net_cents", BigInteger),
    Column("tax_cents", BigInteger),
    Column("declared_by", Text, nullable=False, comment="name; empty until it is declared"),
    Column("declared_function", Text, nullable=False),
    _link("typed_by", "managers", nullable=True, comment="the manager who copied a declaration on paper"),
    _link("person_id", "people", nullable=True, comment="who was written to"),
    Column("motive", Text, nullable=False, comment="why the declaration was sent back; shown to the member"),
    Column("hindrance", Text, nullable=False, comment="why it could not be billed"),
    _instant("sent_at", nullable=True),
    _instant("declared_at", nullable=True),
    _instant("checked_at", nullable=True),
    _link("checked_by", "managers", nullable=True),
    _instant("issue_asked_at", nullable=True, comment="when a manager asked to bill it"),
    Column("invoice_id", Uuid, ForeignKey("invoices.id"), unique=True),
    CheckConstraint(
        "state IN ('prepared', 'sent', 'declared', 'checked', 'issued', 'cancelled')",
        name="state_known",
    ),
    CheckConstraint("first_on <= last_on", name="days_in_order"),
    CheckConstraint("part BETWEEN 1 AND whole", name="share_of_a_year"),
    CheckConstraint("agents >= 1 AND net_cents >= 0 AND tax_cents >= 0", name="positive"),
    CheckConstraint(
        "state NOT IN ('declared', 'checked', 'issued') OR (agents IS NOT NULL AND net_cents IS NOT NULL"
        " AND tax_cents IS NOT NULL AND declared_at IS NOT NULL AND declared_by <> '')",
        name="declared_whole",
    ),
    CheckConstraint(
        "state NOT IN ('checked', 'issued') OR (checked_at IS NOT NULL AND checked_by IS NOT NULL)",
        name="checked_by_somebody",
    ),
    CheckConstraint("state <> 'sent' OR sent_at IS NOT NULL", name="sent_once"),
    CheckConstraint("state <> 'issued' OR invoice_id IS NOT NULL", name="issued_with_an_invoice"),
)
Index("calls_once", calls.c.run_id, calls.c.member_id, unique=True, postgresql_where=text("state <> 'cancelled'"))
Index("calls_by_member", calls.c.member_id)
Index("calls_to_remind", calls.c.due_on, postgresql_where=text("state = 'sent'"))
Index("calls_to_issue", calls.c.run_id, postgresql_where=text("state = 'checked' AND issue_asked_at IS NOT NULL"))

call_reminders = Table(
    "call_reminders",
    metadata,
    Column("call_id", Uuid, ForeignKey("calls.id"), primary_key=True),
    Column("rank", Integer, primary_key=True),
    Column("sent_on", Date, nullable=False),
    CheckConstraint("rank BETWEEN 1 AND 3", name="three_at_most"),
)
