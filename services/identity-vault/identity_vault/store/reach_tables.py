"""The tables of the linker and of the courier. Neither may read the other's; no time is finer than a day.

Rows are found by a tag, an HMAC under the process's own index key; what can be read stands in `sealed`, under its own
data key, in one size.
"""

from sqlalchemy import Boolean, CheckConstraint, Column, Date, Integer, LargeBinary, Table, Text

from identity_vault.store.tables import metadata

# --- the linker's ---------------------------------------------------------------------------------------------------

links = Table(
    "links",
    metadata,
    Column("tag", LargeBinary, primary_key=True, comment="of the report's ref"),
    Column("sealed", LargeBinary, nullable=False, comment="reporter's key, contact, last mail; one size for all"),
    CheckConstraint("octet_length(tag) = 32", name="links_tag_size"),
)

link_statements = Table(
    "link_statements",
    metadata,
    Column("id_tag", LargeBinary, primary_key=True, comment="of the statement's id: each is applied once"),
    Column("tag", LargeBinary, index=True, comment="while it waits for its report's registration"),
    Column("sealed", LargeBinary, comment="the statement, while it waits"),
    Column("day", Date, nullable=False),
    CheckConstraint("(tag IS NULL) = (sealed IS NULL)", name="link_statements_waiting"),
)

rings = Table(
    "rings",
    metadata,
    Column("ring_tag", LargeBinary, primary_key=True, comment="of the ring's id: each is applied once"),
    Column("tag", LargeBinary, comment="while it waits for the next batch"),
    Column("day", Date, nullable=False),
)

link_tickets = Table(
    "link_tickets",
    metadata,
    Column("ticket_id", LargeBinary, primary_key=True, comment="random"),
    Column("sealed", LargeBinary, nullable=False, comment="the contact to write to; until the courier has it"),
)

link_forgets = Table(
    "link_forgets",
    metadata,
    Column("id", LargeBinary, primary_key=True, comment="random"),
    Column("sealed", LargeBinary, nullable=False, comment="the contact to forget; until the courier knows"),
)

# --- the courier's --------------------------------------------------------------------------------------------------

contacts = Table(
    "contacts",
    metadata,
    Column("tag", LargeBinary, primary_key=True, comment="of the contact's id"),
    Column("sealed", LargeBinary, nullable=False, comment="the address, padded"),
    Column("state", Text, nullable=False),
    CheckConstraint("octet_length(tag) = 32", name="contacts_tag_size"),
    CheckConstraint("state IN ('kept', 'sent', 'bounced')", name="contacts_state"),
)

forgotten_contacts = Table(
    "forgotten_contacts",
    metadata,
    Column("tag", LargeBinary, primary_key=True, comment="of a contact taken back: its address may still be under way"),
    Column("day", Date, nullable=False),
)

tickets_done = Table(
    "tickets_done",
    metadata,
    Column("tag", LargeBinary, primary_key=True, comment="of the ticket's id: each is delivered once"),
    Column("day", Date, nullable=False),
)

mails = Table(
    "mails",
    metadata,
    Column("id", LargeBinary, primary_key=True, comment="random; deleted once the mail server has answered"),
    Column("contact_tag", LargeBinary, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("ready", Boolean, nullable=False, comment="false: tried, waits for the next batch"),
    CheckConstraint("attempts >= 0", name="mails_attempts"),
)

mail_returns = Table(
    "mail_returns",
    metadata,
    Column("tag", LargeBinary, primary_key=True, comment="of the random part of a mail's return address"),
    Column("sealed", LargeBinary, nullable=False, comment="the contact's tag"),
    Column("day", Date, nullable=False),
)

call_backs = Table(
    "call_backs",
    metadata,
    Column("tag", LargeBinary, primary_key=True, comment="of the ticket"),
    Column("cdg_id", Text, nullable=False, comment="whose listeners may take it"),
    Column("sealed", LargeBinary, nullable=False, comment="number, hour, means; who took it and when. Padded"),
)
