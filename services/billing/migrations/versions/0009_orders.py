"""Orders of the provider's services, its statements, and the fund that all members share."""

import sqlalchemy as sa
from alembic import op

from chassis.migrations import grant

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    _inbox()
    _price_lists()
    _fund_settlements()
    _funds()
    _report_counts()
    _orders()
    _order_lines()
    _order_steps()
    _statements()
    _statement_lines()
    _fund_shares()


def _inbox() -> None:
    op.create_table(
        "inbox",
        sa.Column("consumer", sa.Text(), nullable=False, comment="the consuming service"),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("consumer", "event_id", name=op.f("inbox_pk")),
    )
    grant(op, "SELECT, INSERT, DELETE", "inbox")


def _price_lists() -> None:
    op.create_table(
        "price_lists",
        sa.Column("cdg_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("reading", sa.Text(), nullable=False, comment="which reading of the printed grid"),
        sa.Column(
            "data", sa.Text(), nullable=False, comment="JSON of the whole list: what orders of it cost, for ever"
        ),
        sa.Column("chosen_by", sa.Uuid(), nullable=True, comment="NULL: the version that a CdG starts with"),
        sa.Column("chosen_on", sa.Date(), nullable=False),
        sa.Column("told_on", sa.Date(), nullable=True, comment="when casework was told; NULL before it takes effect"),
        sa.CheckConstraint("version >= 1", name=op.f("price_lists_counts")),
        sa.ForeignKeyConstraint(["cdg_id"], ["cdgs.id"], name=op.f("price_lists_cdg_id_fk")),
        sa.ForeignKeyConstraint(["chosen_by"], ["managers.id"], name=op.f("price_lists_chosen_by_fk")),
        sa.PrimaryKeyConstraint("cdg_id", "version", name=op.f("price_lists_pk")),
    )
    grant(op, "SELECT, INSERT, UPDATE (told_on)", "price_lists")


def _fund_settlements() -> None:
    op.create_table(
        "fund_settlements",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("cdg_id", sa.Uuid(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("called", sa.Integer(), nullable=False, comment="with its noise: what all may see"),
        sa.Column("price", sa.Numeric(precision=17, scale=4), nullable=False),
        sa.Column("settled_on", sa.Date(), nullable=False),
        sa.CheckConstraint("called >= 0", name=op.f("fund_settlements_counts")),
        sa.ForeignKeyConstraint(["cdg_id"], ["cdgs.id"], name=op.f("fund_settlements_cdg_id_fk")),
        sa.PrimaryKeyConstraint("id", name=op.f("fund_settlements_pk")),
        sa.UniqueConstraint("cdg_id", "year", name=op.f("fund_settlements_cdg_id_year_uq")),
    )
    grant(op, "SELECT, INSERT", "fund_settlements")


def _funds() -> None:
    op.create_table(
        "funds",
        sa.Column("cdg_id", sa.Uuid(), nullable=False),
        sa.Column(
            "price",
            sa.Numeric(precision=17, scale=4),
            nullable=False,
            comment="euros for one report, or unit of advances",
        ),
        sa.Column(
            "counted", sa.Boolean(), nullable=False, comment="reports are charged; else advances alone are recovered"
        ),
        sa.Column("periods", sa.Integer(), nullable=False, comment="1, or 4: the parts in which a year is billed"),
        sa.Column("pooled_with", sa.Uuid(), nullable=True, comment="the CdG whose fund this one joins; NULL: its own"),
        sa.Column("ahead", sa.Integer(), nullable=False, comment="reports paid for and made by nobody"),
        sa.Column(
            "advanced_cents", sa.BigInteger(), nullable=False, comment="less than a unit, for the next settlement"
        ),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.CheckConstraint("periods IN (1, 4)", name=op.f("funds_yearly_or_quarterly")),
        sa.CheckConstraint("price > 0 AND advanced_cents >= 0", name=op.f("funds_positive")),
        sa.ForeignKeyConstraint(["cdg_id"], ["cdgs.id"], name=op.f("funds_cdg_id_fk")),
        sa.ForeignKeyConstraint(["pooled_with"], ["cdgs.id"], name=op.f("funds_pooled_with_fk")),
        sa.PrimaryKeyConstraint("cdg_id", name=op.f("funds_pk")),
    )
    grant(op, "SELECT, INSERT, UPDATE (price, counted, periods, pooled_with, ahead, advanced_cents)", "funds")


def _report_counts() -> None:
    op.create_table(
        "report_counts",
        sa.Column("cdg_id", sa.Uuid(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("reports", sa.Integer(), nullable=False),
        sa.CheckConstraint("reports >= 0", name=op.f("report_counts_counts")),
        sa.ForeignKeyConstraint(["cdg_id"], ["cdgs.id"], name=op.f("report_counts_cdg_id_fk")),
        sa.PrimaryKeyConstraint("cdg_id", "year", name=op.f("report_counts_pk")),
    )
    grant(op, "SELECT, INSERT", "report_counts")


def _orders() -> None:
    op.create_table(
        "orders",
        sa.Column("id", sa.Uuid(), nullable=False, comment="drawn by casework"),
        sa.Column("cdg_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=True, comment="NULL: the CdG's own, whose it is stays untold"),
        sa.Column("number", sa.Text(), nullable=False, comment="random"),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("by_cdg", sa.Boolean(), nullable=False),
        sa.Column("price_list", sa.Integer(), nullable=False),
        sa.Column("net_cents", sa.BigInteger(), nullable=False, comment="frozen"),
        sa.Column("tax_cents", sa.BigInteger(), nullable=False, comment="frozen"),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("recovered_in", sa.Uuid(), nullable=True, comment="an advance: the settlement that took it"),
        sa.CheckConstraint(
            "status IN ('quoted', 'approved', 'refused', 'delivered', 'settled', 'cancelled')",
            name=op.f("orders_status_known"),
        ),
        sa.CheckConstraint("by_cdg = (member_id IS NULL)", name=op.f("orders_advance_without_a_member")),
        sa.CheckConstraint("net_cents > 0 AND tax_cents >= 0 AND version >= 1", name=op.f("orders_positive")),
        sa.CheckConstraint("recovered_in IS NULL OR by_cdg", name=op.f("orders_recovers_advances")),
        sa.ForeignKeyConstraint(
            ["cdg_id", "price_list"], ["price_lists.cdg_id", "price_lists.version"], name="orders_price_list_fk"
        ),
        sa.ForeignKeyConstraint(["cdg_id"], ["cdgs.id"], name=op.f("orders_cdg_id_fk")),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("orders_member_id_fk")),
        sa.ForeignKeyConstraint(["recovered_in"], ["fund_settlements.id"], name=op.f("orders_recovered_in_fk")),
        sa.PrimaryKeyConstraint("id", name=op.f("orders_pk")),
        sa.UniqueConstraint("number", name=op.f("orders_number_uq")),
    )
    op.create_index("orders_by_cdg", "orders", ["cdg_id", "status"], unique=False)
    op.create_index("orders_by_member", "orders", ["member_id"], unique=False)
    grant(op, "SELECT, INSERT, UPDATE (version, status, recovered_in)", "orders")


def _order_lines() -> None:
    op.create_table(
        "order_lines",
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("quantity", sa.Numeric(precision=9, scale=2), nullable=False),
        sa.Column("unit_price", sa.Numeric(precision=17, scale=4), nullable=False),
        sa.Column("vat", sa.Text(), nullable=False),
        sa.Column("net_cents", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("unit IN ('forfait', 'jour')", name=op.f("order_lines_unit_known")),
        sa.CheckConstraint("vat IN ('S', 'E', 'O')", name=op.f("order_lines_vat_known")),
        sa.CheckConstraint("quantity > 0 AND unit_price > 0", name=op.f("order_lines_positive")),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("order_lines_order_id_fk")),
        sa.PrimaryKeyConstraint("order_id", "position", name=op.f("order_lines_pk")),
        sa.UniqueConstraint("order_id", "code", name=op.f("order_lines_order_id_code_uq")),
    )
    grant(op, "SELECT, INSERT", "order_lines")


def _order_steps() -> None:
    op.create_table(
        "order_steps",
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("manager_id", sa.Uuid(), nullable=True, comment="of the CdG"),
        sa.Column("person_id", sa.Uuid(), nullable=True, comment="of the member"),
        sa.CheckConstraint("manager_id IS NULL OR person_id IS NULL", name=op.f("order_steps_done_by_one")),
        sa.ForeignKeyConstraint(["manager_id"], ["managers.id"], name=op.f("order_steps_manager_id_fk")),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("order_steps_order_id_fk")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("order_steps_person_id_fk")),
        sa.PrimaryKeyConstraint("order_id", "version", name=op.f("order_steps_pk")),
    )
    grant(op, "SELECT, INSERT", "order_steps")


def _statements() -> None:
    op.create_table(
        "statements",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("cdg_id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False, comment="the provider's own"),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("imported_by", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False, comment="SHA-256 of the file: taken once"),
        sa.ForeignKeyConstraint(["cdg_id"], ["cdgs.id"], name=op.f("statements_cdg_id_fk")),
        sa.ForeignKeyConstraint(["imported_by"], ["managers.id"], name=op.f("statements_imported_by_fk")),
        sa.PrimaryKeyConstraint("id", name=op.f("statements_pk")),
        sa.UniqueConstraint("cdg_id", "digest", name=op.f("statements_cdg_id_digest_uq")),
        sa.UniqueConstraint("cdg_id", "reference", name=op.f("statements_cdg_id_reference_uq")),
    )
    grant(op, "SELECT, INSERT", "statements")


def _statement_lines() -> None:
    op.create_table(
        "statement_lines",
        sa.Column("statement_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False, comment="as the provider wrote it"),
        sa.Column("order_id", sa.Uuid(), nullable=True),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("quantity", sa.Numeric(precision=9, scale=2), nullable=False),
        sa.Column("net_cents", sa.BigInteger(), nullable=False),
        sa.Column("gross_cents", sa.BigInteger(), nullable=False),
        sa.Column("difference", sa.Text(), nullable=False, comment="empty: as ordered"),
        sa.Column("expected_cents", sa.BigInteger(), nullable=True, comment="frozen, before VAT"),
        sa.Column("decision", sa.Text(), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.CheckConstraint("decision IN ('accepted', 'disputed')", name=op.f("statement_lines_decision_known")),
        sa.CheckConstraint("(decision IS NULL) = (decided_on IS NULL)", name=op.f("statement_lines_decided_once")),
        sa.ForeignKeyConstraint(["decided_by"], ["managers.id"], name=op.f("statement_lines_decided_by_fk")),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("statement_lines_order_id_fk")),
        sa.ForeignKeyConstraint(["statement_id"], ["statements.id"], name=op.f("statement_lines_statement_id_fk")),
        sa.PrimaryKeyConstraint("statement_id", "position", name=op.f("statement_lines_pk")),
    )
    op.create_index("statement_lines_by_order", "statement_lines", ["order_id"], unique=False)
    grant(op, "SELECT, INSERT, UPDATE (decision, decided_by, decided_on)", "statement_lines")


def _fund_shares() -> None:
    op.create_table(
        "fund_shares",
        sa.Column("id", sa.Uuid(), nullable=False, comment="the cause of its invoice"),
        sa.Column("settlement_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False, comment="1, or the quarter in which it is billed"),
        sa.Column("agents", sa.Integer(), nullable=False),
        sa.Column("cents", sa.BigInteger(), nullable=False),
        sa.Column("bill_on", sa.Date(), nullable=False),
        sa.Column("invoice_id", sa.Uuid(), nullable=True),
        sa.Column("held_back", sa.Text(), nullable=True, comment="why it could not be billed yet"),
        sa.CheckConstraint("agents >= 1 AND cents >= 0", name=op.f("fund_shares_positive")),
        sa.ForeignKeyConstraint(["invoice_id"], ["invoices.id"], name=op.f("fund_shares_invoice_id_fk")),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fund_shares_member_id_fk")),
        sa.ForeignKeyConstraint(["settlement_id"], ["fund_settlements.id"], name=op.f("fund_shares_settlement_id_fk")),
        sa.PrimaryKeyConstraint("id", name=op.f("fund_shares_pk")),
        sa.UniqueConstraint(
            "settlement_id", "member_id", "part", name=op.f("fund_shares_settlement_id_member_id_part_uq")
        ),
    )
    op.create_index(
        "fund_shares_to_bill", "fund_shares", ["bill_on"], unique=False, postgresql_where=sa.text("invoice_id IS NULL")
    )
    grant(op, "SELECT, INSERT, UPDATE (invoice_id, held_back)", "fund_shares")
