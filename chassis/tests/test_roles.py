"""One process kind, one role: what starts, what does not, and what an error tells."""

import subprocess
import sys

import pytest

from chassis.roles import Roles
from chassis.settings import SettingsError


@pytest.fixture
def roles() -> Roles:
    declared = Roles("casework")

    @declared.role("web")
    def web(arguments: list[str]) -> int:
        return len(arguments)

    @declared.role("migrate")
    def migrate(_arguments: list[str]) -> None:
        raise SettingsError("settings: CASEWORK_OWNER_URL: Field required")

    @declared.role("worker")
    def worker(_arguments: list[str]) -> None:
        raise ValueError("Canari")

    return declared


def test_a_role_gets_the_other_arguments_and_gives_the_exit_status(roles):
    assert roles.main(["web"]) == 0
    assert roles.main(["web", "a", "b"]) == 2


@pytest.mark.parametrize("words", [[], ["wbe"]])
def test_an_unknown_role_tells_what_there_is(roles, words, capsys):
    assert roles.main(words) == 2
    assert capsys.readouterr().err == "usage: python -m casework {migrate,web,worker}\n"


def test_a_missing_setting_is_told_without_a_traceback(roles, capsys):
    assert roles.main(["migrate"]) == 2
    assert capsys.readouterr().err == "casework migrate: settings: CASEWORK_OWNER_URL: Field required\n"


def test_an_unforeseen_error_is_told_by_its_type(roles, capsys):
    assert roles.main(["worker"]) == 1
    captured = capsys.readouterr()
    assert captured.err == ""
    assert '"error": "ValueError"' in captured.out
    assert "Canari" not in captured.out


def test_a_role_is_declared_once(roles):
    with pytest.raises(ValueError, match="twice"):
        roles.role("web")(lambda _: None)


PROGRAM = """
import sys
from chassis.roles import Roles
roles = Roles("casework")

@roles.role("{role}", eventlet={eventlet}, private={private})
def run(_arguments):
    import os, resource, socket
    from chassis.memory import is_private
    patched = socket.socket.__module__.startswith("eventlet")
    print(patched, os.environ.get("PSYCOPG_WAIT_FUNC"), resource.getrlimit(resource.RLIMIT_CORE), is_private())

roles.main(["{role}"])
"""


@pytest.mark.parametrize(
    ("role", "eventlet", "private", "told"),
    [
        ("worker", True, False, "True wait_selector (0, 0) False"),
        ("sealer", False, True, "False None (0, 0) True"),
    ],
)
def test_only_an_eventlet_role_is_patched_only_a_private_one_is_closed_and_none_leaves_a_core(
    role, eventlet, private, told
):
    program = PROGRAM.format(role=role, eventlet=eventlet, private=private)
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == told
