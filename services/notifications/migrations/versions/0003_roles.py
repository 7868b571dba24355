"""The feed and the pusher work as roles of their own, which know no person; webhooks are the pusher's alone."""

from alembic import op

from chassis.migrations import grant

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    _web()
    _pusher()
    _service()


def _web() -> None:
    """Reads events with a token, and notes the day of its last use."""
    grant(op, "SELECT", "feeds", to="web")
    grant(op, "SELECT (cdg_id, position, type, body)", "public_events", to="web")
    grant(op, "SELECT, UPDATE (last_used_on)", "feed_tokens", to="web")


def _pusher() -> None:
    """Sends what is queued; the operator's commands on endpoints need the same key, and run in its place."""
    grant(op, "SELECT (id, position, type, body)", "public_events", to="pusher")
    grant(op, "SELECT, INSERT, UPDATE (stopped_on)", "webhook_endpoints", to="pusher")
    grant(op, "SELECT, UPDATE (status, attempts, due_at, code, day)", "webhook_deliveries", to="pusher")


def _service() -> None:
    """The worker queues, and sees of an endpoint whom it concerns; tokens are issued and revoked, not used."""
    bind, config = op.get_bind(), op.get_context().config
    assert config is not None
    role = bind.dialect.identifier_preparer.quote_identifier(str(config.attributes["app_role"]))
    for rights in (
        "UPDATE (last_used_on) ON feed_tokens",
        "SELECT, INSERT, UPDATE (stopped_on) ON webhook_endpoints",
        "SELECT, UPDATE (status, attempts, due_at, code, day) ON webhook_deliveries",
    ):
        op.execute(f"REVOKE {rights} FROM {role}")
    grant(op, "SELECT (id, cdg_id, types, stopped_on)", "webhook_endpoints")
