"""Parked events, for the person on duty: `python -m chassis.bus.cli parked list|show|replay|purge SERVICE`.

The broker's address is the service's own (`CASEWORK_AMQP_URL`, or the file `casework_amqp_url` in the folder that
PARAVENT_SECRETS names). Headers are shown, never a body.
"""

import argparse
import json
import os
import sys
from dataclasses import asdict
from pathlib import Path

from chassis.bus.parked import Match, Parked, ParkedQueue
from chassis.settings import SettingsError

_COLUMNS = "{:<36}  {:<44}  {:<16}  {:>8}  {}\n"


def main(arguments: list[str] | None = None) -> int:
    """Answers the exit status: 0, 1 when nothing matched, 2 for a fault in the call."""
    options = _parser().parse_args(arguments)
    try:
        queue = ParkedQueue(_amqp_url(options.service), options.service)
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    if options.command == "list":
        return _list(queue)
    if options.command == "show":
        return _show(queue, _match(options))
    return _change(queue, options)


def _list(queue: ParkedQueue) -> int:
    parked = queue.list()
    if parked:
        sys.stdout.write(_COLUMNS.format("key", "type", "reason", "attempts", "error"))
    for message in parked:
        line = (message.key, message.event_type, message.reason, message.attempts, message.error)
        sys.stdout.write(_COLUMNS.format(*line))
    sys.stdout.write(f"{len(parked)} parked\n")
    return 0


def _show(queue: ParkedQueue, match: Match) -> int:
    found = [message for message in queue.list() if match(message)]
    for message in found:
        sys.stdout.write(json.dumps(asdict(message), indent=2) + "\n")
    return 0 if found else 1


def _change(queue: ParkedQueue, options: argparse.Namespace) -> int:
    if not (options.keys or options.all or options.reason or options.type):
        sys.stderr.write("name keys, or --all, --reason, --type\n")
        return 2
    if options.command == "purge" and not options.yes:
        sys.stderr.write("purging loses events for good: say --yes\n")
        return 2
    work = queue.replay if options.command == "replay" else queue.purge
    count = work(_match(options))
    sys.stdout.write(f"{count} {'replayed' if options.command == 'replay' else 'purged'}\n")
    return 0 if count else 1


def _match(options: argparse.Namespace) -> Match:
    def match(message: Parked) -> bool:
        return (
            (not options.keys or message.key in options.keys)
            and (options.reason is None or message.reason == options.reason)
            and (options.type is None or message.event_type == options.type)
        )

    return match


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m chassis.bus.cli", description="Parked events of a service.")
    areas = parser.add_subparsers(dest="area", required=True)
    commands = areas.add_parser("parked").add_subparsers(dest="command", required=True)
    for name, does in (
        ("list", "one line for each"),
        ("show", "the headers of some"),
        ("replay", "give them back to their queues, as if they had never failed"),
        ("purge", "delete them"),
    ):
        command = commands.add_parser(name, help=does)
        command.add_argument("service")
        if name != "list":
            command.add_argument("keys", nargs="*")
            command.add_argument("--reason")
            command.add_argument("--type")
            command.add_argument("--all", action="store_true")
        if name == "purge":
            command.add_argument("--yes", action="store_true")
    return parser


def _amqp_url(service: str) -> str:
    prefix = service.replace("-", "_")
    variable = f"{prefix.upper()}_AMQP_URL"
    if variable in os.environ:
        return os.environ[variable]
    file = Path(os.environ.get("PARAVENT_SECRETS", "")) / variable.lower()
    try:
        return file.read_text().strip()
    except OSError:
        raise SettingsError(f"{variable} is not set, and there is no file of that name") from None


if __name__ == "__main__":
    sys.exit(main())
