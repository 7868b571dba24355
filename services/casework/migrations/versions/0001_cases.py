"""Cases under their own keys, the queue of the opener, who may see what."""

import sqlalchemy as sa
from alembic import op

from chassis.migrations import grant

revision = "0001"
down_revision = None


def upgrade() -> None:
    _events()
    _people()
    _cases()
    _contents()
    _records()
    _grants()


def _events() -> None:
    """What came, what is to be told."""
    op.create_table(
        "inbox",
        sa.Column("consumer", sa.Text(), nullable=False, comment="the consuming service"),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("consumer", "event_id"),
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.Uuid(), nullable=False, comment="the event's id; random"),
        sa.Column("type", sa.Text(), nullable=False, comment="full proto name"),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("held", sa.Boolean(), nullable=False, comment="waits for the next release hour"),
        sa.Column("payload", sa.LargeBinary(), nullable=True, comment="protobuf; NULL once the broker confirmed it"),
        sa.Column("signature", sa.LargeBinary(), nullable=True, comment="Ed25519, privileged events only"),
        sa.Column("traceparent", sa.Text(), nullable=True, comment="W3C; NULL where no trace may follow"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("outbox_held", "outbox", ["id"], unique=False, postgresql_where=sa.text("held"))
    op.create_index(
        "outbox_pending", "outbox", ["id"], unique=False, postgresql_where=sa.text("payload IS NOT NULL AND NOT held")
    )
    op.create_table(
        "inbound",
        sa.Column("inbound_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("report_id", sa.LargeBinary(), nullable=False),
        sa.Column("message_id", sa.LargeBinary(), nullable=True),
        sa.Column("cdg_id", sa.Text(), nullable=False),
        sa.Column("key_period", sa.Text(), nullable=False),
        sa.Column("envelope", sa.LargeBinary(), nullable=True, comment="to the month key; NULL once opened"),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.CheckConstraint("(kind = 'message') = (message_id IS NOT NULL)", name="inbound_message"),
        sa.CheckConstraint("(state = 'opened') = (envelope IS NULL)", name="inbound_scrubbed"),
        sa.CheckConstraint("kind IN ('report', 'message')", name="inbound_kind"),
        sa.CheckConstraint("state IN ('waiting', 'postponed', 'opened', 'unopenable')", name="inbound_state"),
        sa.CheckConstraint("octet_length(report_id) = 16", name="inbound_report_id"),
        sa.PrimaryKeyConstraint("inbound_id"),
        sa.UniqueConstraint("message_id"),
    )
    op.create_index(
        "inbound_one_report", "inbound", ["report_id"], unique=True, postgresql_where=sa.text("kind = 'report'")
    )
    op.create_index(
        "inbound_postponed", "inbound", ["report_id"], unique=False, postgresql_where=sa.text("state = 'postponed'")
    )
    op.create_index(
        "inbound_to_open",
        "inbound",
        ["kind", "inbound_id"],
        unique=False,
        postgresql_where=sa.text("state = 'waiting'"),
    )


def _people() -> None:
    """Who is a member, who may act."""
    op.create_table(
        "memberships",
        sa.Column("member_id", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("cdg_id", sa.Text(), nullable=False),
        sa.Column("size_band", sa.Text(), nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("until_day", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("member_id"),
    )
    op.create_table(
        "habilitations",
        sa.Column("habilitation_id", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("cdg_id", sa.Text(), nullable=False),
        sa.Column("member_id", sa.Text(), nullable=True),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_until", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("role <> 'referent' OR member_id IS NOT NULL", name="habilitation_referent_of"),
        sa.CheckConstraint("role IN ('referent', 'authority_referent', 'screener')", name="habilitation_role"),
        sa.PrimaryKeyConstraint("habilitation_id"),
    )
    op.create_index("habilitations_cdg", "habilitations", ["cdg_id"], unique=False)
    op.create_index("habilitations_person", "habilitations", ["issuer", "subject"], unique=False)


def _cases() -> None:
    """Cases, and who sees them."""
    op.create_table(
        "cases",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("report_id", sa.LargeBinary(), nullable=False),
        sa.Column("cdg_id", sa.Text(), nullable=False),
        sa.Column("member_id", sa.Text(), nullable=False),
        sa.Column("regime", sa.Text(), nullable=False),
        sa.Column("main_act", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("pool", sa.Text(), nullable=False),
        sa.Column("flagged", sa.Boolean(), nullable=False, comment="no handler was found"),
        sa.Column("filed_day", sa.Date(), nullable=False),
        sa.Column("released_day", sa.Date(), nullable=True),
        sa.Column("in_charge_day", sa.Date(), nullable=True),
        sa.Column("closed_day", sa.Date(), nullable=True),
        sa.Column("wrapped_key", sa.Text(), nullable=False),
        sa.Column("sealed_origin", sa.LargeBinary(), nullable=False, comment="ReportContent without answers and files"),
        sa.CheckConstraint("(status = 'closed') = (closed_day IS NOT NULL)", name="case_closed"),
        sa.CheckConstraint("(status = 'screening') = (released_day IS NULL)", name="case_released"),
        sa.CheckConstraint("pool IN ('member', 'authority', 'nobody_yet')", name="case_pool"),
        sa.CheckConstraint("regime IN ('avdhas', 'alert')", name="case_regime"),
        sa.CheckConstraint("status IN ('screening', 'released', 'in_charge', 'closed')", name="case_status"),
        sa.CheckConstraint("status NOT IN ('in_charge', 'closed') OR in_charge_day IS NOT NULL", name="case_in_charge"),
        sa.PrimaryKeyConstraint("case_id"),
        sa.UniqueConstraint("report_id"),
    )
    op.create_index("cases_member", "cases", ["member_id"], unique=False)
    op.create_table(
        "case_access",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("habilitation_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("quality", sa.Text(), nullable=False),
        sa.CheckConstraint("quality IN ('screener', 'handler')", name="access_quality"),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["cases.case_id"],
        ),
        sa.ForeignKeyConstraint(
            ["habilitation_id"],
            ["habilitations.habilitation_id"],
        ),
        sa.PrimaryKeyConstraint("case_id", "habilitation_id"),
    )
    op.create_index("case_access_person", "case_access", ["person_id", "quality"], unique=False)
    op.create_table(
        "case_texts",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False, comment="intake.v1.Answers"),
        sa.CheckConstraint("version IN ('original', 'screened')", name="text_version"),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["cases.case_id"],
        ),
        sa.PrimaryKeyConstraint("case_id", "version"),
    )
    op.create_table(
        "deadlines",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("start_day", sa.Date(), nullable=False),
        sa.Column("due_day", sa.Date(), nullable=False),
        sa.Column("met_day", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["cases.case_id"],
        ),
        sa.PrimaryKeyConstraint("case_id", "rule"),
    )


def _contents() -> None:
    """Files and dialogue, sealed."""
    op.create_table(
        "files",
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("withheld", sa.Boolean(), nullable=False, comment="kept from handlers by the screener"),
        sa.Column("sealed_original", sa.LargeBinary(), nullable=False, comment="intake.v1.SealedFile, as filed"),
        sa.Column(
            "sealed_copy",
            sa.LargeBinary(),
            nullable=True,
            comment="intake.v1.SealedFile of our own blob, under a neutral name",
        ),
        sa.CheckConstraint("(state = 'copied') = (sealed_copy IS NOT NULL)", name="file_copied"),
        sa.CheckConstraint("state IN ('to_copy', 'copied', 'unreadable')", name="file_state"),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["cases.case_id"],
        ),
        sa.PrimaryKeyConstraint("file_id"),
    )
    op.create_index("files_case", "files", ["case_id"], unique=False)
    op.create_index("files_to_copy", "files", ["file_id"], unique=False, postgresql_where=sa.text("state = 'to_copy'"))
    op.create_table(
        "messages",
        sa.Column("message_id", sa.LargeBinary(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("read_day", sa.Date(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("(author = 'handler') = (person_id IS NOT NULL)", name="message_person"),
        sa.CheckConstraint("author IN ('reporter', 'handler', 'system')", name="message_author"),
        sa.CheckConstraint("kind IN ('text', 'status')", name="message_kind"),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["cases.case_id"],
        ),
        sa.PrimaryKeyConstraint("message_id"),
    )
    op.create_index("messages_case", "messages", ["case_id"], unique=False)


def _records() -> None:
    """What was seen, what was done once."""
    op.create_table(
        "access_journal",
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("entry_id"),
    )
    op.create_index("access_journal_case", "access_journal", ["case_id"], unique=False)
    op.create_table(
        "key_sets",
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False, comment="SHA-256 of the public keys, sorted"),
        sa.Column("day", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("version"),
    )
    op.create_table(
        "seeded",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )


def _grants() -> None:
    grant(op, "SELECT, INSERT, DELETE", "inbox")
    grant(op, "SELECT, INSERT, UPDATE", "outbox")
    grant(op, "SELECT, INSERT, UPDATE (state, envelope)", "inbound")
    for table in ("memberships", "habilitations", "messages", "files", "deadlines", "cases"):
        grant(op, "SELECT, INSERT, UPDATE", table)
    grant(op, "SELECT, INSERT, DELETE", "case_access")
    for table in ("case_texts", "access_journal", "key_sets", "seeded"):
        grant(op, "SELECT, INSERT", table)
