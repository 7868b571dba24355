"""One process kind, one role: `python -m <service> <role>`.

A role's function imports what it needs itself, so that a process loads only the rooms it works in: no grpc in a nameko
process, no private key in a web one. Roles marked `eventlet` are monkey-patched before anything else is imported;
those marked `private` hold keys or what reporters write: other processes of their account cannot look into them.
"""

import os
import resource
import sys
from collections.abc import Callable
from typing import NamedTuple

from chassis.memory import keep_private

Run = Callable[[list[str]], int | None]


class _Role(NamedTuple):
    run: Run
    eventlet: bool
    private: bool


class Roles:
    """The process kinds of one service."""

    def __init__(self, service: str) -> None:
        self.service = service
        self._roles: dict[str, _Role] = {}

    def role(self, name: str, *, eventlet: bool = False, private: bool = False) -> Callable[[Run], Run]:
        """Declare a role. Its function takes the remaining arguments and returns an exit status."""

        def declare(run: Run) -> Run:
            if name in self._roles:
                raise ValueError(f"role {name} of {self.service} is declared twice")
            self._roles[name] = _Role(run, eventlet, private)
            return run

        return declare

    def is_private(self, name: str) -> bool:
        """Is this role's memory closed to other processes of its account? Raises KeyError."""
        return self._roles[name].private

    def main(self, arguments: list[str] | None = None) -> int:
        """Run the role that the first argument names; answer its exit status."""
        words = sys.argv[1:] if arguments is None else arguments
        role = self._roles.get(words[0]) if words else None
        if role is None:
            sys.stderr.write(f"usage: python -m {self.service} {{{','.join(sorted(self._roles))}}}\n")
            return 2
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a core dump would hold what only memory may hold
        # structlog loads rich where it is installed, for colours that no line of ours has: 5 MB in each process.
        sys.modules.setdefault("rich", None)  # type: ignore[arg-type]
        if role.private:
            keep_private()
        if role.eventlet:
            _patch()
        from chassis.settings import SettingsError  # after patching: pydantic must not load before it

        try:
            return role.run(words[1:]) or 0
        except SettingsError as error:
            sys.stderr.write(f"{self.service} {words[0]}: {error}\n")
            return 2
        except Exception as error:
            from chassis import logs

            logs.get("process").critical("process.crashed", exc_info=error)  # a traceback would show its message
            return 1


def _patch() -> None:
    os.environ["PSYCOPG_WAIT_FUNC"] = "wait_selector"  # else psycopg blocks the whole hub
    import eventlet

    eventlet.monkey_patch()
