"""The life of a convention: proposals before it, steps and an ending after it, what it says of data, renewal."""

import sqlalchemy as sa
from alembic import op

from chassis.migrations import grant

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    _conventions()
    _proposals()
    _steps()
    _endings()
    _data()
    _confirmations()
    _told()


def _conventions() -> None:
    """A convention may follow another without a gap; a member who left may come back under the same market."""
    op.add_column(
        "conventions",
        sa.Column("follows", sa.Uuid(), nullable=True, comment="the convention that it renews"),
    )
    op.create_foreign_key(op.f("conventions_follows_fk"), "conventions", "conventions", ["follows"], ["id"])
    op.create_unique_constraint(op.f("conventions_follows_uq"), "conventions", ["follows"])
    op.drop_constraint(op.f("conventions_member_id_market_id_uq"), "conventions")
    op.create_unique_constraint(op.f("conventions_member_id_effect_on_uq"), "conventions", ["member_id", "effect_on"])
    op.drop_constraint(op.f("conventions_takes_effect_next_month"), "conventions")
    op.create_check_constraint(
        op.f("conventions_takes_effect_next_month"),
        "conventions",
        "effect_on = (date_trunc('month', received_on::timestamp) + interval '1 month')::date"
        " OR (follows IS NOT NULL AND received_on < effect_on)",
    )


def _proposals() -> None:
    op.create_table(
        "proposals",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("cdg_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("market_id", sa.Uuid(), nullable=False),
        sa.Column("renews", sa.Uuid(), nullable=True, comment="the convention that it would follow"),
        sa.Column("content", sa.Text(), nullable=False, comment="JSON: what is known before the signature"),
        sa.Column("drafted_by", sa.Uuid(), nullable=False),
        sa.Column("drafted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_on", sa.Date(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True, comment="given up"),
        sa.Column("convention_id", sa.Uuid(), nullable=True, comment="what it became"),
        sa.CheckConstraint("closed_on IS NULL OR convention_id IS NULL", name=op.f("proposals_closed_or_concluded")),
        sa.ForeignKeyConstraint(["cdg_id"], ["cdgs.id"], name=op.f("proposals_cdg_id_fk")),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("proposals_member_id_fk")),
        sa.ForeignKeyConstraint(["market_id"], ["markets.id"], name=op.f("proposals_market_id_fk")),
        sa.ForeignKeyConstraint(["renews"], ["conventions.id"], name=op.f("proposals_renews_fk")),
        sa.ForeignKeyConstraint(["drafted_by"], ["managers.id"], name=op.f("proposals_drafted_by_fk")),
        sa.ForeignKeyConstraint(["convention_id"], ["conventions.id"], name=op.f("proposals_convention_id_fk")),
        sa.PrimaryKeyConstraint("id", name=op.f("proposals_pk")),
        sa.UniqueConstraint("convention_id", name=op.f("proposals_convention_id_uq")),
    )
    op.create_index(
        "proposals_one_open",
        "proposals",
        ["member_id"],
        unique=True,
        postgresql_where=sa.text("closed_on IS NULL AND convention_id IS NULL"),
    )
    op.create_index("proposals_by_cdg", "proposals", ["cdg_id", "drafted_at"])
    grant(op, "SELECT, INSERT, UPDATE (content, sent_on, closed_on, convention_id)", "proposals")


def _steps() -> None:
    """What happens to a convention after the reception; added, never altered."""
    op.create_table(
        "convention_steps",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("convention_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False, comment="the day that it counts from"),
        sa.Column("number", sa.Integer(), nullable=True, comment="of an amendment"),
        sa.Column("content", sa.Text(), nullable=False, comment="JSON"),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('cdg_signed', 'provider_signed', 'amended', 'notice_given', 'notice_withdrawn', 'defaulted',"
            " 'roles_set')",
            name=op.f("convention_steps_kind_known"),
        ),
        sa.CheckConstraint("(kind = 'amended') = (number IS NOT NULL)", name=op.f("convention_steps_amendment_number")),
        sa.ForeignKeyConstraint(["convention_id"], ["conventions.id"], name=op.f("convention_steps_convention_id_fk")),
        sa.ForeignKeyConstraint(["recorded_by"], ["managers.id"], name=op.f("convention_steps_recorded_by_fk")),
        sa.PrimaryKeyConstraint("id", name=op.f("convention_steps_pk")),
        sa.UniqueConstraint("convention_id", "number", name=op.f("convention_steps_convention_id_number_uq")),
    )
    op.create_index(
        "convention_steps_signed_once",
        "convention_steps",
        ["convention_id", "kind"],
        unique=True,
        postgresql_where=sa.text("kind IN ('cdg_signed', 'provider_signed')"),
    )
    op.create_index("convention_steps_by_convention", "convention_steps", ["convention_id", "recorded_at"])
    grant(op, "SELECT, INSERT", "convention_steps")


def _endings() -> None:
    """The last day of a convention that does not end as it says itself. Removed when a notice is withdrawn."""
    op.create_table(
        "endings",
        sa.Column("convention_id", sa.Uuid(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False, comment="included"),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("cdg_letter_on", sa.Date(), nullable=True, comment="the registered letter's reception"),
        sa.Column("provider_letter_on", sa.Date(), nullable=True),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("cause IN ('market', 'notice', 'default')", name=op.f("endings_cause_known")),
        sa.CheckConstraint(
            "(cdg_letter_on IS NULL) = (provider_letter_on IS NULL)"
            " AND (cause <> 'notice' OR cdg_letter_on IS NOT NULL)",
            name=op.f("endings_by_two_letters"),
        ),
        sa.ForeignKeyConstraint(["convention_id"], ["conventions.id"], name=op.f("endings_convention_id_fk")),
        sa.ForeignKeyConstraint(["recorded_by"], ["managers.id"], name=op.f("endings_recorded_by_fk")),
        sa.PrimaryKeyConstraint("convention_id", name=op.f("endings_pk")),
    )
    grant(
        op,
        "SELECT, INSERT, DELETE, UPDATE (last_day, cause, cdg_letter_on, provider_letter_on, recorded_by, recorded_at)",
        "endings",
    )


def _data() -> None:
    """Who is responsible for which data (art. 8), and what a CdG's conventions say under a market."""
    known = "IN ('controller', 'joint', 'processor', 'recipient', 'none')"
    op.create_table(
        "processing_roles",
        sa.Column("convention_id", sa.Uuid(), nullable=False),
        sa.Column("processing", sa.Text(), nullable=False),
        sa.Column("cdg", sa.Text(), nullable=False),
        sa.Column("member", sa.Text(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "processing IN ('service_file', 'provider_data')", name=op.f("processing_roles_processing_known")
        ),
        sa.CheckConstraint(
            f"cdg {known} AND member {known} AND provider {known}", name=op.f("processing_roles_roles_known")
        ),
        sa.CheckConstraint(
            "'controller' IN (cdg, member, provider) OR 'joint' IN (cdg, member, provider)",
            name=op.f("processing_roles_somebody_controls"),
        ),
        sa.ForeignKeyConstraint(["convention_id"], ["conventions.id"], name=op.f("processing_roles_convention_id_fk")),
        sa.PrimaryKeyConstraint("convention_id", "processing", name=op.f("processing_roles_pk")),
    )
    grant(op, "SELECT, INSERT, UPDATE (cdg, member, provider)", "processing_roles")
    op.create_table(
        "convention_terms",
        sa.Column("cdg_id", sa.Uuid(), nullable=False),
        sa.Column("market_id", sa.Uuid(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False, comment="JSON: parties, visas, price and court, as printed"),
        sa.Column("changed_by", sa.Uuid(), nullable=True, comment="NULL: set up with the market"),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["cdg_id"], ["cdgs.id"], name=op.f("convention_terms_cdg_id_fk")),
        sa.ForeignKeyConstraint(["market_id"], ["markets.id"], name=op.f("convention_terms_market_id_fk")),
        sa.ForeignKeyConstraint(["changed_by"], ["managers.id"], name=op.f("convention_terms_changed_by_fk")),
        sa.PrimaryKeyConstraint("cdg_id", "market_id", name=op.f("convention_terms_pk")),
    )
    grant(op, "SELECT, INSERT, UPDATE (data, changed_by, changed_at)", "convention_terms")


def _confirmations() -> None:
    """Once a year: are these still your referents?"""
    op.create_table(
        "referent_confirmations",
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False, comment="an anniversary of the adhesion"),
        sa.Column("asked_on", sa.Date(), nullable=True),
        sa.Column("reminded_on", sa.Date(), nullable=True),
        sa.Column("confirmed_on", sa.Date(), nullable=True),
        sa.Column("confirmed_by_person", sa.Uuid(), nullable=True, comment="of the member, in its space"),
        sa.Column("confirmed_by_manager", sa.Uuid(), nullable=True),
        sa.Column("confirmed_habilitations", sa.Text(), nullable=True, comment="JSON: ids of who was confirmed"),
        sa.CheckConstraint(
            "(confirmed_on IS NULL) = (num_nonnulls(confirmed_by_person, confirmed_by_manager) = 0)"
            " AND num_nonnulls(confirmed_by_person, confirmed_by_manager) <= 1",
            name=op.f("referent_confirmations_by_somebody"),
        ),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("referent_confirmations_member_id_fk")),
        sa.ForeignKeyConstraint(
            ["confirmed_by_person"], ["people.id"], name=op.f("referent_confirmations_confirmed_by_person_fk")
        ),
        sa.ForeignKeyConstraint(
            ["confirmed_by_manager"], ["managers.id"], name=op.f("referent_confirmations_confirmed_by_manager_fk")
        ),
        sa.PrimaryKeyConstraint("member_id", "due_on", name=op.f("referent_confirmations_pk")),
    )
    grant(
        op,
        "SELECT, INSERT, UPDATE (asked_on, reminded_on, confirmed_on, confirmed_by_person, confirmed_by_manager,"
        " confirmed_habilitations)",
        "referent_confirmations",
    )


def _told() -> None:
    """Which beginnings and ends of conventions were told to others, once each."""
    op.create_table(
        "membership_days",
        sa.Column("convention_id", sa.Uuid(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False, comment="of the member"),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("what IN ('begun', 'ended')", name=op.f("membership_days_what_known")),
        sa.ForeignKeyConstraint(["convention_id"], ["conventions.id"], name=op.f("membership_days_convention_id_fk")),
        sa.PrimaryKeyConstraint("convention_id", "what", name=op.f("membership_days_pk")),
    )
    grant(op, "SELECT, INSERT", "membership_days")
