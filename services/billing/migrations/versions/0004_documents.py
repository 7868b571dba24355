"""Documents: what was, or is to be, printed; each once, and never otherwise."""

import sqlalchemy as sa
from alembic import op

from chassis.migrations import grant

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "documents",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("cdg_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False, comment="the template that it is printed with"),
        sa.Column("subject_id", sa.Uuid(), nullable=False, comment="what it is about"),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False, comment="JSON: what it is printed from, for ever"),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("pdf", sa.LargeBinary(), nullable=True, comment="NULL until it is printed"),
        sa.Column("digest", sa.LargeBinary(), nullable=True, comment="SHA-256 of the PDF"),
        sa.CheckConstraint("(pdf IS NULL) = (digest IS NULL)", name=op.f("documents_printed_whole")),
        sa.ForeignKeyConstraint(["cdg_id"], ["cdgs.id"], name=op.f("documents_cdg_id_fk")),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("documents_member_id_fk")),
        sa.PrimaryKeyConstraint("id", name=op.f("documents_pk")),
        sa.UniqueConstraint("kind", "subject_id", name=op.f("documents_kind_subject_id_uq")),
    )
    op.create_index("documents_to_print", "documents", ["id"], postgresql_where=sa.text("pdf IS NULL"))
    op.create_index("documents_by_member", "documents", ["member_id", "made_on"])
    # A printed page is already as small as it gets.
    op.execute("ALTER TABLE documents ALTER COLUMN pdf SET STORAGE EXTERNAL")
    grant(op, "SELECT, INSERT, UPDATE (pdf, digest)", "documents")
