"""What can go wrong at a start is told, and nothing is left behind."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from chassis.testing import eventually
from local_platform.ports import free_port
from local_platform.processes import Child, NotReadyError, base_environment
from local_platform.temporary import make_folder


@pytest.fixture
def folder(servers) -> Path:
    path = servers.folder / f"start-{free_port()}"
    path.mkdir()
    path.chmod(0o711)
    return path


def _up(folder: Path, **more: str) -> subprocess.Popen:
    environment = base_environment(PARAVENT_RUN=str(folder), PARAVENT_PORT_BASE="free", **more)
    return subprocess.Popen(
        [sys.executable, "-m", "local_platform", "up"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def test_a_taken_port_is_named_and_nothing_starts(folder):
    with socket.create_server(("127.0.0.1", 0)) as stranger:
        port = stranger.getsockname()[1]
        process = _up(folder, PARAVENT_PORT_SMTP=str(port))
        told, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    assert f"ports in use: smtp {port}" in told
    assert list((folder / "pids").glob("*.pid")) == []


def test_an_interrupted_first_start_leaves_no_process(folder):
    process = _up(folder)
    eventually(lambda: len(list((folder / "pids").glob("*.pid"))) >= 4, within=30)
    started = [int(path.read_text() or 0) for path in (folder / "pids").glob("*.pid")]
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    assert process.returncode == 0
    assert [pid for pid in started if pid and psutil.pid_exists(pid)] == []


def test_a_killed_supervisor_takes_its_servers_along(folder):
    process = _up(folder)
    eventually(lambda: len(list((folder / "pids").glob("*.pid"))) >= 5, within=30)
    started = [int(path.read_text() or 0) for path in (folder / "pids").glob("*.pid")]
    process.kill()
    process.communicate(timeout=60)
    eventually(lambda: not [pid for pid in started if pid and psutil.pid_exists(pid)], within=30)


def test_a_child_dies_with_its_parent(tmp_path):
    code = (
        "import sys, time; from pathlib import Path; from local_platform.processes import Child, base_environment; "
        "child = Child.start('sleeper', ['sleep', '600'], log=Path(sys.argv[1]), env=base_environment()); "
        "print(child.pid, flush=True); time.sleep(600)"
    )
    parent = subprocess.Popen([sys.executable, "-c", code, str(tmp_path / "log")], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    assert psutil.pid_exists(child)
    parent.kill()
    parent.communicate()
    eventually(lambda: has_ended(child))


def has_ended(pid: int) -> bool:
    """Gone, or dead and waiting for whoever adopted it to take note."""
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def test_a_folder_of_a_dead_process_is_removed_by_the_next():
    gone = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, text=True)
    left = make_folder("test", int(gone.stdout))
    mine = make_folder("test", os.getpid())
    assert not left.exists()
    assert mine.exists()
    mine.rmdir()


def test_a_child_that_ends_at_once_is_told_with_its_log(tmp_path):
    command = [sys.executable, "-c", "raise SystemExit('no such luck')"]
    child = Child.start("unlucky", command, log=tmp_path / "log", env=base_environment())
    with pytest.raises(NotReadyError, match="no such luck"):
        child.wait_ready(lambda: False)
