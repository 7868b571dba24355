"""Parties: kinds of members, where they are, and who of theirs is written to about money."""

import sqlalchemy as sa
from alembic import op

from chassis.migrations import grant

revision = "0005"
down_revision = "0004"

ZONES = (
    "Europe/Paris",
    "America/Guadeloupe",
    "America/Martinique",
    "America/Cayenne",
    "Indian/Reunion",
    "America/Miquelon",
    "Indian/Mayotte",
    "Pacific/Wallis",
    "Pacific/Tahiti",
    "Pacific/Noumea",
    "Pacific/Marquesas",
    "Pacific/Gambier",
)
KINDS = (
    "commune",
    "epci",
    "syndicat",
    "ccas",
    "departement",
    "region",
    "sdis",
    "office",
    "other_public",
    "professionals",
)


def upgrade() -> None:
    _space()
    _members()
    _correspondents()
    _providers()
    _imports()


def _members() -> None:
    """What kind of body a member is, its place, its CdG's hold on it, its clocks."""
    kind = sa.Column("kind", sa.Text(), nullable=False, server_default="commune")
    op.add_column("members", kind)
    siret = sa.Column("siret", sa.Text(), nullable=False, server_default="", comment="empty until it is known")
    op.add_column("members", siret)
    affiliated = sa.Column("affiliated", sa.Boolean(), nullable=True, comment="CGFP L452-14; NULL: unknown")
    op.add_column("members", affiliated)
    zone = sa.Column("time_zone", sa.Text(), nullable=False, server_default="Europe/Paris", comment="IANA name")
    op.add_column("members", zone)
    listed = sa.Column("listed_agents", sa.Integer(), nullable=True, comment="as an imported list says; never billed")
    op.add_column("members", listed)
    for name, condition in (
        ("kind_known", f"kind IN ({_texts(KINDS)})"),
        ("siret_of_its_siren", "siret = '' OR (siret ~ '^[0-9]{14}$' AND left(siret, 9) = siren)"),
        ("zone_known", f"time_zone IN ({_texts(ZONES)})"),
        ("listed_agents_counted", "listed_agents >= 1"),
    ):
        op.create_check_constraint(op.f(f"members_{name}"), "members", condition)
    changing = "name, sort_key, kind, siret, affiliated, time_zone, listed_agents, mail_domains"
    grant(op, f"UPDATE ({changing})", "members")


def _correspondents() -> None:
    """Whom letters about money and conventions go to."""
    op.create_table(
        "correspondents",
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("function", sa.Text(), nullable=False, comment="empty where it was not told"),
        sa.Column("set_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("correspondents_member_id_fk")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("correspondents_person_id_fk")),
        sa.PrimaryKeyConstraint("member_id", name=op.f("correspondents_pk")),
    )
    grant(op, "SELECT, INSERT, UPDATE (person_id, function, set_on)", "correspondents")


def _providers() -> None:
    """Where the provider of lot 2 is reached and paid; the owner writes it."""
    for name in ("siret", "street", "postcode", "city", "iban", "email"):
        op.add_column("providers", sa.Column(name, sa.Text(), nullable=False, server_default=""))
    condition = "siret = '' OR siret ~ '^[0-9]{14}$'"
    op.create_check_constraint(op.f("providers_siret_has_fourteen_digits"), "providers", condition)


def _imports() -> None:
    """Lists of bodies that a manager sent, until they are applied; then only what was refused."""
    op.create_table(
        "imports",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("cdg_id", sa.Uuid(), nullable=False),
        sa.Column("sent_by", sa.Uuid(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("content", sa.Text(), nullable=False, comment="CSV; once applied, JSON of what was refused"),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("added", sa.Integer(), nullable=True),
        sa.Column("changed", sa.Integer(), nullable=True),
        sa.Column("refused", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(applied_at IS NULL) = (added IS NULL) AND (applied_at IS NULL) = (changed IS NULL)"
            " AND (applied_at IS NULL) = (refused IS NULL)",
            name=op.f("imports_applied_whole"),
        ),
        sa.ForeignKeyConstraint(["cdg_id"], ["cdgs.id"], name=op.f("imports_cdg_id_fk")),
        sa.ForeignKeyConstraint(["sent_by"], ["managers.id"], name=op.f("imports_sent_by_fk")),
        sa.PrimaryKeyConstraint("id", name=op.f("imports_pk")),
    )
    op.create_index("imports_by_cdg", "imports", ["cdg_id", "sent_at"])
    grant(op, "SELECT, INSERT, UPDATE (content, applied_at, added, changed, refused), DELETE", "imports")


def _texts(values: tuple[str, ...]) -> str:
    return ", ".join(f"'{value}'" for value in values)


def _space() -> None:
    """Links to a member's space."""
    op.create_table(
        "space_links",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False, comment="SHA-256; the token is kept nowhere"),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("length(token_hash) = 32", name=op.f("space_links_hashed")),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("space_links_member_id_fk")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("space_links_person_id_fk")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("space_links_pk")),
    )
    op.create_index("space_links_by_member", "space_links", ["member_id"])
    grant(op, "SELECT, INSERT, UPDATE (closed_at)", "space_links")
