"""Reports, their dialogue, the queue to the vault, and intake's copies of directory and keys.

Revision ID: 0001
"""

import sqlalchemy as sa
from alembic import op

from chassis.migrations import grant

revision = "0001"
down_revision = None


def upgrade() -> None:
    _published()
    _reports()
    _vault_queue()
    _sessions()
    _events()


def _published() -> None:
    op.create_table(
        "members",
        sa.Column("member_id", sa.Text, primary_key=True),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("folded_name", sa.Text, nullable=False, comment="lower case, no accents; what a search compares"),
        sa.Column("slug", sa.Text, nullable=False, unique=True, comment="the member's page"),
        sa.Column("siren", sa.Text, nullable=False),
        sa.Column("insee_code", sa.Text, nullable=False),
        sa.Column("department", sa.Text, nullable=False),
        sa.Column("cdg_id", sa.Text, nullable=False),
        sa.Column("cdg_name", sa.Text, nullable=False),
        sa.Column("cdg_contact", sa.Text, nullable=False),
        sa.Column("from_day", sa.Date, nullable=False),
        sa.Column("until_day", sa.Date, comment="included; NULL: no end known"),
    )
    op.create_index("members_siren", "members", ["siren"])
    grant(op, "SELECT, INSERT, UPDATE", "members")
    op.create_table(
        "key_sets",
        sa.Column("issuer", sa.Text, primary_key=True),
        sa.Column("version", sa.BigInteger, nullable=False, comment="only grows"),
        sa.Column("signed", sa.LargeBinary, nullable=False, comment="SignedKeySet; checked again whenever it is read"),
    )
    grant(op, "SELECT, INSERT, UPDATE", "key_sets")


def _reports() -> None:
    op.create_table(
        "reports",
        sa.Column("lookup_id", sa.LargeBinary, primary_key=True, comment="derived from the receipt"),
        sa.Column("reporter_recipient", sa.Text, nullable=False, comment="age public key, derived from the receipt"),
        sa.Column("report_id", sa.LargeBinary, nullable=False, unique=True, comment="random; known to casework too"),
        sa.Column("cdg_id", sa.Text, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("reporter_envelope", sa.LargeBinary, nullable=False, comment="sealed to the reporter: the recap"),
        sa.Column(
            "casework_envelope", sa.LargeBinary, comment="sealed to the CdG's month key; NULL once the case is open"
        ),
        sa.CheckConstraint("octet_length(lookup_id) = 16", name="lookup_id_is_16_bytes"),
        sa.CheckConstraint("octet_length(report_id) = 16", name="report_id_is_16_bytes"),
    )
    grant(op, "SELECT, INSERT, UPDATE (casework_envelope), DELETE", "reports")
    op.create_table(
        "files",
        sa.Column("blob", sa.Text, primary_key=True, comment="random name in the blob store"),
        _report_id(),
    )
    op.create_index("files_report", "files", ["report_id"])
    grant(op, "SELECT, INSERT, DELETE", "files")
    op.create_table(
        "notices",
        sa.Column("notice_id", sa.LargeBinary, primary_key=True),
        _report_id(),
        sa.Column("envelope", sa.LargeBinary, nullable=False, comment="from casework, sealed to the reporter"),
        sa.Column("seen", sa.Boolean, nullable=False, comment="the reporter's reading was told to casework"),
    )
    op.create_index("notices_report", "notices", ["report_id"])
    grant(op, "SELECT, INSERT, UPDATE (seen), DELETE", "notices")
    op.create_table(
        "messages",
        sa.Column("message_id", sa.LargeBinary, primary_key=True),
        _report_id(),
        sa.Column("envelope", sa.LargeBinary, nullable=False, comment="the reporter's own copy of what they wrote"),
        sa.CheckConstraint("octet_length(message_id) = 16", name="message_id_is_16_bytes"),
    )
    op.create_index("messages_report", "messages", ["report_id"])
    grant(op, "SELECT, INSERT, DELETE", "messages")


def _vault_queue() -> None:
    op.create_table(
        "vault_queue",
        sa.Column("id", sa.LargeBinary, primary_key=True, comment="random; means nothing elsewhere"),
        sa.Column(
            "record", sa.LargeBinary, nullable=False, comment="identity record, sealed in layers to identity-vault"
        ),
        sa.Column("key_period", sa.Date, nullable=False, comment="day of the transport key"),
        sa.CheckConstraint("octet_length(record) = 5120", name="every_record_has_one_size"),
        comment="Rewritten in random order at each tick of the pump: "
        "no order, time or transaction ties a row to a report",
    )
    # Ciphertext does not compress: trying would only cost time.
    op.execute("ALTER TABLE vault_queue ALTER COLUMN record SET STORAGE EXTERNAL")
    grant(op, "SELECT, INSERT, DELETE", "vault_queue")
    _grant_rewriting()


def _grant_rewriting() -> None:
    """The pump empties the table and fills it again; what it holds meanwhile stands in a temporary table."""
    bind = op.get_bind()
    quote = bind.dialect.identifier_preparer.quote_identifier
    config = op.get_context().config
    assert config is not None
    role = quote(config.attributes["app_role"])
    database = quote(bind.execute(sa.text("SELECT current_database()")).scalar_one())
    op.execute(f"GRANT TRUNCATE ON vault_queue TO {role}")
    op.execute(f"GRANT TEMPORARY ON DATABASE {database} TO {role}")


def _sessions() -> None:
    op.create_table(
        "sessions",
        sa.Column("id", sa.LargeBinary, primary_key=True, comment="random"),
        sa.Column(
            "sealed", sa.LargeBinary, nullable=False, comment="under a key that only the reporter's cookie holds"
        ),
        sa.Column("day", sa.Date, nullable=False, comment="rows of an earlier day are swept"),
    )
    grant(op, "SELECT, INSERT, DELETE", "sessions")


def _events() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", sa.Uuid, primary_key=True, comment="the event's id; random"),
        sa.Column("type", sa.Text, nullable=False, comment="full proto name"),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("held", sa.Boolean, nullable=False, comment="waits for the next release hour"),
        sa.Column("payload", sa.LargeBinary, comment="protobuf; NULL once the broker confirmed it"),
        sa.Column("signature", sa.LargeBinary, comment="Ed25519, privileged events only"),
        sa.Column("traceparent", sa.Text, comment="W3C; NULL where no trace may follow"),
    )
    op.create_index("outbox_pending", "outbox", ["id"], postgresql_where=sa.text("payload IS NOT NULL AND NOT held"))
    grant(op, "SELECT, INSERT, UPDATE", "outbox")
    op.create_table(
        "inbox",
        sa.Column("consumer", sa.Text, primary_key=True, comment="the consuming service"),
        sa.Column("event_id", sa.Uuid, primary_key=True),
        sa.Column("day", sa.Date, nullable=False),
    )
    grant(op, "SELECT, INSERT, DELETE", "inbox")
    op.create_table(
        "relay_state",
        sa.Column("producer", sa.Text, primary_key=True),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=False, comment="the last release instant"),
    )
    grant(op, "SELECT, INSERT, UPDATE", "relay_state")


def _report_id() -> sa.Column[bytes]:
    return sa.Column(
        "report_id", sa.LargeBinary, sa.ForeignKey("reports.report_id", ondelete="CASCADE"), nullable=False
    )
