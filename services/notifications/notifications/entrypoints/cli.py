"""Commands of an operator: who may read a feed, and where events are pushed.

python -m notifications tokens issue <cdg> <name> [--until 2027-12-31] | list | revoke <id>
python -m notifications webhooks add <cdg> <url> [type...] | list | stop <id> | parked | retry <id>
"""

import argparse
import uuid
from collections.abc import Iterable
from datetime import date

from chassis.db import UnitOfWork
from chassis.sealing.fields import FieldCipher
from notifications.domain.webhooks import BadEndpoint
from notifications.store.transaction import Transaction
from notifications.usecases import pushing


def tokens(uow: UnitOfWork[Transaction], words: list[str]) -> int:
    """Issue, list or revoke tokens; answer the exit status."""
    parser = argparse.ArgumentParser("notifications tokens")
    acts = parser.add_subparsers(dest="act", required=True)
    issue = acts.add_parser("issue", help="a new token, shown once")
    issue.add_argument("cdg", type=uuid.UUID)
    issue.add_argument("name", help="of the system that will hold it")
    issue.add_argument("--until", type=date.fromisoformat, help="first day on which it no longer works")
    acts.add_parser("list")
    acts.add_parser("revoke").add_argument("id", type=uuid.UUID)
    said = parser.parse_args(words)
    with uow(f"tokens_{said.act}") as tx:
        if said.act == "issue":
            return _tell([tx.feed_tokens.issue(str(said.cdg), said.name, said.until)])
        if said.act == "revoke":
            return 0 if tx.feed_tokens.revoke(said.id) else _tell(["no such token"], 1)
        rows = tx.feed_tokens.list()
    lines = [(t.id, t.cdg_id, t.name, t.created_on, t.expires_on, t.last_used_on, t.revoked_on) for t in rows]
    return _tell(_table(("id", "cdg", "name", "created", "until", "used", "revoked"), lines))


def webhooks(uow: UnitOfWork[Transaction], cipher: FieldCipher, words: list[str], *, allow_http: bool) -> int:
    """Add, list or stop endpoints, show or retry what is parked; answer the exit status."""
    parser = argparse.ArgumentParser("notifications webhooks")
    acts = parser.add_subparsers(dest="act", required=True)
    add = acts.add_parser("add", help="a new endpoint; its secret is shown once")
    add.add_argument("cdg", type=uuid.UUID)
    add.add_argument("url")
    add.add_argument("types", nargs="*", help="none: all")
    for act in ("list", "parked"):
        acts.add_parser(act)
    for act in ("stop", "retry"):
        acts.add_parser(act).add_argument("id", type=uuid.UUID)
    said = parser.parse_args(words)
    with uow(f"webhooks_{said.act}") as tx:
        if said.act == "add":
            try:
                made, secret = pushing.register(tx, cipher, str(said.cdg), said.url, said.types, allow_http=allow_http)
            except BadEndpoint as error:
                return _tell([str(error)], 1)
            return _tell([f"{made.id}\t{secret}"])
        if said.act == "stop":
            return 0 if tx.webhooks.stop(said.id) else _tell(["no such endpoint"], 1)
        if said.act == "retry":
            return _tell([f"{tx.webhooks.retry(said.id)} to send again"])
        if said.act == "parked":
            return _tell(_table(("endpoint", "url", "event", "type", "attempts", "code", "day"), tx.webhooks.parked()))
        found = tx.webhooks.list()
    lines = [(e.id, e.cdg_id, e.url, " ".join(e.types) or "*", "stopped" if e.stopped else "") for e in found]
    return _tell(_table(("id", "cdg", "url", "types", "state"), lines))


def _table(heads: tuple[str, ...], rows: Iterable[Iterable[object]]) -> list[str]:
    return ["\t".join("" if value is None else str(value) for value in row) for row in (heads, *rows)]


def _tell(lines: list[str], status: int = 0) -> int:
    for line in lines:
        print(line)  # noqa: T201 (this is what the command is for)
    return status
