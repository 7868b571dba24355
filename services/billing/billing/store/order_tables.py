"""Tables of what is ordered of the provider (lot 2), and of the fund that reports and advances are shared by.

An order that the CdG pays for has no member here: billing is never told whose it is. Steps are added, never changed.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    Numeric,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
)

from billing.store.tables import metadata
from chassis.inbox import inbox_table

inbox = inbox_table(metadata)

price_lists = Table(
    "price_lists",
    metadata,
    Column("cdg_id", Uuid, ForeignKey("cdgs.id"), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("valid_from", Date, nullable=False),
    Column("reading", Text, nullable=False, comment="which reading of the printed grid"),
    Column("data", Text, nullable=False, comment="JSON of the whole list: what orders of it cost, for ever"),
    Column("chosen_by", Uuid, ForeignKey("managers.id"), comment="NULL: the version that a CdG starts with"),
    Column("chosen_on", Date, nullable=False),
    Column("told_on", Date, comment="when casework was told; NULL before it takes effect"),
    CheckConstraint("version >= 1", name="counts"),
)

orders = Table(
    "orders",
    metadata,
    Column("id", Uuid, primary_key=True, comment="drawn by casework"),
    Column("cdg_id", Uuid, ForeignKey("cdgs.id"), nullable=False),
    Column("member_id", Uuid, ForeignKey("members.id"), comment="NULL: the CdG's own, whose it is stays untold"),
    Column("number", Text, nullable=False, unique=True, comment="random"),
    Column("version", Integer, nullable=False),
    Column("status", Text, nullable=False),
    Column("by_cdg", Boolean, nullable=False),
    Column("price_list", Integer, nullable=False),
    Column("net_cents", BigInteger, nullable=False, comment="frozen"),
    Column("tax_cents", BigInteger, nullable=False, comment="frozen"),
    Column("asked_on", Date, nullable=False),
    Column("recovered_in", Uuid, ForeignKey("fund_settlements.id"), comment="an advance: the settlement that took it"),
    CheckConstraint(
        "status IN ('quoted', 'approved', 'refused', 'delivered', 'settled', 'cancelled')", name="status_known"
    ),
    CheckConstraint("by_cdg = (member_id IS NULL)", name="advance_without_a_member"),
    CheckConstraint("recovered_in IS NULL OR by_cdg", name="recovers_advances"),
    CheckConstraint("net_cents > 0 AND tax_cents >= 0 AND version >= 1", name="positive"),
    ForeignKeyConstraint(
        ["cdg_id", "price_list"], ["price_lists.cdg_id", "price_lists.version"], name="orders_price_list_fk"
    ),
)
Index("orders_by_cdg", orders.c.cdg_id, orders.c.status)
Index("orders_by_member", orders.c.member_id)

order_lines = Table(
    "order_lines",
    metadata,
    Column("order_id", Uuid, ForeignKey("orders.id"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("code", Text, nullable=False),
    Column("label", Text, nullable=False),
    Column("unit", Text, nullable=False),
    Column("quantity", Numeric(9, 2), nullable=False),
    Column("unit_price", Numeric(17, 4), nullable=False),
    Column("vat", Text, nullable=False),
    Column("net_cents", BigInteger, nullable=False),
    CheckConstraint("unit IN ('forfait', 'jour')", name="unit_known"),
    CheckConstraint("vat IN ('S', 'E', 'O')", name="vat_known"),
    CheckConstraint("quantity > 0 AND unit_price > 0", name="positive"),
    UniqueConstraint("order_id", "code"),
)

order_steps = Table(
    "order_steps",
    metadata,
    Column("order_id", Uuid, ForeignKey("orders.id"), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("status", Text, nullable=False),
    Column("day", Date, nullable=False),
    Column("manager_id", Uuid, ForeignKey("managers.id"), comment="of the CdG"),
    Column("person_id", Uuid, ForeignKey("people.id"), comment="of the member"),
    CheckConstraint("manager_id IS NULL OR person_id IS NULL", name="done_by_one"),
)

statements = Table(
    "statements",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("cdg_id", Uuid, ForeignKey("cdgs.id"), nullable=False),
    Column("reference", Text, nullable=False, comment="the provider's own"),
    Column("received_on", Date, nullable=False),
    Column("imported_by", Uuid, ForeignKey("managers.id"), nullable=False),
    Column("digest", LargeBinary, nullable=False, comment="SHA-256 of the file: taken once"),
    UniqueConstraint("cdg_id", "digest"),
    UniqueConstraint("cdg_id", "reference"),
)

statement_lines = Table(
    "statement_lines",
    metadata,
    Column("statement_id", Uuid, ForeignKey("statements.id"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("number", Text, nullable=False, comment="as the provider wrote it"),
    Column("order_id", Uuid, ForeignKey("orders.id")),
    Column("code", Text, nullable=False),
    Column("quantity", Numeric(9, 2), nullable=False),
    Column("net_cents", BigInteger, nullable=False),
    Column("gross_cents", BigInteger, nullable=False),
    Column("difference", Text, nullable=False, comment="empty: as ordered"),
    Column("expected_cents", BigInteger, comment="frozen, before VAT"),
    Column("decision", Text),
    Column("decided_by", Uuid, ForeignKey("managers.id")),
    Column("decided_on", Date),
    Column(
        "recovered_in", Uuid, ForeignKey("fund_settlements.id"), comment="of an advance: the settlement that took it"
    ),
    CheckConstraint("decision IN ('accepted', 'disputed')", name="decision_known"),
    CheckConstraint("(decision IS NULL) = (decided_on IS NULL)", name="decided_once"),
    CheckConstraint("recovered_in IS NULL OR COALESCE(decision, '') = 'accepted'", name="recovers_what_is_accepted"),
)
Index("statement_lines_by_order", statement_lines.c.order_id)

# `ahead` is told to nobody: what is called minus it would be the number of reports.
funds = Table(
    "funds",
    metadata,
    Column("cdg_id", Uuid, ForeignKey("cdgs.id"), primary_key=True),
    Column("price", Numeric(17, 4), nullable=False, comment="euros for one report, or unit of advances"),
    Column("counted", Boolean, nullable=False, comment="reports are charged; else advances alone are recovered"),
    Column("periods", Integer, nullable=False, comment="1, or 4: the parts in which a year is billed"),
    Column("pooled_with", Uuid, ForeignKey("cdgs.id"), comment="the CdG whose fund this one joins; NULL: its own"),
    Column("ahead", Integer, nullable=False, comment="reports paid for and made by nobody"),
    Column("advanced_cents", BigInteger, nullable=False, comment="less than a unit, for the next settlement"),
    Column("started_on", Date, nullable=False),
    CheckConstraint("periods IN (1, 4)", name="yearly_or_quarterly"),
    CheckConstraint("price > 0 AND advanced_cents >= 0", name="positive"),
)

report_counts = Table(
    "report_counts",
    metadata,
    Column("cdg_id", Uuid, ForeignKey("cdgs.id"), primary_key=True),
    Column("year", Integer, primary_key=True),
    Column("reports", Integer, nullable=False),
    CheckConstraint("reports >= 0", name="counts"),
)

fund_settlements = Table(
    "fund_settlements",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("cdg_id", Uuid, ForeignKey("cdgs.id"), nullable=False),
    Column("year", Integer, nullable=False),
    Column("called", Integer, nullable=False, comment="with its noise: what all may see"),
    Column("price", Numeric(17, 4), nullable=False),
    Column("settled_on", Date, nullable=False),
    UniqueConstraint("cdg_id", "year"),
    CheckConstraint("called >= 0", name="counts"),
)

fund_shares = Table(
    "fund_shares",
    metadata,
    Column("id", Uuid, primary_key=True, comment="the cause of its invoice"),
    Column("settlement_id", Uuid, ForeignKey("fund_settlements.id"), nullable=False),
    Column("member_id", Uuid, ForeignKey("members.id"), nullable=False),
    Column("part", Integer, nullable=False, comment="1, or the quarter in which it is billed"),
    Column("agents", Integer, nullable=False),
    Column("cents", BigInteger, nullable=False),
    Column("bill_on", Date, nullable=False),
    Column("invoice_id", Uuid, ForeignKey("invoices.id")),
    Column("held_back", Text, comment="why it could not be billed yet"),
    UniqueConstraint("settlement_id", "member_id", "part"),
    CheckConstraint("agents >= 1 AND cents >= 0", name="positive"),
)
Index("fund_shares_to_bill", fund_shares.c.bill_on, postgresql_where=fund_shares.c.invoice_id.is_(None))
