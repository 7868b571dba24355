"""The groupement, members and their conventions, persons and their habilitations, the outbox."""

import sqlalchemy as sa
from alembic import op

from chassis.migrations import grant

revision = "0001"
down_revision = None


def upgrade() -> None:
    _parties()
    _members()
    _people()
    _outbox()
    _grants()


def _parties() -> None:
    """Who stands in conventions."""
    op.create_table(
        "groupements",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=False, comment="day of the convention de groupement de commandes"),
        sa.PrimaryKeyConstraint("id", name=op.f("groupements_pk")),
        sa.UniqueConstraint("name", name=op.f("groupements_name_uq")),
    )
    op.create_table(
        "cdgs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("groupement_id", sa.Uuid(), nullable=False),
        sa.Column("department", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("contact", sa.Text(), nullable=False, comment="where its service can be called or written to"),
        sa.ForeignKeyConstraint(["groupement_id"], ["groupements.id"], name=op.f("cdgs_groupement_id_fk")),
        sa.PrimaryKeyConstraint("id", name=op.f("cdgs_pk")),
        sa.UniqueConstraint("department", name=op.f("cdgs_department_uq")),
    )
    op.create_table(
        "providers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("providers_pk")),
        sa.UniqueConstraint("name", name=op.f("providers_name_uq")),
    )
    op.create_table(
        "markets",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("groupement_id", sa.Uuid(), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False, comment="last day, included"),
        sa.CheckConstraint("starts_on <= ends_on", name=op.f("markets_days_in_order")),
        sa.ForeignKeyConstraint(["groupement_id"], ["groupements.id"], name=op.f("markets_groupement_id_fk")),
        sa.ForeignKeyConstraint(["provider_id"], ["providers.id"], name=op.f("markets_provider_id_fk")),
        sa.PrimaryKeyConstraint("id", name=op.f("markets_pk")),
        sa.UniqueConstraint("groupement_id", "starts_on", name=op.f("markets_groupement_id_starts_on_uq")),
    )
    op.create_table(
        "managers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("cdg_id", sa.Uuid(), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["cdg_id"], ["cdgs.id"], name=op.f("managers_cdg_id_fk")),
        sa.PrimaryKeyConstraint("id", name=op.f("managers_pk")),
        sa.UniqueConstraint("issuer", "subject", name=op.f("managers_issuer_subject_uq")),
    )


def _members() -> None:
    """Bodies that joined, their conventions and headcounts."""
    op.create_table(
        "members",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("cdg_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("siren", sa.Text(), nullable=False),
        sa.Column("insee_code", sa.Text(), nullable=False),
        sa.Column("department", sa.Text(), nullable=False),
        sa.Column("sort_key", sa.Text(), nullable=False, comment="name without accents, case or punctuation"),
        sa.CheckConstraint("siren ~ '^[0-9]{9}$'", name=op.f("members_siren_has_nine_digits")),
        sa.ForeignKeyConstraint(["cdg_id"], ["cdgs.id"], name=op.f("members_cdg_id_fk")),
        sa.PrimaryKeyConstraint("id", name=op.f("members_pk")),
        sa.UniqueConstraint("siren", name=op.f("members_siren_uq")),
    )
    op.create_index("members_by_cdg", "members", ["cdg_id", "sort_key"], unique=False)
    op.create_table(
        "conventions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("market_id", sa.Uuid(), nullable=False),
        sa.Column("deliberated_on", sa.Date(), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("effect_on", sa.Date(), nullable=False, comment="art. 3"),
        sa.Column("until_on", sa.Date(), nullable=False, comment="last day, included"),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "effect_on = (date_trunc('month', received_on::timestamp) + interval '1 month')::date",
            name=op.f("conventions_takes_effect_next_month"),
        ),
        sa.CheckConstraint(
            "deliberated_on <= signed_on AND signed_on <= received_on", name=op.f("conventions_days_in_order")
        ),
        sa.CheckConstraint("effect_on <= until_on", name=op.f("conventions_ends_after_effect")),
        sa.ForeignKeyConstraint(["market_id"], ["markets.id"], name=op.f("conventions_market_id_fk")),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("conventions_member_id_fk")),
        sa.ForeignKeyConstraint(["recorded_by"], ["managers.id"], name=op.f("conventions_recorded_by_fk")),
        sa.PrimaryKeyConstraint("id", name=op.f("conventions_pk")),
        sa.UniqueConstraint("member_id", "market_id", name=op.f("conventions_member_id_market_id_uq")),
    )
    op.create_table(
        "headcounts",
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("at_day", sa.Date(), nullable=False, comment="31 December of year N-1"),
        sa.Column(
            "agents", sa.Integer(), nullable=False, comment="declared by the member; never derived from population"
        ),
        sa.Column("declared_on", sa.Date(), nullable=False),
        sa.CheckConstraint("agents >= 1", name=op.f("headcounts_at_least_one")),
        sa.CheckConstraint(
            "extract(month FROM at_day) = 12 AND extract(day FROM at_day) = 31", name=op.f("headcounts_at_31_december")
        ),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("headcounts_member_id_fk")),
        sa.PrimaryKeyConstraint("member_id", "at_day", name=op.f("headcounts_pk")),
    )


def _people() -> None:
    """Persons, habilitations, invitations."""
    op.create_table(
        "people",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False, comment="lower case"),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.CheckConstraint("email = lower(email)", name=op.f("people_email_in_lower_case")),
        sa.PrimaryKeyConstraint("id", name=op.f("people_pk")),
        sa.UniqueConstraint("email", name=op.f("people_email_uq")),
    )
    op.create_table(
        "habilitations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("cdg_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=True),
        sa.Column("function", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False, comment="who employs the person"),
        sa.Column("designated_by", sa.Uuid(), nullable=False),
        sa.Column("designated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=True),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_by", sa.Uuid(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("removed_by", sa.Uuid(), nullable=True),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "role <> 'referent' OR member_id IS NOT NULL", name=op.f("habilitations_referent_of_a_member")
        ),
        sa.CheckConstraint("role <> 'screener' OR member_id IS NULL", name=op.f("habilitations_screener_of_a_cdg")),
        sa.CheckConstraint(
            "role IN ('referent', 'authority_referent', 'screener')", name=op.f("habilitations_role_known")
        ),
        sa.CheckConstraint(
            "(confirmed_by IS NULL) = (confirmed_at IS NULL) AND (confirmed_by IS NULL) = (valid_from IS NULL)",
            name=op.f("habilitations_confirmed_at_once"),
        ),
        sa.CheckConstraint(
            "(issuer IS NULL) = (subject IS NULL) AND (issuer IS NULL) = (accepted_at IS NULL)",
            name=op.f("habilitations_accepted_by_an_account"),
        ),
        sa.CheckConstraint(
            "(removed_by IS NULL) = (removed_at IS NULL)", name=op.f("habilitations_removed_by_somebody")
        ),
        sa.CheckConstraint("confirmed_by <> designated_by", name=op.f("habilitations_confirmed_by_a_second_person")),
        sa.CheckConstraint(
            "confirmed_by IS NULL OR accepted_at IS NOT NULL", name=op.f("habilitations_confirmed_after_accepted")
        ),
        sa.ForeignKeyConstraint(["cdg_id"], ["cdgs.id"], name=op.f("habilitations_cdg_id_fk")),
        sa.ForeignKeyConstraint(["confirmed_by"], ["managers.id"], name=op.f("habilitations_confirmed_by_fk")),
        sa.ForeignKeyConstraint(["designated_by"], ["managers.id"], name=op.f("habilitations_designated_by_fk")),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("habilitations_member_id_fk")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("habilitations_person_id_fk")),
        sa.ForeignKeyConstraint(["removed_by"], ["managers.id"], name=op.f("habilitations_removed_by_fk")),
        sa.PrimaryKeyConstraint("id", name=op.f("habilitations_pk")),
    )
    op.create_index("habilitations_by_cdg", "habilitations", ["cdg_id", "role"], unique=False)
    op.create_index("habilitations_by_member", "habilitations", ["member_id"], unique=False)
    op.create_index(
        "habilitations_once",
        "habilitations",
        ["person_id", "role", "cdg_id", "member_id"],
        unique=True,
        postgresql_where=sa.text("removed_at IS NULL"),
        postgresql_nulls_not_distinct=True,
    )
    op.create_table(
        "invitations",
        sa.Column(
            "token_hash",
            sa.LargeBinary(),
            nullable=False,
            comment="SHA-256 of the token; the token itself is kept nowhere",
        ),
        sa.Column("habilitation_id", sa.Uuid(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("length(token_hash) = 32", name=op.f("invitations_hashed")),
        sa.ForeignKeyConstraint(["habilitation_id"], ["habilitations.id"], name=op.f("invitations_habilitation_id_fk")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("invitations_pk")),
    )
    op.create_index(
        "invitations_one_open",
        "invitations",
        ["habilitation_id"],
        unique=True,
        postgresql_where=sa.text("closed_at IS NULL"),
    )


def _outbox() -> None:
    """Events to send."""
    op.create_table(
        "outbox",
        sa.Column("id", sa.Uuid(), nullable=False, comment="the event's id; random"),
        sa.Column("type", sa.Text(), nullable=False, comment="full proto name"),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("held", sa.Boolean(), nullable=False, comment="waits for the next release hour"),
        sa.Column("payload", sa.LargeBinary(), nullable=True, comment="protobuf; NULL once the broker confirmed it"),
        sa.Column("signature", sa.LargeBinary(), nullable=True, comment="Ed25519, privileged events only"),
        sa.Column("traceparent", sa.Text(), nullable=True, comment="W3C; NULL where no trace may follow"),
        sa.PrimaryKeyConstraint("id", name=op.f("outbox_pk")),
    )
    op.create_index("outbox_held", "outbox", ["id"], unique=False, postgresql_where=sa.text("held"))
    op.create_index(
        "outbox_pending", "outbox", ["id"], unique=False, postgresql_where=sa.text("payload IS NOT NULL AND NOT held")
    )


def _grants() -> None:
    """Nothing is deleted; conventions and headcounts are never altered; parties and managers belong to the owner."""
    for table in ("groupements", "cdgs", "providers", "markets", "managers"):
        grant(op, "SELECT", table)
    grant(op, "SELECT, INSERT, UPDATE (version)", "members")
    grant(op, "SELECT, INSERT", "conventions")
    grant(op, "SELECT, INSERT", "headcounts")
    grant(op, "SELECT, INSERT, UPDATE (phone)", "people")
    steps = "version, issuer, subject, accepted_at, confirmed_by, confirmed_at, valid_from, removed_by, removed_at"
    grant(op, f"SELECT, INSERT, UPDATE ({steps})", "habilitations")
    grant(op, "SELECT, INSERT, UPDATE (closed_at)", "invitations")
    grant(op, "SELECT, INSERT, UPDATE", "outbox")
