"""What a process loads: the rules that import-linter cannot see at run time."""

import subprocess
import sys
from pathlib import Path

import pytest

SERVICES = Path(__file__).parents[2] / "services"
WORKERS = sorted(path.parts[-3] for path in SERVICES.glob("*/*/entrypoints/events.py"))


def loaded(code: str) -> set[str]:
    """Names of the modules that a fresh process holds after `code`."""
    command = [sys.executable, "-W", "ignore", "-c", f"import sys\n{code}\nprint('\\n'.join(sys.modules))"]
    return set(subprocess.run(command, check=True, capture_output=True, text=True).stdout.split())


@pytest.mark.parametrize("service", WORKERS)
def test_a_worker_loads_neither_grpc_nor_stubs(service):
    modules = loaded(f"import {service}.entrypoints.events, chassis.bus.process")

    assert "nameko" in modules
    assert not {"grpc", "paravent_rpc"} & modules


@pytest.mark.parametrize("module", ["chassis.rpc", "chassis.relay", "chassis.web"])
def test_a_plain_process_loads_neither_nameko_nor_eventlet(module):
    assert not {"nameko", "eventlet"} & loaded(f"import {module}")
