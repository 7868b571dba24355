"""`python -m local_platform up [--detach] | down | status | run <process> [words]`."""

import argparse
import os
import signal
import subprocess
import sys
import time

from local_platform import errands
from local_platform.layout import Layout
from local_platform.processes import NotReadyError
from local_platform.servers.postgres import MissingServerError
from local_platform.status import print_status, running_supervisor
from local_platform.up import AlreadyRunningError, Platform, PortsTakenError, progress
from local_platform.welcome import print_welcome

_STOP_WITHIN = 90


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m local_platform", description="Paravent on one machine.")
    commands = parser.add_subparsers(dest="command", required=True)
    up = commands.add_parser("up", help="start everything and stay until Ctrl-C")
    up.add_argument("--detach", action="store_true", help="return once everything is ready")
    commands.add_parser("down", help="stop everything; data stays")
    commands.add_parser("status", help="what runs, where, and how much memory it takes")
    run = commands.add_parser("run", help="a command in a process's place: run casework.opener retry")
    run.add_argument("process")
    run.add_argument("words", nargs=argparse.REMAINDER)
    words = parser.parse_args()
    layout = Layout.from_environment()
    if words.command == "up":
        return _up_detached(layout) if words.detach else _up(layout)
    if words.command == "run":
        return _run(layout, words.process, words.words)
    return _down(layout) if words.command == "down" else print_status(layout)


def _up(layout: Layout) -> int:
    try:
        Platform(layout, progress()).run(print_welcome)
    except AlreadyRunningError:
        sys.stdout.write("Paravent is already running.\n")
        return print_status(layout)
    except (NotReadyError, MissingServerError, PortsTakenError) as error:
        sys.stderr.write(f"\nParavent could not start. {error}\n")
        return 1
    return 0


def _run(layout: Layout, process: str, words: list[str]) -> int:
    try:
        return errands.run(layout, process, words).returncode
    except errands.UnknownProcessError as error:
        sys.stderr.write(f"{error}\n")
        return 2


def _up_detached(layout: Layout) -> int:
    """Start the supervisor in a session of its own, show what it says until it is ready."""
    if running_supervisor(layout):
        return _up(layout)
    log = layout.log("platform")
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "local_platform", "up"],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    with log.open() as text:
        while process.poll() is None and not layout.state_file.exists():
            sys.stdout.write(text.read())
            time.sleep(0.1)
        time.sleep(0.2)
        sys.stdout.write(text.read())
    return process.poll() or 0


def _down(layout: Layout) -> int:
    pid = running_supervisor(layout)
    if pid is None:
        sys.stdout.write("Paravent is not running.\n")
        return 0
    os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + _STOP_WITHIN
    while running_supervisor(layout) == pid:
        if time.monotonic() > deadline:
            os.kill(pid, signal.SIGKILL)  # its children are told by the kernel and stop by themselves
            break
        time.sleep(0.1)
    sys.stdout.write("Paravent has stopped. Its data stays in .run/ (remove the folder to begin anew).\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
