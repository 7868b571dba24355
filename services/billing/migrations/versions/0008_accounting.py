"""Accounting: payments and what they pay, reminders, disputes, what left for Chorus Pro and for the titres.

Revision ID: 0008
"""

import sqlalchemy as sa
from alembic import op

from chassis.migrations import grant

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    _ledgers()
    _payment_imports()
    _payments()
    _allocations()
    _credit_motives()
    _disputes()
    _reminder_letters()
    _reminders_sent()
    _deposits()
    _deposited_invoices()
    _titres()
    _sums_hold()
    grant(op, "SELECT, INSERT, UPDATE (reminder_days, article, budget)", "ledgers")
    grant(op, "SELECT, INSERT, UPDATE (entries, read_at, booked_by, booked_at, booked_lines)", "payment_imports")
    for table in ("payments", "allocations", "credit_motives", "reminders_sent", "deposited_invoices"):
        grant(op, "SELECT, INSERT", table)
    grant(op, "SELECT, INSERT, UPDATE (closed_on, closed_by)", "disputes")
    grant(op, "SELECT, INSERT, UPDATE (closed_on, sent_by, document_id)", "reminder_letters")
    grant(op, "SELECT, INSERT, UPDATE (deposited_on, deposited_by)", "deposits")
    grant(op, "SELECT, INSERT, UPDATE (exercice, bordereau, number, recorded_by, recorded_at)", "titres")


def _sums_hold() -> None:
    """No payment pays more than it is, no invoice is paid more than it asks; nothing is paid by less than nothing."""
    op.execute(
        "CREATE FUNCTION allocations_hold() RETURNS trigger LANGUAGE plpgsql AS $$ DECLARE given bigint; asked bigint; "
        "BEGIN "
        "SELECT sum(cents) INTO given FROM allocations WHERE payment_id = NEW.payment_id; "
        "SELECT cents INTO asked FROM payments WHERE id = NEW.payment_id; "
        "IF given < 0 OR given > asked THEN RAISE EXCEPTION 'a payment pays no more than it is'; END IF; "
        "SELECT sum(cents) INTO given FROM allocations WHERE invoice_id = NEW.invoice_id; "
        "SELECT net_cents + tax_cents INTO asked FROM invoices WHERE id = NEW.invoice_id AND kind = '380'; "
        "IF asked IS NULL OR given < 0 OR given > asked THEN "
        "RAISE EXCEPTION 'an invoice is paid no more than it asks'; END IF; "
        "RETURN NULL; END $$"
    )
    op.execute(
        "CREATE TRIGGER allocations_hold AFTER INSERT ON allocations FOR EACH ROW EXECUTE FUNCTION allocations_hold()"
    )


def _ledgers() -> None:
    op.create_table(
        "ledgers",
        sa.Column("cdg_id", sa.Uuid(), nullable=False),
        sa.Column(
            "reminder_days",
            sa.ARRAY(sa.Integer()),
            nullable=False,
            comment="days after the due day, one for each level",
        ),
        sa.Column(
            "article", sa.Text(), nullable=False, comment="account of the budget nomenclature; empty until it is told"
        ),
        sa.Column(
            "budget",
            sa.Text(),
            nullable=False,
            comment="code of the budget at the comptable public; empty until it is told",
        ),
        sa.CheckConstraint("cardinality(reminder_days) BETWEEN 1 AND 6", name=op.f("ledgers_levels")),
        sa.ForeignKeyConstraint(["cdg_id"], ["cdgs.id"], name=op.f("ledgers_cdg_id_fk")),
        sa.PrimaryKeyConstraint("cdg_id", name=op.f("ledgers_pk")),
    )


def _payment_imports() -> None:
    op.create_table(
        "payment_imports",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("cdg_id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False, comment="SHA-256 of the file"),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("format", sa.Text(), nullable=False),
        sa.Column("entries", sa.Text(), nullable=False, comment="JSON of its lines; emptied once it is booked"),
        sa.Column("read_by", sa.Uuid(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("booked_by", sa.Uuid(), nullable=True),
        sa.Column("booked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("booked_lines", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(booked_at IS NULL) = (booked_by IS NULL)", name=op.f("payment_imports_booked_by_somebody")
        ),
        sa.CheckConstraint("length(digest) = 32", name=op.f("payment_imports_hashed")),
        sa.CheckConstraint("booked_at IS NULL OR entries = ''", name=op.f("payment_imports_keeps_no_line_once_booked")),
        sa.ForeignKeyConstraint(["booked_by"], ["managers.id"], name=op.f("payment_imports_booked_by_fk")),
        sa.ForeignKeyConstraint(["cdg_id"], ["cdgs.id"], name=op.f("payment_imports_cdg_id_fk")),
        sa.ForeignKeyConstraint(["read_by"], ["managers.id"], name=op.f("payment_imports_read_by_fk")),
        sa.PrimaryKeyConstraint("id", name=op.f("payment_imports_pk")),
        sa.UniqueConstraint("cdg_id", "digest", name=op.f("payment_imports_cdg_id_digest_uq")),
    )


def _payments() -> None:
    op.create_table(
        "payments",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("cdg_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=True, comment="who paid, when it is known"),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("cents", sa.BigInteger(), nullable=False, comment="negative: undoes another"),
        sa.Column("payer", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False, comment="saisie, csv, camt, cfonb"),
        sa.Column("undoes", sa.Uuid(), nullable=True),
        sa.Column("import_id", sa.Uuid(), nullable=True),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=True, comment="SHA-256 of what its line says"),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(import_id IS NULL) = (fingerprint IS NULL)", name=op.f("payments_imported_by_its_line")),
        sa.CheckConstraint(
            "cents <> 0 AND (cents < 0) = (undoes IS NOT NULL)", name=op.f("payments_undone_by_the_contrary")
        ),
        sa.ForeignKeyConstraint(["cdg_id"], ["cdgs.id"], name=op.f("payments_cdg_id_fk")),
        sa.ForeignKeyConstraint(["import_id"], ["payment_imports.id"], name=op.f("payments_import_id_fk")),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("payments_member_id_fk")),
        sa.ForeignKeyConstraint(["recorded_by"], ["managers.id"], name=op.f("payments_recorded_by_fk")),
        sa.ForeignKeyConstraint(["undoes"], ["payments.id"], name=op.f("payments_undoes_fk")),
        sa.PrimaryKeyConstraint("id", name=op.f("payments_pk")),
        sa.UniqueConstraint("cdg_id", "fingerprint", name=op.f("payments_cdg_id_fingerprint_uq")),
        sa.UniqueConstraint("undoes", name=op.f("payments_undoes_uq")),
    )
    op.create_index("payments_by_day", "payments", ["cdg_id", "received_on"])


def _allocations() -> None:
    op.create_table(
        "allocations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("payment_id", sa.Uuid(), nullable=False),
        sa.Column("invoice_id", sa.Uuid(), nullable=False),
        sa.Column("cents", sa.BigInteger(), nullable=False, comment="negative: undoes another"),
        sa.Column("counts_on", sa.Date(), nullable=False, comment="the day from which the invoice is paid by as much"),
        sa.Column("undoes", sa.Uuid(), nullable=True),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "cents <> 0 AND (cents < 0) = (undoes IS NOT NULL)", name=op.f("allocations_undone_by_the_contrary")
        ),
        sa.ForeignKeyConstraint(["invoice_id"], ["invoices.id"], name=op.f("allocations_invoice_id_fk")),
        sa.ForeignKeyConstraint(["payment_id"], ["payments.id"], name=op.f("allocations_payment_id_fk")),
        sa.ForeignKeyConstraint(["recorded_by"], ["managers.id"], name=op.f("allocations_recorded_by_fk")),
        sa.ForeignKeyConstraint(["undoes"], ["allocations.id"], name=op.f("allocations_undoes_fk")),
        sa.PrimaryKeyConstraint("id", name=op.f("allocations_pk")),
        sa.UniqueConstraint("undoes", name=op.f("allocations_undoes_uq")),
    )
    op.create_index("allocations_by_invoice", "allocations", ["invoice_id"])
    op.create_index("allocations_by_payment", "allocations", ["payment_id"])


def _credit_motives() -> None:
    op.create_table(
        "credit_motives",
        sa.Column("invoice_id", sa.Uuid(), nullable=False, comment="the credit note"),
        sa.Column("motive", sa.Text(), nullable=False),
        sa.Column("written_by", sa.Uuid(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("motive <> ''", name=op.f("credit_motives_said")),
        sa.ForeignKeyConstraint(["invoice_id"], ["invoices.id"], name=op.f("credit_motives_invoice_id_fk")),
        sa.ForeignKeyConstraint(["written_by"], ["managers.id"], name=op.f("credit_motives_written_by_fk")),
        sa.PrimaryKeyConstraint("invoice_id", name=op.f("credit_motives_pk")),
    )


def _disputes() -> None:
    op.create_table(
        "disputes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("invoice_id", sa.Uuid(), nullable=False),
        sa.Column("motive", sa.Text(), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("opened_by", sa.Uuid(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("closed_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("(closed_on IS NULL) = (closed_by IS NULL)", name=op.f("disputes_closed_by_somebody")),
        sa.ForeignKeyConstraint(["closed_by"], ["managers.id"], name=op.f("disputes_closed_by_fk")),
        sa.ForeignKeyConstraint(["invoice_id"], ["invoices.id"], name=op.f("disputes_invoice_id_fk")),
        sa.ForeignKeyConstraint(["opened_by"], ["managers.id"], name=op.f("disputes_opened_by_fk")),
        sa.PrimaryKeyConstraint("id", name=op.f("disputes_pk")),
    )
    op.create_index(
        "disputes_one_open", "disputes", ["invoice_id"], unique=True, postgresql_where=sa.text("closed_on IS NULL")
    )


def _reminder_letters() -> None:
    op.create_table(
        "reminder_letters",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("cdg_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("prepared_on", sa.Date(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True, comment="sent or dropped"),
        sa.Column("sent_by", sa.Uuid(), nullable=True),
        sa.Column("document_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("sent_by IS NULL OR closed_on IS NOT NULL", name=op.f("reminder_letters_sent_on_a_day")),
        sa.CheckConstraint(
            "(sent_by IS NULL) = (document_id IS NULL)", name=op.f("reminder_letters_sent_with_its_document")
        ),
        sa.ForeignKeyConstraint(["cdg_id"], ["cdgs.id"], name=op.f("reminder_letters_cdg_id_fk")),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("reminder_letters_document_id_fk")),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("reminder_letters_member_id_fk")),
        sa.ForeignKeyConstraint(["sent_by"], ["managers.id"], name=op.f("reminder_letters_sent_by_fk")),
        sa.PrimaryKeyConstraint("id", name=op.f("reminder_letters_pk")),
    )
    op.create_index(
        "reminder_letters_one_open",
        "reminder_letters",
        ["member_id"],
        unique=True,
        postgresql_where=sa.text("closed_on IS NULL"),
    )


def _reminders_sent() -> None:
    op.create_table(
        "reminders_sent",
        sa.Column("invoice_id", sa.Uuid(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("sent_on", sa.Date(), nullable=False),
        sa.Column("letter_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("level >= 1", name=op.f("reminders_sent_counts")),
        sa.ForeignKeyConstraint(["invoice_id"], ["invoices.id"], name=op.f("reminders_sent_invoice_id_fk")),
        sa.ForeignKeyConstraint(["letter_id"], ["reminder_letters.id"], name=op.f("reminders_sent_letter_id_fk")),
        sa.PrimaryKeyConstraint("invoice_id", "level", name=op.f("reminders_sent_pk")),
    )


def _deposits() -> None:
    op.create_table(
        "deposits",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("cdg_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("bordereau", sa.Integer(), nullable=True, comment="titres: its rank in the year, as proposed"),
        sa.Column("article", sa.Text(), nullable=False, comment="titres: as chosen on that day"),
        sa.Column("budget", sa.Text(), nullable=False, comment="titres: as chosen on that day"),
        sa.Column("deposited_on", sa.Date(), nullable=True, comment="told by a manager, once it is done on the portal"),
        sa.Column("deposited_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "(deposited_on IS NULL) = (deposited_by IS NULL)", name=op.f("deposits_deposited_by_somebody")
        ),
        sa.CheckConstraint("kind IN ('chorus', 'titres')", name=op.f("deposits_kind_known")),
        sa.ForeignKeyConstraint(["cdg_id"], ["cdgs.id"], name=op.f("deposits_cdg_id_fk")),
        sa.ForeignKeyConstraint(["deposited_by"], ["managers.id"], name=op.f("deposits_deposited_by_fk")),
        sa.ForeignKeyConstraint(["made_by"], ["managers.id"], name=op.f("deposits_made_by_fk")),
        sa.PrimaryKeyConstraint("id", name=op.f("deposits_pk")),
    )
    op.create_index("deposits_by_cdg", "deposits", ["cdg_id", "kind", "made_at"])


def _deposited_invoices() -> None:
    op.create_table(
        "deposited_invoices",
        sa.Column("deposit_id", sa.Uuid(), nullable=False),
        sa.Column("invoice_id", sa.Uuid(), nullable=False),
        sa.Column("again", sa.Boolean(), nullable=False, comment="it had left before, and a manager said so"),
        sa.ForeignKeyConstraint(["deposit_id"], ["deposits.id"], name=op.f("deposited_invoices_deposit_id_fk")),
        sa.ForeignKeyConstraint(["invoice_id"], ["invoices.id"], name=op.f("deposited_invoices_invoice_id_fk")),
        sa.PrimaryKeyConstraint("deposit_id", "invoice_id", name=op.f("deposited_invoices_pk")),
    )
    op.create_index("deposited_invoices_by_invoice", "deposited_invoices", ["invoice_id"])


def _titres() -> None:
    op.create_table(
        "titres",
        sa.Column("invoice_id", sa.Uuid(), nullable=False),
        sa.Column("cdg_id", sa.Uuid(), nullable=False),
        sa.Column("exercice", sa.Integer(), nullable=False),
        sa.Column("bordereau", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, comment="given by the accountant's software"),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("bordereau >= 1 AND number >= 1", name=op.f("titres_count")),
        sa.CheckConstraint("exercice BETWEEN 2020 AND 2099", name=op.f("titres_exercice_known")),
        sa.ForeignKeyConstraint(["cdg_id"], ["cdgs.id"], name=op.f("titres_cdg_id_fk")),
        sa.ForeignKeyConstraint(["invoice_id"], ["invoices.id"], name=op.f("titres_invoice_id_fk")),
        sa.ForeignKeyConstraint(["recorded_by"], ["managers.id"], name=op.f("titres_recorded_by_fk")),
        sa.PrimaryKeyConstraint("invoice_id", name=op.f("titres_pk")),
        sa.UniqueConstraint("cdg_id", "exercice", "number", name=op.f("titres_cdg_id_exercice_number_uq")),
    )
