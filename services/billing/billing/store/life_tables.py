"""Tables of a convention's life: what comes before it, after it, and once a year."""

import uuid
from datetime import datetime

from sqlalchemy import (
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


def _link(name: str, to: str, *, nullable: bool = False) -> Column[uuid.UUID]:
    return Column(name, Uuid, ForeignKey(f"{to}.id"), nullable=nullable)


def _instant(name: str) -> Column[datetime]:
    return Column(name, DateTime(timezone=True), nullable=False)


def _of_convention() -> Column[uuid.UUID]:
    return Column("convention_id", Uuid, ForeignKey("conventions.id"), primary_key=True)


proposals = Table(
    "proposals",
    metadata,
    Column("id", Uuid, primary_key=True),
    _link("cdg_id", "cdgs"),
    _link("member_id", "members"),
    _link("market_id", "markets"),
    Column("renews", Uuid, ForeignKey("conventions.id"), comment="the convention that it would follow"),
    Column("content", Text, nullable=False, comment="JSON: what is known before the signature"),
    _link("drafted_by", "managers"),
    _instant("drafted_at"),
    Column("sent_on", Date),
    Column("closed_on", Date, comment="given up"),
    Column("convention_id", Uuid, ForeignKey("conventions.id"), unique=True, comment="what it became"),
    CheckConstraint("closed_on IS NULL OR convention_id IS NULL", name="closed_or_concluded"),
)
Index(
    "proposals_one_open",
    proposals.c.member_id,
    unique=True,
    postgresql_where=text("closed_on IS NULL AND convention_id IS NULL"),
)
Index("proposals_by_cdg", proposals.c.cdg_id, proposals.c.drafted_at)

convention_steps = Table(
    "convention_steps",
    metadata,
    Column("id", Uuid, primary_key=True),
    _link("convention_id", "conventions"),
    Column("kind", Text, nullable=False),
    Column("on_day", Date, nullable=False, comment="the day that it counts from"),
    Column("number", Integer, comment="of an amendment"),
    Column("content", Text, nullable=False, comment="JSON"),
    _link("recorded_by", "managers"),
    _instant("recorded_at"),
    CheckConstraint(
        "kind IN ('cdg_signed', 'provider_signed', 'amended', 'notice_given', 'notice_withdrawn', 'defaulted',"
        " 'default_withdrawn', 'roles_set')",
        name="kind_known",
    ),
    CheckConstraint("(kind = 'amended') = (number IS NOT NULL)", name="amendment_number"),
    UniqueConstraint("convention_id", "number"),
)
Index(
    "convention_steps_signed_once",
    convention_steps.c.convention_id,
    convention_steps.c.kind,
    unique=True,
    postgresql_where=text("kind IN ('cdg_signed', 'provider_signed')"),
)
Index("convention_steps_by_convention", convention_steps.c.convention_id, convention_steps.c.recorded_at)

endings = Table(
    "endings",
    metadata,
    _of_convention(),
    Column("last_day", Date, nullable=False, comment="included"),
    Column("cause", Text, nullable=False),
    Column("cdg_letter_on", Date, comment="the registered letter's reception"),
    Column("provider_letter_on", Date),
    _link("recorded_by", "managers"),
    _instant("recorded_at"),
    CheckConstraint("cause IN ('market', 'notice', 'default')", name="cause_known"),
    CheckConstraint(
        "(cdg_letter_on IS NULL) = (provider_letter_on IS NULL) AND (cause <> 'notice' OR cdg_letter_on IS NOT NULL)",
        name="by_two_letters",
    ),
)

_ROLES = "IN ('controller', 'joint', 'processor', 'recipient', 'none')"
processing_roles = Table(
    "processing_roles",
    metadata,
    _of_convention(),
    Column("processing", Text, primary_key=True),
    *(Column(name, Text, nullable=False) for name in ("cdg", "member", "provider")),
    CheckConstraint("processing IN ('service_file', 'provider_data')", name="processing_known"),
    CheckConstraint(f"cdg {_ROLES} AND member {_ROLES} AND provider {_ROLES}", name="roles_known"),
    CheckConstraint(
        "'controller' IN (cdg, member, provider) OR 'joint' IN (cdg, member, provider)", name="somebody_controls"
    ),
)

convention_terms = Table(
    "convention_terms",
    metadata,
    Column("cdg_id", Uuid, ForeignKey("cdgs.id"), primary_key=True),
    Column("market_id", Uuid, ForeignKey("markets.id"), primary_key=True),
    Column("data", Text, nullable=False, comment="JSON: parties, visas, price and court, as printed"),
    Column("changed_by", Uuid, ForeignKey("managers.id"), comment="NULL: set up with the market"),
    _instant("changed_at"),
)

referent_confirmations = Table(
    "referent_confirmations",
    metadata,
    Column("member_id", Uuid, ForeignKey("members.id"), primary_key=True),
    Column("due_on", Date, primary_key=True, comment="an anniversary of the adhesion"),
    *(Column(name, Date) for name in ("asked_on", "reminded_on", "confirmed_on")),
    Column("confirmed_by_person", Uuid, ForeignKey("people.id"), comment="of the member, in its space"),
    Column("confirmed_by_manager", Uuid, ForeignKey("managers.id")),
    Column("confirmed_habilitations", Text, comment="JSON: ids of who was confirmed"),
    CheckConstraint(
        "(confirmed_on IS NULL) = (num_nonnulls(confirmed_by_person, confirmed_by_manager) = 0)"
        " AND num_nonnulls(confirmed_by_person, confirmed_by_manager) <= 1",
        name="by_somebody",
    ),
)

membership_days = Table(
    "membership_days",
    metadata,
    _of_convention(),
    Column("what", Text, primary_key=True),
    Column("on_day", Date, nullable=False, comment="of the member"),
    _instant("told_at"),
    CheckConstraint("what IN ('begun', 'ended')", name="what_known"),
)
