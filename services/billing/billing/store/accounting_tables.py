"""Tables of what happens to invoices after issue. What was entered stays: a contrary entry undoes it."""

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
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)

from billing.store.tables import metadata

# One row per CdG; held by who writes into its accounts, so that no sum is exceeded by two at once.
ledgers = Table(
    "ledgers",
    metadata,
    Column("cdg_id", Uuid, ForeignKey("cdgs.id"), primary_key=True),
    Column("reminder_days", ARRAY(Integer), nullable=False, comment="days after the due day, one for each level"),
    Column("article", Text, nullable=False, comment="account of the budget nomenclature; empty until it is told"),
    Column(
        "budget", Text, nullable=False, comment="code of the budget at the comptable public; empty until it is told"
    ),
    CheckConstraint("cardinality(reminder_days) BETWEEN 1 AND 6", name="levels"),
)

payment_imports = Table(
    "payment_imports",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("cdg_id", Uuid, ForeignKey("cdgs.id"), nullable=False),
    Column("digest", LargeBinary, nullable=False, comment="SHA-256 of the file"),
    Column("name", Text, nullable=False),
    Column("format", Text, nullable=False),
    Column("entries", Text, nullable=False, comment="JSON of its lines; emptied once it is booked"),
    Column("read_by", Uuid, ForeignKey("managers.id"), nullable=False),
    Column("read_at", DateTime(timezone=True), nullable=False),
    Column("booked_by", Uuid, ForeignKey("managers.id")),
    Column("booked_at", DateTime(timezone=True)),
    Column("booked_lines", Integer),
    CheckConstraint("length(digest) = 32", name="hashed"),
    CheckConstraint("(booked_at IS NULL) = (booked_by IS NULL)", name="booked_by_somebody"),
    CheckConstraint("booked_at IS NULL OR entries = ''", name="keeps_no_line_once_booked"),
    UniqueConstraint("cdg_id", "digest"),
)

payments = Table(
    "payments",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("cdg_id", Uuid, ForeignKey("cdgs.id"), nullable=False),
    Column("member_id", Uuid, ForeignKey("members.id"), comment="who paid, when it is known"),
    Column("received_on", Date, nullable=False),
    Column("cents", BigInteger, nullable=False, comment="negative: undoes another"),
    Column("payer", Text, nullable=False),
    Column("reference", Text, nullable=False),
    Column("source", Text, nullable=False, comment="saisie, csv, camt, cfonb"),
    Column("undoes", Uuid, ForeignKey("payments.id"), unique=True),
    Column("import_id", Uuid, ForeignKey("payment_imports.id")),
    Column("fingerprint", LargeBinary, comment="SHA-256 of what its line says"),
    Column("recorded_by", Uuid, ForeignKey("managers.id"), nullable=False),
    Column("recorded_at", DateTime(timezone=True), nullable=False),
    CheckConstraint("cents <> 0 AND (cents < 0) = (undoes IS NOT NULL)", name="undone_by_the_contrary"),
    CheckConstraint("(import_id IS NULL) = (fingerprint IS NULL)", name="imported_by_its_line"),
    UniqueConstraint("cdg_id", "fingerprint"),
)
Index("payments_by_day", payments.c.cdg_id, payments.c.received_on)

allocations = Table(
    "allocations",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("payment_id", Uuid, ForeignKey("payments.id"), nullable=False),
    Column("invoice_id", Uuid, ForeignKey("invoices.id"), nullable=False),
    Column("cents", BigInteger, nullable=False, comment="negative: undoes another"),
    Column("counts_on", Date, nullable=False, comment="the day from which the invoice is paid by as much"),
    Column("undoes", Uuid, ForeignKey("allocations.id"), unique=True),
    Column("recorded_by", Uuid, ForeignKey("managers.id"), nullable=False),
    Column("recorded_at", DateTime(timezone=True), nullable=False),
    CheckConstraint("cents <> 0 AND (cents < 0) = (undoes IS NOT NULL)", name="undone_by_the_contrary"),
)
Index("allocations_by_invoice", allocations.c.invoice_id)
Index("allocations_by_payment", allocations.c.payment_id)

# Money that the CdG gave back of what was left of a payment.
refunds = Table(
    "refunds",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("payment_id", Uuid, ForeignKey("payments.id"), nullable=False),
    Column("cents", BigInteger, nullable=False, comment="negative: undoes another"),
    Column("given_on", Date, nullable=False),
    Column("reference", Text, nullable=False),
    Column("undoes", Uuid, ForeignKey("refunds.id"), unique=True),
    Column("recorded_by", Uuid, ForeignKey("managers.id"), nullable=False),
    Column("recorded_at", DateTime(timezone=True), nullable=False),
    CheckConstraint("cents <> 0 AND (cents < 0) = (undoes IS NOT NULL)", name="undone_by_the_contrary"),
)
Index("refunds_by_payment", refunds.c.payment_id)

credit_motives = Table(
    "credit_motives",
    metadata,
    Column("invoice_id", Uuid, ForeignKey("invoices.id"), primary_key=True, comment="the credit note"),
    Column("motive", Text, nullable=False),
    Column("written_by", Uuid, ForeignKey("managers.id"), nullable=False),
    Column("written_at", DateTime(timezone=True), nullable=False),
    CheckConstraint("motive <> ''", name="said"),
)

disputes = Table(
    "disputes",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("invoice_id", Uuid, ForeignKey("invoices.id"), nullable=False),
    Column("motive", Text, nullable=False),
    Column("opened_on", Date, nullable=False),
    Column("opened_by", Uuid, ForeignKey("managers.id"), nullable=False),
    Column("closed_on", Date),
    Column("closed_by", Uuid, ForeignKey("managers.id")),
    CheckConstraint("(closed_on IS NULL) = (closed_by IS NULL)", name="closed_by_somebody"),
)
Index("disputes_one_open", disputes.c.invoice_id, unique=True, postgresql_where=text("closed_on IS NULL"))

# A letter for a member, prepared by the clock, sent by a manager, or dropped because nothing is late any more.
reminder_letters = Table(
    "reminder_letters",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("cdg_id", Uuid, ForeignKey("cdgs.id"), nullable=False),
    Column("member_id", Uuid, ForeignKey("members.id"), nullable=False),
    Column("prepared_on", Date, nullable=False),
    Column("closed_on", Date, comment="sent or dropped"),
    Column("sent_by", Uuid, ForeignKey("managers.id")),
    Column("document_id", Uuid, ForeignKey("documents.id")),
    CheckConstraint("(sent_by IS NULL) = (document_id IS NULL)", name="sent_with_its_document"),
    CheckConstraint("sent_by IS NULL OR closed_on IS NOT NULL", name="sent_on_a_day"),
)
Index(
    "reminder_letters_one_open",
    reminder_letters.c.member_id,
    unique=True,
    postgresql_where=text("closed_on IS NULL"),
)

reminders_sent = Table(
    "reminders_sent",
    metadata,
    Column("invoice_id", Uuid, ForeignKey("invoices.id"), primary_key=True),
    Column("level", Integer, primary_key=True),
    Column("sent_on", Date, nullable=False),
    Column("letter_id", Uuid, ForeignKey("reminder_letters.id"), nullable=False),
    CheckConstraint("level >= 1", name="counts"),
)

# What left for Chorus Pro or for the titres: a journal.
deposits = Table(
    "deposits",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("cdg_id", Uuid, ForeignKey("cdgs.id"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("made_by", Uuid, ForeignKey("managers.id"), nullable=False),
    Column("made_at", DateTime(timezone=True), nullable=False),
    Column("bordereau", Integer, comment="titres: its rank in the year, as proposed"),
    Column("article", Text, nullable=False, comment="titres: as chosen on that day"),
    Column("budget", Text, nullable=False, comment="titres: as chosen on that day"),
    Column("deposited_on", Date, comment="told by a manager, once it is done on the portal"),
    Column("deposited_by", Uuid, ForeignKey("managers.id")),
    CheckConstraint("kind IN ('chorus', 'titres')", name="kind_known"),
    CheckConstraint("(deposited_on IS NULL) = (deposited_by IS NULL)", name="deposited_by_somebody"),
)
Index("deposits_by_cdg", deposits.c.cdg_id, deposits.c.kind, deposits.c.made_at)

deposited_invoices = Table(
    "deposited_invoices",
    metadata,
    Column("deposit_id", Uuid, ForeignKey("deposits.id"), primary_key=True),
    Column("invoice_id", Uuid, ForeignKey("invoices.id"), primary_key=True),
    Column("again", Boolean, nullable=False, comment="it had left before, and a manager said so"),
)
Index("deposited_invoices_by_invoice", deposited_invoices.c.invoice_id)

titres = Table(
    "titres",
    metadata,
    Column("invoice_id", Uuid, ForeignKey("invoices.id"), primary_key=True),
    Column("cdg_id", Uuid, ForeignKey("cdgs.id"), nullable=False),
    Column("exercice", Integer, nullable=False),
    Column("bordereau", Integer, nullable=False),
    Column("number", Integer, nullable=False, comment="given by the accountant's software"),
    Column("recorded_by", Uuid, ForeignKey("managers.id"), nullable=False),
    Column("recorded_at", DateTime(timezone=True), nullable=False),
    CheckConstraint("bordereau >= 1 AND number >= 1", name="count"),
    CheckConstraint("exercice BETWEEN 2020 AND 2099", name="exercice_known"),
    UniqueConstraint("cdg_id", "exercice", "number"),
)
