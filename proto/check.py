"""Check the contracts: style, generated code up to date, and nothing broken since a base commit.

FILE for what is served over gRPC (a moved file breaks its callers), WIRE_JSON for events (only the bytes travel).
"""

import filecmp
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
BUF = Path(sys.executable).with_name("buf")
SERVED = "paravent/identity_vault/v1/sealing.proto"


def main() -> int:
    """Exit status 0 when all holds; the base is PROTO_BASE (default: origin/main, else main)."""
    faults = [name for name, check in CHECKS if not check()]
    for name in faults:
        sys.stderr.write(f"proto: {name} failed\n")
    print(f"proto: {len(CHECKS) - len(faults)} passed, {len(faults)} failed")
    return 1 if faults else 0


def _lint() -> bool:
    return subprocess.run([BUF, "lint"], cwd=HERE, check=False).returncode == 0


def _generated_is_current() -> bool:
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "proto"
        shutil.copytree(HERE, copy, ignore=shutil.ignore_patterns("__pycache__"))
        subprocess.run([sys.executable, copy / "generate.py"], check=True)
        return _same(HERE / "gen", copy / "gen")


def _same(left: Path, right: Path) -> bool:
    compared = filecmp.dircmp(left, right, ignore=["__pycache__"])
    if compared.left_only or compared.right_only or compared.diff_files:
        sys.stderr.write(f"proto: run `make proto`: {left.name} differs from its contract\n")
        return False
    return all(_same(left / name, right / name) for name in compared.common_dirs)


def _unbroken() -> bool:
    base = os.environ.get("PROTO_BASE") or next((b for b in ("origin/main", "main") if _commit(b)), None)
    if base is None or not _has_contracts(base):
        print("proto: no earlier contract to compare with")
        return True
    return _breaking(base, "FILE", [SERVED]) and _breaking(base, "WIRE_JSON", [])


def _breaking(base: str, rules: str, paths: list[str]) -> bool:
    config = f'{{"version":"v2","breaking":{{"use":["{rules}"]}}}}'
    with tempfile.TemporaryDirectory() as folder:
        old, new = Path(folder) / "old", Path(folder) / "new"
        _export(["git", "archive", base, "paravent"], old)
        _export(["tar", "-c", "paravent"], new)
        images = [str(_image(tree, paths)) for tree in (new, old)]
        command = [BUF, "breaking", images[0], "--config", config, "--against", images[1], "--against-config", config]
        return subprocess.run(command, cwd=folder, check=False).returncode == 0


def _image(tree: Path, paths: list[str]) -> Path:
    target = tree.with_suffix(".binpb")
    only = [word for path in paths for word in ("--path", path)]
    subprocess.run([BUF, "build", "-o", target, *only], cwd=tree, check=True)
    return target


def _export(archiver: list[str], target: Path) -> None:
    target.mkdir()
    archive = subprocess.run(archiver, cwd=HERE, check=True, capture_output=True).stdout
    subprocess.run(["tar", "-x", "-C", target], input=archive, check=True)


def _commit(name: str) -> bool:
    command = ["git", "rev-parse", "--verify", "--quiet", f"{name}^{{commit}}"]
    return subprocess.run(command, cwd=HERE, check=False, capture_output=True).returncode == 0


def _has_contracts(base: str) -> bool:
    command = ["git", "cat-file", "-e", f"{base}:proto/buf.yaml"]
    return subprocess.run(command, cwd=HERE, check=False, capture_output=True).returncode == 0


CHECKS = [("buf lint", _lint), ("generated code", _generated_is_current), ("buf breaking", _unbroken)]

if __name__ == "__main__":
    sys.exit(main())
