"""Small files that are whole or absent, whatever interrupts their writing."""

import os
from collections.abc import Callable
from pathlib import Path


def write_private(path: Path, content: bytes) -> None:
    """Write a file that only its owner may read (0600)."""
    draft = path.with_name(f"{path.name}.{os.getpid()}.new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as output:
        output.write(content)
    draft.replace(path)


def kept(path: Path, draw: Callable[[], str]) -> str:
    """The text of a private file; drawn and written the first time."""
    if not path.exists():
        write_private(path, draw().encode())
    return path.read_text()
