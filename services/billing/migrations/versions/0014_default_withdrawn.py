"""A default that was recorded by mistake is withdrawn: a step like the others.

Revision ID: 0014
"""

from alembic import op

revision = "0014"
down_revision = "0013"

_TABLE = "convention_steps"
_NAME = "convention_steps_kind_known"


def upgrade() -> None:
    op.drop_constraint(op.f(_NAME), _TABLE)
    op.create_check_constraint(
        op.f(_NAME),
        _TABLE,
        "kind IN ('cdg_signed', 'provider_signed', 'amended', 'notice_given', 'notice_withdrawn', 'defaulted',"
        " 'default_withdrawn', 'roles_set')",
    )
