"""Temporary folders that a later run removes when the process that made them was killed."""

import shutil
import tempfile
from pathlib import Path

import psutil


def make_folder(kind: str, pid: int) -> Path:
    """A new folder that other accounts may walk through. Removes those of dead processes first."""
    _sweep()
    folder = Path(tempfile.mkdtemp(prefix=f"paravent-{kind}-{pid}-"))
    folder.chmod(0o711)
    return folder


def _sweep() -> None:
    for folder in Path(tempfile.gettempdir()).glob("paravent-*-*-*"):
        maker = folder.name.split("-")[2]
        if maker.isdigit() and not psutil.pid_exists(int(maker)):
            shutil.rmtree(folder, ignore_errors=True)
