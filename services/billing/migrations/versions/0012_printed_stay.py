"""A printed document stays as it was printed: who got it has the same pages.

Revision ID: 0012
"""

from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.execute(
        "CREATE FUNCTION documents_stay() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'a printed document does not change'; END $$"
    )
    op.execute(
        "CREATE TRIGGER documents_stay BEFORE UPDATE ON documents FOR EACH ROW "
        "WHEN (OLD.pdf IS NOT NULL) EXECUTE FUNCTION documents_stay()"
    )
