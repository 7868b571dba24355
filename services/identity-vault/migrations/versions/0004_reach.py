"""Links, contacts and tickets: the tables of linker and courier."""

import sqlalchemy as sa
from alembic import op

from chassis.migrations import grant

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _linker()
    _courier()


def _linker() -> None:
    op.create_table(
        "links",
        sa.Column("tag", sa.LargeBinary, primary_key=True, comment="of the report's ref"),
        sa.Column(
            "sealed", sa.LargeBinary, nullable=False, comment="reporter's key, contact, last mail; one size for all"
        ),
        sa.CheckConstraint("octet_length(tag) = 32", name="links_tag_size"),
    )
    op.create_table(
        "link_statements",
        sa.Column("id_tag", sa.LargeBinary, primary_key=True, comment="of the statement's id: each is applied once"),
        sa.Column("tag", sa.LargeBinary, index=True, comment="while it waits for its report's registration"),
        sa.Column("sealed", sa.LargeBinary, comment="the statement, while it waits"),
        sa.Column("day", sa.Date, nullable=False),
        sa.CheckConstraint("(tag IS NULL) = (sealed IS NULL)", name="link_statements_waiting"),
    )
    op.create_table(
        "rings",
        sa.Column("ring_tag", sa.LargeBinary, primary_key=True, comment="of the ring's id: each is applied once"),
        sa.Column("tag", sa.LargeBinary, comment="while it waits for the next batch"),
        sa.Column("day", sa.Date, nullable=False),
    )
    op.create_table(
        "link_tickets",
        sa.Column("ticket_id", sa.LargeBinary, primary_key=True, comment="random"),
        sa.Column(
            "sealed", sa.LargeBinary, nullable=False, comment="the contact to write to; until the courier has it"
        ),
    )
    op.create_table(
        "link_forgets",
        sa.Column("id", sa.LargeBinary, primary_key=True, comment="random"),
        sa.Column("sealed", sa.LargeBinary, nullable=False, comment="the contact to forget; until the courier knows"),
    )
    grant(op, "SELECT, INSERT, UPDATE (sealed)", "links", to="linker")
    grant(op, "SELECT, INSERT, UPDATE (tag, sealed), DELETE", "link_statements", to="linker")
    grant(op, "SELECT, INSERT, UPDATE (tag), DELETE", "rings", to="linker")
    grant(op, "SELECT, INSERT, DELETE", "link_tickets", to="linker")
    grant(op, "SELECT, INSERT, DELETE", "link_forgets", to="linker")


def _courier() -> None:
    op.create_table(
        "contacts",
        sa.Column("tag", sa.LargeBinary, primary_key=True, comment="of the contact's id"),
        sa.Column("sealed", sa.LargeBinary, nullable=False, comment="the address, padded"),
        sa.Column("state", sa.Text, nullable=False),
        sa.CheckConstraint("octet_length(tag) = 32", name="contacts_tag_size"),
        sa.CheckConstraint("state IN ('kept', 'sent', 'bounced')", name="contacts_state"),
    )
    op.create_table(
        "forgotten_contacts",
        sa.Column(
            "tag",
            sa.LargeBinary,
            primary_key=True,
            comment="of a contact taken back: its address may still be under way",
        ),
        sa.Column("day", sa.Date, nullable=False),
    )
    op.create_table(
        "tickets_done",
        sa.Column("tag", sa.LargeBinary, primary_key=True, comment="of the ticket's id: each is delivered once"),
        sa.Column("day", sa.Date, nullable=False),
    )
    op.create_table(
        "mails",
        sa.Column("id", sa.LargeBinary, primary_key=True, comment="random; deleted once the mail server has answered"),
        sa.Column("contact_tag", sa.LargeBinary, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("ready", sa.Boolean, nullable=False, comment="false: tried, waits for the next batch"),
        sa.CheckConstraint("attempts >= 0", name="mails_attempts"),
    )
    op.create_table(
        "mail_returns",
        sa.Column("tag", sa.LargeBinary, primary_key=True, comment="of the random part of a mail's return address"),
        sa.Column("sealed", sa.LargeBinary, nullable=False, comment="the contact's tag"),
        sa.Column("day", sa.Date, nullable=False),
    )
    op.create_table(
        "call_backs",
        sa.Column("tag", sa.LargeBinary, primary_key=True, comment="of the ticket"),
        sa.Column("cdg_id", sa.Text, nullable=False, comment="whose listeners may take it"),
        sa.Column(
            "sealed", sa.LargeBinary, nullable=False, comment="number, hour, means; who took it and when. Padded"
        ),
    )
    grant(op, "SELECT, INSERT, UPDATE (state), DELETE", "contacts", to="courier")
    for table in ("forgotten_contacts", "tickets_done", "mail_returns"):
        grant(op, "SELECT, INSERT, DELETE", table, to="courier")
    grant(op, "SELECT, INSERT, UPDATE (attempts, ready), DELETE", "mails", to="courier")
    grant(op, "SELECT, INSERT, UPDATE (sealed), DELETE", "call_backs", to="courier")
