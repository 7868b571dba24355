"""Casework's tables.

In clear stand opaque ids, statuses, codes and days, no more. Every `sealed` column is a ciphertext under the key of its
case, bound to its own place; `wrapped_key` is that key, wrapped by OpenBao. Names of members and the habilitations come
from billing and say nothing about a case.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Index,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    Uuid,
    text,
)

from chassis.inbox import inbox_table
from chassis.outbox import outbox_table

metadata = MetaData()
outbox = outbox_table(metadata)
inbox = inbox_table(metadata)

inbound = Table(
    "inbound",
    metadata,
    Column("inbound_id", Uuid, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("report_id", LargeBinary, nullable=False),
    Column("message_id", LargeBinary, unique=True),
    Column("joins", LargeBinary, comment="the report whose case is joined"),
    Column("case_id", Uuid, comment="of an oral report: drawn here"),
    Column("cdg_id", Text, nullable=False),
    Column("key_period", Text, nullable=False),
    Column("envelope", LargeBinary, comment="to the month key; NULL once opened"),
    Column("state", Text, nullable=False),
    Column("day", Date, nullable=False),
    CheckConstraint("kind IN ('report', 'message', 'voice')", name="inbound_kind"),
    CheckConstraint("state IN ('waiting', 'postponed', 'opened', 'unopenable')", name="inbound_state"),
    CheckConstraint("(kind = 'message') = (message_id IS NOT NULL)", name="inbound_message"),
    CheckConstraint("(state = 'opened') = (envelope IS NULL)", name="inbound_scrubbed"),
    CheckConstraint("octet_length(report_id) = 16", name="inbound_report_id"),
    CheckConstraint(
        "(kind = 'voice') = (joins IS NOT NULL) AND (joins IS NULL OR octet_length(joins) = 16)", name="inbound_joins"
    ),
    CheckConstraint("case_id IS NULL OR kind = 'report'", name="inbound_oral"),
)
Index("inbound_one_report", inbound.c.report_id, unique=True, postgresql_where=text("kind = 'report'"))
Index("inbound_to_open", inbound.c.kind, inbound.c.inbound_id, postgresql_where=text("state = 'waiting'"))
Index("inbound_postponed", inbound.c.report_id, postgresql_where=text("state = 'postponed'"))
Index("inbound_one_voice", inbound.c.report_id, unique=True, postgresql_where=text("kind = 'voice'"))
Index("inbound_postponed_voice", inbound.c.joins, postgresql_where=text("state = 'postponed'"))

memberships = Table(
    "memberships",
    metadata,
    Column("member_id", Text, primary_key=True),
    Column("version", BigInteger, nullable=False),
    Column("name", Text, nullable=False),
    Column("cdg_id", Text, nullable=False),
    Column("size_band", Text, nullable=False),
    Column("from_day", Date, nullable=False),
    Column("until_day", Date),
    Column("cdg_name", Text, nullable=False),
    Column("time_zone", Text, nullable=False, server_default="Europe/Paris"),
)

habilitations = Table(
    "habilitations",
    metadata,
    Column("habilitation_id", Text, primary_key=True),
    Column("version", BigInteger, nullable=False),
    Column("person_id", Text, nullable=False),
    Column("issuer", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("cdg_id", Text, nullable=False),
    Column("member_id", Text),
    Column("valid_from", DateTime(timezone=True), nullable=False),
    Column("valid_until", DateTime(timezone=True)),
    CheckConstraint("role IN ('referent', 'authority_referent', 'screener')", name="habilitation_role"),
    CheckConstraint("role <> 'referent' OR member_id IS NOT NULL", name="habilitation_referent_of"),
)
Index("habilitations_person", habilitations.c.issuer, habilitations.c.subject)
Index("habilitations_cdg", habilitations.c.cdg_id)

cases = Table(
    "cases",
    metadata,
    Column("case_id", Uuid, primary_key=True),
    Column("report_id", LargeBinary, nullable=False, unique=True),
    Column("cdg_id", Text, nullable=False),
    Column("member_id", Text, nullable=False),
    Column("regime", Text, nullable=False),
    Column("main_act", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("pool", Text, nullable=False),
    Column("flagged", Boolean, nullable=False, comment="no handler was found"),
    Column("filed_day", Date, nullable=False),
    Column("released_day", Date),
    Column("in_charge_day", Date),
    Column("closed_day", Date),
    Column("wrapped_key", Text, nullable=False),
    Column("sealed_origin", LargeBinary, nullable=False, comment="ReportContent without answers and files"),
    Column("sealed_label", LargeBinary, comment="the case's code"),
    Column("proceeding", Text, comment="NULL until the opener settles it"),
    Column("oral", Boolean, nullable=False),
    CheckConstraint("regime IN ('avdhas', 'alert')", name="case_regime"),
    CheckConstraint("status IN ('screening', 'released', 'in_charge', 'closed')", name="case_status"),
    CheckConstraint("pool IN ('member', 'authority', 'nobody_yet')", name="case_pool"),
    CheckConstraint("(status = 'screening') = (released_day IS NULL)", name="case_released"),
    CheckConstraint("status NOT IN ('in_charge', 'closed') OR in_charge_day IS NOT NULL", name="case_in_charge"),
    CheckConstraint("(status = 'closed') = (closed_day IS NOT NULL)", name="case_closed"),
    CheckConstraint("proceeding IN ('free', 'advice', 'consented', 'decided')", name="case_proceeding"),
)
Index("cases_member", cases.c.member_id)
Index("cases_unsettled", cases.c.case_id, postgresql_where=text("proceeding IS NULL"))

# Nobody sees a case but through a row here, and only while the habilitation that it names is valid.
case_access = Table(
    "case_access",
    metadata,
    Column("case_id", Uuid, ForeignKey("cases.case_id"), primary_key=True),
    Column("habilitation_id", Text, ForeignKey("habilitations.habilitation_id"), primary_key=True),
    Column("person_id", Text, nullable=False),
    Column("quality", Text, nullable=False),
    CheckConstraint("quality IN ('screener', 'handler')", name="access_quality"),
)
Index("case_access_person", case_access.c.person_id, case_access.c.quality)

case_texts = Table(
    "case_texts",
    metadata,
    Column("case_id", Uuid, ForeignKey("cases.case_id"), primary_key=True),
    Column("version", Text, primary_key=True),
    Column("sealed", LargeBinary, nullable=False, comment="intake.v1.Answers"),
    CheckConstraint("version IN ('original', 'screened')", name="text_version"),
)

# Who joined a case with a code: the presumed victim of a witness's report. Who takes an oral report as their own is the
# case's reporter and has no row here.
voices = Table(
    "voices",
    metadata,
    Column("voice_id", Uuid, primary_key=True),
    Column(
        "report_id",
        LargeBinary,
        nullable=False,
        unique=True,
        comment="their own: it carries what they say and are told",
    ),
    Column("case_id", Uuid, ForeignKey("cases.case_id"), nullable=False),
    Column("state", Text, nullable=False),
    Column("sealed_origin", LargeBinary, nullable=False, comment="ReportContent without answers"),
    Column("day", Date, nullable=False),
    Column("decided_person", Text, comment="who confirmed or denied who they are"),
    Column("decided_day", Date),
    CheckConstraint("state IN ('declared', 'confirmed', 'refused', 'withdrawn', 'denied')", name="voice_state"),
    CheckConstraint("(decided_person IS NULL) = (decided_day IS NULL)", name="voice_decided"),
    CheckConstraint(
        "state NOT IN ('confirmed', 'denied') OR decided_person IS NOT NULL", name="voice_decided_by_somebody"
    ),
    CheckConstraint("octet_length(report_id) = 16", name="voice_report_id"),
)
Index("voices_case", voices.c.case_id)

messages = Table(
    "messages",
    metadata,
    Column("message_id", LargeBinary, primary_key=True),
    Column("case_id", Uuid, ForeignKey("cases.case_id"), nullable=False),
    Column("voice_id", Uuid, ForeignKey("voices.voice_id"), comment="whose thread; NULL: the reporter's"),
    Column("author", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("person_id", Text),
    Column("day", Date, nullable=False),
    Column("read_day", Date),
    Column("sealed", LargeBinary, nullable=False),
    CheckConstraint("author IN ('reporter', 'handler', 'system')", name="message_author"),
    CheckConstraint("kind IN ('text', 'status', 'identity', 'proceeding')", name="message_kind"),
    CheckConstraint("(author = 'handler') = (person_id IS NOT NULL)", name="message_person"),
)
Index("messages_case", messages.c.case_id)

files = Table(
    "files",
    metadata,
    Column("file_id", Uuid, primary_key=True),
    Column("case_id", Uuid, ForeignKey("cases.case_id"), nullable=False),
    Column("position", SmallInteger, nullable=False),
    Column("state", Text, nullable=False),
    Column("withheld", Boolean, nullable=False, comment="kept from handlers by the screener"),
    Column("sealed_original", LargeBinary, nullable=False, comment="intake.v1.SealedFile, as filed"),
    Column("sealed_copy", LargeBinary, comment="intake.v1.SealedFile of our own blob, under a neutral name"),
    CheckConstraint("state IN ('to_copy', 'copied', 'unreadable')", name="file_state"),
    CheckConstraint("(state = 'copied') = (sealed_copy IS NOT NULL)", name="file_copied"),
)
Index("files_case", files.c.case_id)
Index("files_to_copy", files.c.file_id, postgresql_where=text("state = 'to_copy'"))

deadlines = Table(
    "deadlines",
    metadata,
    Column("case_id", Uuid, ForeignKey("cases.case_id"), primary_key=True),
    Column("rule", Text, primary_key=True),
    Column("start_day", Date, nullable=False),
    Column("due_day", Date, nullable=False),
    Column("met_day", Date),
)

access_journal = Table(
    "access_journal",
    metadata,
    Column("entry_id", Uuid, primary_key=True),
    Column("case_id", Uuid, nullable=False),
    Column("person_id", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
)
Index("access_journal_case", access_journal.c.case_id)

key_sets = Table(
    "key_sets",
    metadata,
    Column("version", BigInteger, primary_key=True),
    Column("digest", LargeBinary, nullable=False, comment="SHA-256 of the public keys, sorted"),
    Column("day", Date, nullable=False),
    Column("signed", LargeBinary, comment="keys.v1.SignedKeySet; NULL before 0003"),
)

seeded = Table("seeded", metadata, Column("name", Text, primary_key=True), Column("day", Date, nullable=False))

identity_requests = Table(
    "identity_requests",
    metadata,
    Column("request_id", LargeBinary, primary_key=True),
    Column("case_id", Uuid, ForeignKey("cases.case_id"), nullable=False),
    Column("person_id", Text, nullable=False, comment="who asks, and alone would see the identity"),
    Column("state", Text, nullable=False),
    Column("day", Date, nullable=False),
    Column("unread", Boolean, nullable=False, comment="an answer that who asked has not seen"),
    Column("sealed", LargeBinary, nullable=False, comment="casework.v1.IdentityRequest"),
    Column("sealed_answer", LargeBinary, comment="intake.v1.ReporterMessage, the last one"),
    CheckConstraint("state IN ('asked', 'agreed', 'hastened', 'refused', 'withdrawn')", name="identity_request_state"),
    CheckConstraint("(state = 'asked') = (sealed_answer IS NULL)", name="identity_request_answered"),
    CheckConstraint("octet_length(request_id) = 16", name="identity_request_id"),
)
Index("identity_requests_case", identity_requests.c.case_id)

vault_keys = Table(
    "vault_keys",
    metadata,
    Column("issuer", Text, primary_key=True),
    Column("version", BigInteger, nullable=False),
    Column("signed", LargeBinary, nullable=False, comment="keys.v1.SignedKeySet"),
)


def _vault_queue(name: str, what: str) -> Table:
    """Frames of one size for identity-vault: neither a case nor a day stands beside them."""
    return Table(
        name,
        metadata,
        Column("row_id", Uuid, primary_key=True, comment="random"),
        Column("frame", LargeBinary, nullable=False, comment=f"{what}, sealed to identity-vault"),
        CheckConstraint("octet_length(frame) = 1152", name=f"{name}_frame"),
    )


reach_queue = _vault_queue("reach_queue", "identity_vault.v1.Ring")
erase_queue = _vault_queue("erase_queue", "identity_vault.v1.ErasureOrder")
