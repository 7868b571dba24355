"""Tables of billing. What must never be stored is refused by the database itself (CHECK, UNIQUE), not only by code."""

import uuid
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)

from billing.domain.kinds import Kind
from billing.domain.places import TIME_ZONES
from chassis.outbox import outbox_table

metadata = MetaData(
    naming_convention={
        "pk": "%(table_name)s_pk",
        "fk": "%(table_name)s_%(column_0_name)s_fk",
        "uq": "%(table_name)s_%(column_0_N_name)s_uq",
        "ck": "%(table_name)s_%(constraint_name)s",
    }
)

outbox = outbox_table(metadata)


def _instant(name: str, *, nullable: bool = False) -> Column[datetime]:
    return Column(name, DateTime(timezone=True), nullable=nullable)


def _link(name: str, to: str, *, nullable: bool = False) -> Column[uuid.UUID]:
    return Column(name, Uuid, ForeignKey(f"{to}.id"), nullable=nullable)


def _texts(values: Iterable[str]) -> str:
    return ", ".join(f"'{value}'" for value in values)


groupements = Table(
    "groupements",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("signed_on", Date, nullable=False, comment="day of the convention de groupement de commandes"),
)

cdgs = Table(
    "cdgs",
    metadata,
    Column("id", Uuid, primary_key=True),
    _link("groupement_id", "groupements"),
    Column("department", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("contact", Text, nullable=False, comment="where its service can be called or written to"),
)

providers = Table(
    "providers",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    *(
        Column(name, Text, nullable=False, server_default="")
        for name in ("siret", "street", "postcode", "city", "iban", "email")
    ),
    CheckConstraint("siret = '' OR siret ~ '^[0-9]{14}$'", name="siret_has_fourteen_digits"),
)

markets = Table(
    "markets",
    metadata,
    Column("id", Uuid, primary_key=True),
    _link("groupement_id", "groupements"),
    _link("provider_id", "providers"),
    Column("starts_on", Date, nullable=False),
    Column("ends_on", Date, nullable=False, comment="last day, included"),
    CheckConstraint("starts_on <= ends_on", name="days_in_order"),
    UniqueConstraint("groupement_id", "starts_on"),
)

managers = Table(
    "managers",
    metadata,
    Column("id", Uuid, primary_key=True),
    _link("cdg_id", "cdgs"),
    Column("issuer", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("name", Text, nullable=False),
    UniqueConstraint("issuer", "subject"),
)

members = Table(
    "members",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("version", Integer, nullable=False),
    _link("cdg_id", "cdgs"),
    Column("name", Text, nullable=False),
    Column("siren", Text, nullable=False, unique=True),
    Column("insee_code", Text, nullable=False),
    Column("department", Text, nullable=False),
    Column("sort_key", Text, nullable=False, comment="name without accents, case or punctuation"),
    Column(
        "mail_domains", ARRAY(Text), nullable=False, server_default="{}", comment="lower case; refused to reporters"
    ),
    Column("kind", Text, nullable=False, server_default="commune"),
    Column("siret", Text, nullable=False, server_default="", comment="empty until it is known"),
    Column("affiliated", Boolean, comment="CGFP L452-14; NULL: unknown"),
    Column("time_zone", Text, nullable=False, server_default="Europe/Paris", comment="IANA name"),
    Column("listed_agents", Integer, comment="as an imported list says; never billed"),
    CheckConstraint("siren ~ '^[0-9]{9}$'", name="siren_has_nine_digits"),
    CheckConstraint(f"kind IN ({_texts(Kind)})", name="kind_known"),
    CheckConstraint("siret = '' OR (siret ~ '^[0-9]{14}$' AND left(siret, 9) = siren)", name="siret_of_its_siren"),
    CheckConstraint(f"time_zone IN ({_texts(TIME_ZONES)})", name="zone_known"),
    CheckConstraint("listed_agents >= 1", name="listed_agents_counted"),
)
Index("members_by_cdg", members.c.cdg_id, members.c.sort_key)

conventions = Table(
    "conventions",
    metadata,
    Column("id", Uuid, primary_key=True),
    _link("member_id", "members"),
    _link("market_id", "markets"),
    Column("deliberated_on", Date, nullable=False),
    Column("signed_on", Date, nullable=False),
    Column("received_on", Date, nullable=False),
    Column("effect_on", Date, nullable=False, comment="art. 3"),
    Column("until_on", Date, nullable=False, comment="last day, included"),
    _link("recorded_by", "managers"),
    _instant("recorded_at"),
    Column("follows", Uuid, ForeignKey("conventions.id"), unique=True, comment="the convention that it renews"),
    CheckConstraint("deliberated_on <= signed_on AND signed_on <= received_on", name="days_in_order"),
    CheckConstraint(
        "effect_on = (date_trunc('month', received_on::timestamp) + interval '1 month')::date"
        " OR (follows IS NOT NULL AND received_on < effect_on)",
        name="takes_effect_next_month",
    ),
    CheckConstraint("effect_on <= until_on", name="ends_after_effect"),
    UniqueConstraint("member_id", "effect_on"),
)

headcounts = Table(
    "headcounts",
    metadata,
    Column("member_id", Uuid, ForeignKey("members.id"), primary_key=True),
    Column("at_day", Date, primary_key=True, comment="31 December of year N-1"),
    Column("agents", Integer, nullable=False, comment="declared by the member; never derived from population"),
    Column("declared_on", Date, nullable=False),
    CheckConstraint("agents >= 1", name="at_least_one"),
    CheckConstraint("extract(month FROM at_day) = 12 AND extract(day FROM at_day) = 31", name="at_31_december"),
)

people = Table(
    "people",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("email", Text, nullable=False, unique=True, comment="lower case"),
    Column("phone", Text, nullable=False),
    CheckConstraint("email = lower(email)", name="email_in_lower_case"),
)

habilitations = Table(
    "habilitations",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("version", Integer, nullable=False),
    _link("person_id", "people"),
    Column("role", Text, nullable=False),
    _link("cdg_id", "cdgs"),
    _link("member_id", "members", nullable=True),
    Column("function", Text, nullable=False),
    Column("body", Text, nullable=False, comment="who employs the person"),
    _link("designated_by", "managers"),
    _instant("designated_at"),
    Column("issuer", Text),
    Column("subject", Text),
    _instant("accepted_at", nullable=True),
    _link("confirmed_by", "managers", nullable=True),
    _instant("confirmed_at", nullable=True),
    _instant("valid_from", nullable=True),
    _link("removed_by", "managers", nullable=True),
    _instant("removed_at", nullable=True),
    CheckConstraint("role IN ('referent', 'authority_referent', 'screener')", name="role_known"),
    CheckConstraint("role <> 'referent' OR member_id IS NOT NULL", name="referent_of_a_member"),
    CheckConstraint("role <> 'screener' OR member_id IS NULL", name="screener_of_a_cdg"),
    CheckConstraint(
        "(issuer IS NULL) = (subject IS NULL) AND (issuer IS NULL) = (accepted_at IS NULL)",
        name="accepted_by_an_account",
    ),
    CheckConstraint(
        "(confirmed_by IS NULL) = (confirmed_at IS NULL) AND (confirmed_by IS NULL) = (valid_from IS NULL)",
        name="confirmed_at_once",
    ),
    CheckConstraint("confirmed_by IS NULL OR accepted_at IS NOT NULL", name="confirmed_after_accepted"),
    CheckConstraint("confirmed_by <> designated_by", name="confirmed_by_a_second_person"),
    CheckConstraint("(removed_by IS NULL) = (removed_at IS NULL)", name="removed_by_somebody"),
)
Index("habilitations_by_member", habilitations.c.member_id)
Index("habilitations_by_cdg", habilitations.c.cdg_id, habilitations.c.role)
Index(
    "habilitations_once",
    habilitations.c.person_id,
    habilitations.c.role,
    habilitations.c.cdg_id,
    habilitations.c.member_id,
    unique=True,
    postgresql_where=text("removed_at IS NULL"),
    postgresql_nulls_not_distinct=True,
)

invitations = Table(
    "invitations",
    metadata,
    Column(
        "token_hash", LargeBinary, primary_key=True, comment="SHA-256 of the token; the token itself is kept nowhere"
    ),
    _link("habilitation_id", "habilitations"),
    _instant("issued_at"),
    _instant("expires_at"),
    _instant("closed_at", nullable=True),
    CheckConstraint("length(token_hash) = 32", name="hashed"),
)
Index(
    "invitations_one_open",
    invitations.c.habilitation_id,
    unique=True,
    postgresql_where=text("closed_at IS NULL"),
)

sellers = Table(
    "sellers",
    metadata,
    Column("cdg_id", Uuid, ForeignKey("cdgs.id"), primary_key=True),
    *(Column(name, Text, nullable=False) for name in ("name", "siret", "street", "postcode", "city", "iban", "email")),
    Column("vat_number", Text, nullable=False, comment="empty where nothing is billed with VAT"),
    CheckConstraint("siret ~ '^[0-9]{14}$'", name="siret_has_fourteen_digits"),
)

buyers = Table(
    "buyers",
    metadata,
    Column("member_id", Uuid, ForeignKey("members.id"), primary_key=True),
    Column("siret", Text, nullable=False, comment="empty until it is known"),
    *(Column(name, Text, nullable=False) for name in ("street", "postcode", "city")),
    Column("service_code", Text, nullable=False, comment="Chorus Pro"),
    Column("engagement", Text, nullable=False, comment="Chorus Pro"),
    CheckConstraint("siret = '' OR siret ~ '^[0-9]{14}$'", name="siret_has_fourteen_digits"),
)

# The row of a CdG and year is held while an invoice is issued: its number and the invoice commit together, or neither.
invoice_ranks = Table(
    "invoice_ranks",
    metadata,
    Column("cdg_id", Uuid, ForeignKey("cdgs.id"), primary_key=True),
    Column("year", Integer, primary_key=True),
    Column("last", Integer, nullable=False, comment="the last rank given; held by who gives the next"),
    CheckConstraint("last >= 0", name="counts"),
)

invoices = Table(
    "invoices",
    metadata,
    Column("id", Uuid, primary_key=True),
    _link("cdg_id", "cdgs"),
    Column("year", Integer, nullable=False),
    Column("rank", Integer, nullable=False, comment="1, 2… in the year, without a gap"),
    Column("number", Text, nullable=False, unique=True),
    Column("kind", Text, nullable=False, comment="UNTDID 1001"),
    _link("member_id", "members"),
    Column(
        "cause", Uuid, nullable=False, unique=True, comment="what it is issued for, once: a call, an order, an invoice"
    ),
    _link("corrects", "invoices", nullable=True),
    Column("issued_on", Date, nullable=False),
    Column("due_on", Date, nullable=False),
    Column("net_cents", BigInteger, nullable=False),
    Column("tax_cents", BigInteger, nullable=False),
    Column("content", Text, nullable=False, comment="JSON of the whole draft: what it is made from, for ever"),
    CheckConstraint("kind IN ('380', '381')", name="kind_known"),
    CheckConstraint("(kind = '381') = (corrects IS NOT NULL)", name="credit_corrects"),
    CheckConstraint("corrects IS NULL OR corrects = cause", name="corrected_once"),
    CheckConstraint("extract(year FROM issued_on) = year", name="year_of_issue"),
    CheckConstraint("rank >= 1 AND net_cents > 0 AND tax_cents >= 0", name="positive"),
    UniqueConstraint("cdg_id", "year", "rank"),
)
Index("invoices_by_member", invoices.c.member_id, invoices.c.issued_on)
