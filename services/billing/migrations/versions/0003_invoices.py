"""Invoices: who is on them, their numbers without a gap, and what never changes again.

Revision ID: 0003
"""

import sqlalchemy as sa
from alembic import op

from chassis.migrations import grant

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    _sellers()
    _buyers()
    _invoices()
    op.create_table(
        "invoice_ranks",
        sa.Column("cdg_id", sa.Uuid(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False, comment="the last rank given; held by who gives the next"),
        sa.CheckConstraint("last >= 0", name=op.f("invoice_ranks_counts")),
        sa.ForeignKeyConstraint(["cdg_id"], ["cdgs.id"], name=op.f("invoice_ranks_cdg_id_fk")),
        sa.PrimaryKeyConstraint("cdg_id", "year", name=op.f("invoice_ranks_pk")),
    )
    grant(op, "SELECT", "sellers")
    grant(op, "SELECT, INSERT, UPDATE (siret, street, postcode, city, service_code, engagement)", "buyers")
    grant(op, "SELECT, INSERT, UPDATE (last)", "invoice_ranks")
    grant(op, "SELECT, INSERT", "invoices")


def _sellers() -> None:
    op.create_table(
        "sellers",
        sa.Column("cdg_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("siret", sa.Text(), nullable=False),
        sa.Column("street", sa.Text(), nullable=False),
        sa.Column("postcode", sa.Text(), nullable=False),
        sa.Column("city", sa.Text(), nullable=False),
        sa.Column("iban", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("vat_number", sa.Text(), nullable=False, comment="empty where nothing is billed with VAT"),
        sa.CheckConstraint("siret ~ '^[0-9]{14}$'", name=op.f("sellers_siret_has_fourteen_digits")),
        sa.ForeignKeyConstraint(["cdg_id"], ["cdgs.id"], name=op.f("sellers_cdg_id_fk")),
        sa.PrimaryKeyConstraint("cdg_id", name=op.f("sellers_pk")),
    )


def _buyers() -> None:
    op.create_table(
        "buyers",
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("siret", sa.Text(), nullable=False, comment="empty until it is known"),
        sa.Column("street", sa.Text(), nullable=False),
        sa.Column("postcode", sa.Text(), nullable=False),
        sa.Column("city", sa.Text(), nullable=False),
        sa.Column("service_code", sa.Text(), nullable=False, comment="Chorus Pro"),
        sa.Column("engagement", sa.Text(), nullable=False, comment="Chorus Pro"),
        sa.CheckConstraint("siret = '' OR siret ~ '^[0-9]{14}$'", name=op.f("buyers_siret_has_fourteen_digits")),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("buyers_member_id_fk")),
        sa.PrimaryKeyConstraint("member_id", name=op.f("buyers_pk")),
    )


def _invoices() -> None:
    op.create_table(
        "invoices",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("cdg_id", sa.Uuid(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False, comment="1, 2… in the year, without a gap"),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False, comment="UNTDID 1001"),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column(
            "cause", sa.Uuid(), nullable=False, comment="what it is issued for, once: a call, an order, an invoice"
        ),
        sa.Column("corrects", sa.Uuid(), nullable=True),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("net_cents", sa.BigInteger(), nullable=False),
        sa.Column("tax_cents", sa.BigInteger(), nullable=False),
        sa.Column(
            "content", sa.Text(), nullable=False, comment="JSON of the whole draft: what it is made from, for ever"
        ),
        sa.CheckConstraint("kind IN ('380', '381')", name=op.f("invoices_kind_known")),
        sa.CheckConstraint("(kind = '381') = (corrects IS NOT NULL)", name=op.f("invoices_credit_corrects")),
        sa.CheckConstraint("corrects IS NULL OR corrects = cause", name=op.f("invoices_corrected_once")),
        sa.CheckConstraint("extract(year FROM issued_on) = year", name=op.f("invoices_year_of_issue")),
        sa.CheckConstraint("rank >= 1 AND net_cents > 0 AND tax_cents >= 0", name=op.f("invoices_positive")),
        sa.ForeignKeyConstraint(["cdg_id"], ["cdgs.id"], name=op.f("invoices_cdg_id_fk")),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("invoices_member_id_fk")),
        sa.ForeignKeyConstraint(["corrects"], ["invoices.id"], name=op.f("invoices_corrects_fk")),
        sa.PrimaryKeyConstraint("id", name=op.f("invoices_pk")),
        sa.UniqueConstraint("cdg_id", "year", "rank", name=op.f("invoices_cdg_id_year_rank_uq")),
        sa.UniqueConstraint("number", name=op.f("invoices_number_uq")),
        sa.UniqueConstraint("cause", name=op.f("invoices_cause_uq")),
    )
    op.create_index("invoices_by_member", "invoices", ["member_id", "issued_on"])
    op.execute(
        "CREATE FUNCTION invoices_stay() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'an issued invoice does not change'; END $$"
    )
    op.execute("CREATE TRIGGER invoices_stay BEFORE UPDATE ON invoices FOR EACH ROW EXECUTE FUNCTION invoices_stay()")
