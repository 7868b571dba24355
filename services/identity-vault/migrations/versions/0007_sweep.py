"""The yearly sweep; operators' signatures about erasures; names to erase."""

import sqlalchemy as sa
from alembic import op

from chassis.migrations import grant

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

# Tables with one row for each frame or address: on disk they stand in the order in which they came, each with the
# transaction that wrote it. The first function gives all rows of a table one transaction; the second puts them in the
# order of their keys, which are keyed hashes. One table at a time, each in a transaction of its own: whoever holds one
# of these locks waits for no other.
_DATE_ROWS_ALIKE = """
CREATE FUNCTION date_rows_alike(which text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public SET lock_timeout = '4s' AS $$
DECLARE key text := CASE which
    WHEN 'record_keys' THEN 'path' WHEN 'registrations' THEN 'tag' WHEN 'links' THEN 'tag' WHEN 'contacts' THEN 'tag'
END;
BEGIN
    IF key IS NULL THEN RAISE EXCEPTION 'not a table of rows'; END IF;
    EXECUTE format('LOCK TABLE public.%I IN EXCLUSIVE MODE', which);
    EXECUTE format('UPDATE public.%I SET %I = %I', which, key, key);
END $$
"""
_PUT_ROWS_IN_ORDER = """
CREATE FUNCTION put_rows_in_order(which text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public SET lock_timeout = '4s' AS $$
BEGIN
    IF which NOT IN ('record_keys', 'registrations', 'links', 'contacts') THEN
        RAISE EXCEPTION 'not a table of rows';
    END IF;
    EXECUTE format('CLUSTER public.%I USING %I', which, which || '_pkey');
END $$
"""


def upgrade() -> None:
    _sweeps()
    _shuffling()
    _operators()
    _names()


def _sweeps() -> None:
    op.create_table(
        "sweeps",
        sa.Column("number", sa.Integer, primary_key=True, comment="1, 2..."),
        sa.Column("begun_on", sa.Date, nullable=False),
        sa.Column("finished_on", sa.Date),
        sa.CheckConstraint("number > 0", name="sweeps_number"),
    )
    swept = sa.Column(
        "swept", sa.Integer, nullable=False, server_default="0", comment="the last sweep that made the record anew"
    )
    op.add_column("record_keys", swept)
    grant(op, "SELECT, INSERT (number, begun_on), UPDATE (finished_on)", "sweeps", to="sweep")
    # Paths without keys. To lock a row, a role must be allowed to change something in it.
    grant(op, "SELECT (path, swept), UPDATE (swept)", "record_keys", to="sweep")


def _shuffling() -> None:
    """Functions that the sweep may call and no other role: it owns none of these tables."""
    op.execute(_DATE_ROWS_ALIKE)
    op.execute(_PUT_ROWS_IN_ORDER)
    config = op.get_context().config
    assert config is not None
    role = str(config.attributes["app_role"]).removesuffix("_app") + "_sweep"
    quoted = op.get_bind().dialect.identifier_preparer.quote_identifier(role)
    for function in ("date_rows_alike(text)", "put_rows_in_order(text)"):
        op.execute(f"REVOKE ALL ON FUNCTION {function} FROM PUBLIC")
        op.execute(f"GRANT EXECUTE ON FUNCTION {function} TO {quoted}")


def _operators() -> None:
    op.create_table(
        "erasure_signatures",
        sa.Column("action", sa.Text, primary_key=True, comment="what shall be done"),
        sa.Column("target", sa.Text, primary_key=True, comment="an order's tag, hexadecimal, or a day"),
        sa.Column("operator", sa.Text, primary_key=True, comment="by the name in the eraser's settings"),
        sa.Column("signed_on", sa.Date, nullable=False),
        sa.Column("signature", sa.LargeBinary, nullable=False, comment="Ed25519, over all of the above"),
        sa.Column("noted", sa.Boolean, nullable=False, server_default="false", comment="in the journal"),
        sa.CheckConstraint("action IN ('undo', 'confirm')", name="erasure_signatures_action"),
        sa.CheckConstraint("octet_length(signature) = 64", name="erasure_signatures_size"),
    )
    grant(op, "SELECT, INSERT (action, target, operator, signed_on, signature)", "erasure_signatures", to="operators")
    grant(op, "SELECT (order_tag, state, reason, asked_on, due_on, finished_on)", "erasures", to="operators")
    grant(op, "SELECT, UPDATE (noted), DELETE", "erasure_signatures", to="eraser")


def _names() -> None:
    op.create_table(
        "withdrawn_names",
        sa.Column("id", sa.LargeBinary, primary_key=True, comment="random"),
        sa.Column("sealed", sa.LargeBinary, nullable=False, comment="which records; under the verifier's data key"),
        sa.CheckConstraint("octet_length(id) = 16", name="withdrawn_names_id_size"),
    )
    grant(op, "SELECT, INSERT, DELETE", "withdrawn_names", to="verifier")
