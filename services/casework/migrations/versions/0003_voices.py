"""Those who join a case with a code, how far a case may go, and oral reports, which are taken down here."""

import sqlalchemy as sa
from alembic import op

from chassis.migrations import grant

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("cases", sa.Column("proceeding", sa.Text(), comment="NULL until the opener settles it"))
    op.add_column("cases", sa.Column("oral", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_check_constraint("case_proceeding", "cases", "proceeding IN ('free', 'advice', 'consented', 'decided')")
    op.create_index("cases_unsettled", "cases", ["case_id"], postgresql_where=sa.text("proceeding IS NULL"))
    op.add_column(
        "key_sets",
        sa.Column("signed", sa.LargeBinary(), comment="keys.v1.SignedKeySet; NULL before 0003"),
    )
    _inbound()
    _voices()


def _inbound() -> None:
    op.add_column("inbound", sa.Column("joins", sa.LargeBinary(), comment="the report whose case is joined"))
    op.add_column("inbound", sa.Column("case_id", sa.Uuid(), comment="of an oral report: drawn here"))
    op.drop_constraint("inbound_kind", "inbound")
    op.create_check_constraint("inbound_kind", "inbound", "kind IN ('report', 'message', 'voice')")
    op.create_check_constraint(
        "inbound_joins",
        "inbound",
        "(kind = 'voice') = (joins IS NOT NULL) AND (joins IS NULL OR octet_length(joins) = 16)",
    )
    op.create_check_constraint("inbound_oral", "inbound", "case_id IS NULL OR kind = 'report'")
    op.create_index(
        "inbound_one_voice", "inbound", ["report_id"], unique=True, postgresql_where=sa.text("kind = 'voice'")
    )
    op.create_index("inbound_postponed_voice", "inbound", ["joins"], postgresql_where=sa.text("state = 'postponed'"))


def _voices() -> None:
    op.create_table(
        "voices",
        sa.Column("voice_id", sa.Uuid(), nullable=False),
        sa.Column(
            "report_id", sa.LargeBinary(), nullable=False, comment="their own: it carries what they say and are told"
        ),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("sealed_origin", sa.LargeBinary(), nullable=False, comment="ReportContent without answers"),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("decided_person", sa.Text(), comment="who confirmed or denied who they are"),
        sa.Column("decided_day", sa.Date(), nullable=True),
        sa.CheckConstraint("state IN ('declared', 'confirmed', 'refused', 'withdrawn', 'denied')", name="voice_state"),
        sa.CheckConstraint("(decided_person IS NULL) = (decided_day IS NULL)", name="voice_decided"),
        sa.CheckConstraint(
            "state NOT IN ('confirmed', 'denied') OR decided_person IS NOT NULL", name="voice_decided_by_somebody"
        ),
        sa.CheckConstraint("octet_length(report_id) = 16", name="voice_report_id"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.case_id"]),
        sa.PrimaryKeyConstraint("voice_id"),
        sa.UniqueConstraint("report_id"),
    )
    op.create_index("voices_case", "voices", ["case_id"])
    grant(op, "SELECT, INSERT, UPDATE (state, sealed_origin, decided_person, decided_day)", "voices")
    op.add_column("messages", sa.Column("voice_id", sa.Uuid(), comment="whose thread; NULL: the reporter's"))
    op.create_foreign_key("message_voice", "messages", "voices", ["voice_id"], ["voice_id"])
    op.drop_constraint("message_kind", "messages")
    op.create_check_constraint("message_kind", "messages", "kind IN ('text', 'status', 'identity', 'proceeding')")
