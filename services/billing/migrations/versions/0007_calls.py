"""Tariffs by version, yearly calls, what members declare to them, and how often they were reminded."""

import sqlalchemy as sa
from alembic import op

from chassis.migrations import grant

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    _tariffs()
    _runs()
    _calls()
    _reminders()
    # A member corrects what it declared until the CdG has checked it.
    grant(op, "UPDATE (agents, declared_on)", "headcounts")


def _tariffs() -> None:
    op.create_table(
        "tariffs",
        sa.Column("cdg_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False, comment="JSON, as billing.domain.tariffs reads it"),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("version >= 1", name=op.f("tariffs_counts")),
        sa.ForeignKeyConstraint(["cdg_id"], ["cdgs.id"], name=op.f("tariffs_cdg_id_fk")),
        sa.ForeignKeyConstraint(["recorded_by"], ["managers.id"], name=op.f("tariffs_recorded_by_fk")),
        sa.PrimaryKeyConstraint("cdg_id", "version", name=op.f("tariffs_pk")),
    )
    op.execute(
        "CREATE FUNCTION tariffs_stay() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'a tariff does not change: add a version'; END $$"
    )
    op.execute("CREATE TRIGGER tariffs_stay BEFORE UPDATE ON tariffs FOR EACH ROW EXECUTE FUNCTION tariffs_stay()")
    grant(op, "SELECT, INSERT", "tariffs")


def _runs() -> None:
    op.create_table(
        "call_runs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("cdg_id", sa.Uuid(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False, comment="when the next calls are to be answered"),
        sa.Column("all_agents", sa.Integer(), nullable=False, comment="of all members, when the year was called"),
        sa.Column("started_by", sa.Uuid(), nullable=False),
        sa.Column(
            "started_at", sa.DateTime(timezone=True), nullable=False, comment="the last time: a run is completed"
        ),
        sa.Column(
            "finished_at", sa.DateTime(timezone=True), nullable=True, comment="NULL while members are to be called"
        ),
        sa.Column("called_before", sa.Integer(), nullable=False, comment="calls made when it was started last"),
        sa.Column("expected", sa.Integer(), nullable=False, comment="members to call in all, when it was started last"),
        sa.CheckConstraint("all_agents >= 0 AND called_before >= 0 AND expected >= 0", name=op.f("call_runs_counts")),
        sa.ForeignKeyConstraint(["cdg_id"], ["cdgs.id"], name=op.f("call_runs_cdg_id_fk")),
        sa.ForeignKeyConstraint(["started_by"], ["managers.id"], name=op.f("call_runs_started_by_fk")),
        sa.PrimaryKeyConstraint("id", name=op.f("call_runs_pk")),
        sa.UniqueConstraint("cdg_id", "year", name=op.f("call_runs_cdg_id_year_uq")),
    )
    op.create_index("call_runs_in_hand", "call_runs", ["id"], postgresql_where=sa.text("finished_at IS NULL"))
    changes = "due_on, started_by, started_at, finished_at, called_before, expected"
    grant(op, f"SELECT, INSERT, UPDATE ({changes})", "call_runs")


_CALLS = (
    sa.Column("id", sa.Uuid(), nullable=False),
    sa.Column("run_id", sa.Uuid(), nullable=False),
    sa.Column("member_id", sa.Uuid(), nullable=False),
    sa.Column("convention_id", sa.Uuid(), nullable=False),
    sa.Column("first_on", sa.Date(), nullable=False),
    sa.Column("last_on", sa.Date(), nullable=False, comment="last day that is paid for, included"),
    sa.Column("due_on", sa.Date(), nullable=False),
    sa.Column("tariff_version", sa.Integer(), nullable=False),
    sa.Column("part", sa.Integer(), nullable=False, comment="months or days called, of `whole`"),
    sa.Column("whole", sa.Integer(), nullable=False),
    sa.Column("affiliated", sa.Boolean(), nullable=False),
    sa.Column("known_agents", sa.Integer(), nullable=True, comment="the last headcount declared before the call"),
    sa.Column("state", sa.Text(), nullable=False),
    sa.Column("agents", sa.Integer(), nullable=True, comment="declared"),
    sa.Column("net_cents", sa.BigInteger(), nullable=True),
    sa.Column("tax_cents", sa.BigInteger(), nullable=True),
    sa.Column("declared_by", sa.Text(), nullable=False, comment="name; empty until it is declared"),
    sa.Column("declared_function", sa.Text(), nullable=False),
    sa.Column("typed_by", sa.Uuid(), nullable=True, comment="the manager who copied a declaration on paper"),
    sa.Column("person_id", sa.Uuid(), nullable=True, comment="who was written to"),
    sa.Column("motive", sa.Text(), nullable=False, comment="why the declaration was sent back; shown to the member"),
    sa.Column("hindrance", sa.Text(), nullable=False, comment="why it could not be billed"),
    sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
    sa.Column("declared_at", sa.DateTime(timezone=True), nullable=True),
    sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
    sa.Column("checked_by", sa.Uuid(), nullable=True),
    sa.Column("issue_asked_at", sa.DateTime(timezone=True), nullable=True, comment="when a manager asked to bill it"),
    sa.Column("invoice_id", sa.Uuid(), nullable=True),
)


def _calls() -> None:
    links = {
        "run_id": "call_runs",
        "member_id": "members",
        "convention_id": "conventions",
        "typed_by": "managers",
        "person_id": "people",
        "checked_by": "managers",
        "invoice_id": "invoices",
    }
    states = "'prepared', 'sent', 'declared', 'checked', 'issued', 'cancelled'"
    op.create_table(
        "calls",
        *_CALLS,
        sa.CheckConstraint(f"state IN ({states})", name=op.f("calls_state_known")),
        sa.CheckConstraint("first_on <= last_on", name=op.f("calls_days_in_order")),
        sa.CheckConstraint("part BETWEEN 1 AND whole", name=op.f("calls_share_of_a_year")),
        sa.CheckConstraint("agents >= 1 AND net_cents >= 0 AND tax_cents >= 0", name=op.f("calls_positive")),
        sa.CheckConstraint(
            "state NOT IN ('declared', 'checked', 'issued') OR (agents IS NOT NULL AND net_cents IS NOT NULL"
            " AND tax_cents IS NOT NULL AND declared_at IS NOT NULL AND declared_by <> '')",
            name=op.f("calls_declared_whole"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('checked', 'issued') OR (checked_at IS NOT NULL AND checked_by IS NOT NULL)",
            name=op.f("calls_checked_by_somebody"),
        ),
        sa.CheckConstraint("state <> 'sent' OR sent_at IS NOT NULL", name=op.f("calls_sent_once")),
        sa.CheckConstraint("state <> 'issued' OR invoice_id IS NOT NULL", name=op.f("calls_issued_with_an_invoice")),
        *(
            sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"calls_{column}_fk"))
            for column, table in links.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("calls_pk")),
        sa.UniqueConstraint("invoice_id", name=op.f("calls_invoice_id_uq")),
    )
    standing = sa.text("state <> 'cancelled'")
    op.create_index("calls_once", "calls", ["run_id", "member_id"], unique=True, postgresql_where=standing)
    op.create_index("calls_by_member", "calls", ["member_id"])
    op.create_index("calls_to_remind", "calls", ["due_on"], postgresql_where=sa.text("state = 'sent'"))
    to_issue = sa.text("state = 'checked' AND issue_asked_at IS NOT NULL")
    op.create_index("calls_to_issue", "calls", ["run_id"], postgresql_where=to_issue)
    # What was billed stays as it was billed; a call whose invoice was undone is cancelled, and nothing else.
    op.execute(
        "CREATE FUNCTION calls_stay() RETURNS trigger LANGUAGE plpgsql AS $$ DECLARE kept calls := NEW; BEGIN "
        "kept.state := OLD.state; "
        "IF OLD.state = 'cancelled' OR (OLD.state = 'issued' "
        "AND (NEW.state NOT IN ('issued', 'cancelled') OR kept IS DISTINCT FROM OLD)) "
        "THEN RAISE EXCEPTION 'an issued call does not change'; END IF; RETURN NEW; END $$"
    )
    op.execute("CREATE TRIGGER calls_stay BEFORE UPDATE ON calls FOR EACH ROW EXECUTE FUNCTION calls_stay()")
    changes = (
        "state, agents, net_cents, tax_cents, declared_by, declared_function, typed_by, person_id, motive, hindrance,"
        " sent_at, declared_at, checked_at, checked_by, issue_asked_at, invoice_id, due_on"
    )
    grant(op, f"SELECT, INSERT, UPDATE ({changes})", "calls")


def _reminders() -> None:
    op.create_table(
        "call_reminders",
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("sent_on", sa.Date(), nullable=False),
        sa.CheckConstraint("rank BETWEEN 1 AND 3", name=op.f("call_reminders_three_at_most")),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f("call_reminders_call_id_fk")),
        sa.PrimaryKeyConstraint("call_id", "rank", name=op.f("call_reminders_pk")),
    )
    grant(op, "SELECT, INSERT", "call_reminders")
