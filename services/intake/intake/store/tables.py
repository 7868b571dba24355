"""What intake stores: ciphertext that it cannot read, and the little that it needs to find it again.

No column here holds a time finer than a day, an address, a reporter's name, or a value that identity-vault knows too.
"""

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    LargeBinary,
    MetaData,
    Table,
    Text,
)

from chassis.inbox import inbox_table
from chassis.outbox import outbox_table
from chassis.release import relay_state_table

# Every frame for identity-vault has this size, whatever it is for (usecases/frames.py makes them).
FRAME_SIZE = 10_240

metadata = MetaData()

members = Table(
    "members",
    metadata,
    Column("member_id", Text, primary_key=True),
    Column("version", BigInteger, nullable=False),
    Column("name", Text, nullable=False),
    Column("folded_name", Text, nullable=False, comment="lower case, no accents; what a search compares"),
    Column("slug", Text, nullable=False, unique=True, comment="the member's page"),
    Column("siren", Text, nullable=False),
    Column("insee_code", Text, nullable=False),
    Column("department", Text, nullable=False),
    Column("cdg_id", Text, nullable=False),
    Column("cdg_name", Text, nullable=False),
    Column("cdg_contact", Text, nullable=False),
    Column("from_day", Date, nullable=False),
    Column("until_day", Date, comment="included; NULL: no end known"),
    Column(
        "mail_domains",
        ARRAY(Text),
        nullable=False,
        server_default="{}",
        comment="where its people have mailboxes, lower case",
    ),
    Column("time_zone", Text, nullable=False, server_default="Europe/Paris", comment="where its days begin and end"),
)
Index("members_siren", members.c.siren)

referents = Table(
    "referents",
    metadata,
    Column("habilitation_id", Text, primary_key=True),
    Column("version", BigInteger, nullable=False),
    Column("member_id", Text, nullable=False, comment="empty: of the whole CdG"),
    Column("cdg_id", Text, nullable=False),
    Column("issuer", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("function", Text, nullable=False),
    Column("body", Text, nullable=False, comment="for whom they work"),
    Column("authority", Boolean, nullable=False, comment="of the cases that implicate the authority"),
    Column("from_day", Date, nullable=False),
    Column("until_day", Date, comment="included; NULL: no end known"),
    comment="People in office, shown to reporters; of one who was removed the name is gone",
)
Index("referents_member", referents.c.cdg_id, referents.c.member_id)

key_sets = Table(
    "key_sets",
    metadata,
    Column("issuer", Text, primary_key=True),
    Column("version", BigInteger, nullable=False, comment="only grows"),
    Column("signed", LargeBinary, nullable=False, comment="SignedKeySet; checked again whenever it is read"),
)

reports = Table(
    "reports",
    metadata,
    Column("lookup_id", LargeBinary, primary_key=True, comment="derived from the receipt"),
    Column("reporter_recipient", Text, nullable=False, comment="age public key, derived from the receipt"),
    Column("report_id", LargeBinary, nullable=False, unique=True, comment="random; known to casework too"),
    Column("cdg_id", Text, nullable=False),
    Column("day", Date, nullable=False),
    Column("reporter_envelope", LargeBinary, nullable=False, comment="sealed to the reporter: the recap"),
    Column("casework_envelope", LargeBinary, comment="sealed to the CdG's month key; NULL once the case is open"),
    CheckConstraint("octet_length(lookup_id) = 16", name="lookup_id_is_16_bytes"),
    CheckConstraint("octet_length(report_id) = 16", name="report_id_is_16_bytes"),
)

files = Table(
    "files",
    metadata,
    Column("blob", Text, primary_key=True, comment="random name in the blob store"),
    Column("report_id", LargeBinary, ForeignKey("reports.report_id", ondelete="CASCADE"), nullable=False),
)
Index("files_report", files.c.report_id)

vault_queue = Table(
    "vault_queue",
    metadata,
    Column("id", LargeBinary, primary_key=True, comment="random; means nothing elsewhere"),
    Column("record", LargeBinary, nullable=False, comment="identity record, sealed in layers to identity-vault"),
    Column("key_period", Date, nullable=False, comment="day of the transport key"),
    Column("prompt", Boolean, nullable=False, comment="leaves in the next slot: a statement, not a report"),
    CheckConstraint(f"octet_length(record) = {FRAME_SIZE}", name="every_record_has_one_size"),
    comment="Frames as they arrive; the pump empties it at each tick, into vault_waiting, in random order",
)

vault_waiting = Table(
    "vault_waiting",
    metadata,
    Column("id", LargeBinary, primary_key=True, comment="random; means nothing elsewhere"),
    Column("record", LargeBinary, nullable=False, comment="frame, sealed in layers to identity-vault"),
    Column("key_period", Date, nullable=False, comment="day of the transport key"),
    Column("prompt", Boolean, nullable=False, comment="leaves in the next slot: a statement, not a report"),
    CheckConstraint(f"octet_length(record) = {FRAME_SIZE}", name="every_waiting_record_has_one_size"),
    comment="Frames that wait for their slot. Only the pump touches it, and rewrites it in random order: "
    "no order, time or transaction ties a row to a report",
)

notices = Table(
    "notices",
    metadata,
    Column("notice_id", LargeBinary, primary_key=True),
    Column("report_id", LargeBinary, ForeignKey("reports.report_id", ondelete="CASCADE"), nullable=False),
    Column("envelope", LargeBinary, nullable=False, comment="from casework, sealed to the reporter"),
    Column("seen", Boolean, nullable=False, comment="the reporter's reading was told to casework"),
)
Index("notices_report", notices.c.report_id)

messages = Table(
    "messages",
    metadata,
    Column("message_id", LargeBinary, primary_key=True),
    Column("report_id", LargeBinary, ForeignKey("reports.report_id", ondelete="CASCADE"), nullable=False),
    Column("envelope", LargeBinary, nullable=False, comment="the reporter's own copy of what they wrote"),
    CheckConstraint("octet_length(message_id) = 16", name="message_id_is_16_bytes"),
)
Index("messages_report", messages.c.report_id)

sessions = Table(
    "sessions",
    metadata,
    Column("id", LargeBinary, primary_key=True, comment="random"),
    Column("sealed", LargeBinary, nullable=False, comment="under a key that only the reporter's cookie holds"),
    Column("day", Date, nullable=False, comment="rows of an earlier day are swept"),
)

claims = Table(
    "claims",
    metadata,
    Column("claim_id", LargeBinary, primary_key=True, comment="derived from the code"),
    Column("report_id", LargeBinary, nullable=False, comment="the report whose case is joined"),
    Column("cdg_id", Text, nullable=False),
    Column("envelope", LargeBinary, nullable=False, comment="intake.v1.SignedOffer, sealed to the code"),
    Column("until_day", Date, nullable=False, comment="the last day; swept after it"),
    CheckConstraint("octet_length(claim_id) = 16", name="claim_id_is_16_bytes"),
    CheckConstraint("octet_length(report_id) = 16", name="claim_report_id_is_16_bytes"),
)
Index("claims_report", claims.c.report_id, unique=True)

former_words = Table(
    "former_words",
    metadata,
    Column("lookup_id", LargeBinary, primary_key=True, comment="derived from the words that were replaced"),
    Column("report_id", LargeBinary, ForeignKey("reports.report_id", ondelete="CASCADE"), nullable=False),
    Column("day", Date, nullable=False, comment="on which they were replaced"),
    Column("envelope", LargeBinary, nullable=False, comment="intake.v1.Replacement, sealed to these words"),
    Column("objected", Boolean, nullable=False, comment="somebody with these words objected"),
    CheckConstraint("octet_length(lookup_id) = 16", name="former_lookup_id_is_16_bytes"),
)
Index("former_words_report", former_words.c.report_id)

outbox = outbox_table(metadata)
inbox = inbox_table(metadata)
relay_state = relay_state_table(metadata)
