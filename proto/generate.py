"""Generate the Python of every contract: messages in `paravent`, gRPC stubs in `paravent_rpc`.

The stubs stand in a package of their own, so that no process that loads nameko can load them by accident (design, 11).
"""

import shutil
import sys
import tempfile
from pathlib import Path

from grpc_tools import protoc

HERE = Path(__file__).parent
GENERATED = HERE / "gen"


def main() -> int:
    sources = sorted(str(path.relative_to(HERE)) for path in (HERE / "paravent").rglob("*.proto"))
    include = Path(protoc.__file__).parent / "_proto"
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder)
        arguments = ["protoc", f"-I{HERE}", f"-I{include}", f"--python_out={out}", f"--pyi_out={out}"]
        status = protoc.main([*arguments, f"--grpc_python_out={out}", *sources])
        if status:
            return int(status)
        _lay_out(out)
    return 0


def _lay_out(out: Path) -> None:
    for package in ("paravent", "paravent_rpc"):
        shutil.rmtree(GENERATED / package, ignore_errors=True)
    for path in sorted(out.rglob("*.py*")):
        inner = path.relative_to(out / "paravent")
        package = "paravent_rpc" if path.name.endswith("_pb2_grpc.py") else "paravent"
        if package == "paravent_rpc" and "add_" not in path.read_text():
            continue  # no gRPC service in this contract
        target = GENERATED / package / inner
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)
    for package in ("paravent", "paravent_rpc"):
        for folder in {GENERATED / package, *(GENERATED / package).rglob("*/")}:
            if folder.name != "__pycache__":
                (folder / "__init__.py").touch()
        (GENERATED / package / "py.typed").touch()


if __name__ == "__main__":
    sys.exit(main())
