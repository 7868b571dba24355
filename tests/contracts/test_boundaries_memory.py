"""Memory: what holds keys or what reporters write cannot be looked into, not even by its own unix account."""

import importlib
import os
import subprocess
from pathlib import Path

import psutil
import pytest

from tests.contracts.acting import actors

VAULT = ("sealer", "verifier", "discloser", "linker", "courier", "eraser")
PRIVATE = (
    "casework.opener",
    "casework.web",
    "intake.web",
    "billing.web",
    "notifications.pusher",
    *(f"identity-vault.{role}" for role in VAULT),
)
# Where a process's memory, what it was told at its start and its open files can be looked at.
LOOKS = {
    "memory": "exec 3</proc/{pid}/mem",
    "map of memory": "cat /proc/{pid}/maps",
    "environment": "cat /proc/{pid}/environ",
    "open files": "ls /proc/{pid}/fd",
}


def look(demo, manifest, process: str, pid: int) -> set[str]:
    """What another process of the same unix account can see of this one."""
    account = next(spec.account for spec in manifest.processes if spec.name == process)
    if demo.state["separate_accounts"]:
        run = next(actor for actor in actors(manifest) if actor.name == account).run
    else:
        run = _run_as_we_are
    return {what for what, script in LOOKS.items() if run(script.format(pid=pid)).returncode == 0}


def _run_as_we_are(script: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(["/bin/sh", "-c", script], capture_output=True, text=True, timeout=30)


def all_is_root(demo) -> bool:
    """Every process runs as root, who looks into everything: then only what a role asks for can be checked."""
    return os.geteuid() == 0 and not demo.state["separate_accounts"]


@pytest.mark.parametrize("process", PRIVATE)
def test_a_process_with_keys_cannot_be_looked_into_by_its_own_account(demo, manifest, process):
    spec = next(spec for spec in manifest.processes if spec.name == process)
    assert importlib.import_module(f"{spec.module}.__main__").roles.is_private(spec.role)
    if all_is_root(demo):
        return
    parent = psutil.Process(demo.pid(process))
    workers = [child for child in parent.children(recursive=True) if child.name().startswith("python")]
    for one in (parent, *workers):
        assert look(demo, manifest, process, one.pid) == set(), one


def test_another_process_can_so_the_look_is_one(demo, manifest):
    """Memory itself may be closed by the machine as well (Yama)."""
    seen = look(demo, manifest, "notifications.sender", demo.pid("notifications.sender"))
    assert {"environment", "open files"} <= seen


def test_no_process_leaves_a_core(demo):
    for process in demo.processes:
        limits = Path(f"/proc/{demo.pid(process)}/limits").read_text().splitlines()
        (core,) = (line.split() for line in limits if line.startswith("Max core file size"))
        assert core[4:6] == ["0", "0"], process


def test_the_platform_still_measures_the_memory_of_every_process(demo):
    measured = demo.memory()
    assert {name: measured.get(name, 0) > 5 * 2**20 for name in demo.processes} == dict.fromkeys(demo.processes, True)
