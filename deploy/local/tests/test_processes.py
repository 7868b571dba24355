"""Children: whom they run as, when they end, and that starting one never goes through a fork of this process."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest

from local_platform import accounts
from local_platform.processes import Child, NotReadyError, base_environment

_FORKS = """
import os, sys
os.register_at_fork(before=lambda: os.write(1, b"forked"))
from pathlib import Path
from local_platform import accounts
from local_platform.processes import Child, base_environment
account = accounts.of_service("test")
child = Child.start("sleep", ["true"], log=Path(sys.argv[1]), env=base_environment(), account=account)
sys.exit(child.process.wait())
"""


@pytest.fixture
def sleeping(tmp_path: Path):
    child = Child.start(
        "sleep", ["sleep", "60"], log=tmp_path / "log", env=base_environment(), account=accounts.of_service("test")
    )
    yield child
    child.kill()


def test_a_child_is_its_command_as_its_account_in_a_group_of_its_own(sleeping):
    process = psutil.Process(sleeping.pid)
    sleeping.wait_ready(lambda: process.name() == "sleep", within=5)
    assert os.getpgid(sleeping.pid) == sleeping.pid
    if accounts.is_root():
        assert process.username() == "paravent-test"
        assert process.gids().real == accounts.of_service("test").gid


def test_a_child_ends_with_the_thread_that_started_it(tmp_path):
    started = []
    thread = threading.Thread(
        target=lambda: (
            started.append(Child.start("sleep", ["sleep", "60"], log=tmp_path / "log", env=base_environment()))
            or time.sleep(1)
        )
    )
    thread.start()
    thread.join()
    assert started[0].process.wait(timeout=5) == -signal.SIGTERM
    started[0].kill()


def test_a_command_that_does_not_exist_is_said_with_the_log(tmp_path):
    child = Child.start("nothing", ["no-such-command"], log=tmp_path / "log", env=base_environment())
    with pytest.raises(NotReadyError, match="no-such-command"):
        child.wait_ready(lambda: False, within=5)


def test_starting_a_child_does_not_fork_this_process(tmp_path):
    """gRPC's threads do not survive a fork: the copy aborts before exec, and a server "ends with status -6"."""
    command = [sys.executable, "-c", _FORKS, str(tmp_path / "log")]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=30)
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")
