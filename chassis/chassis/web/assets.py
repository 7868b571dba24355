"""Static files: read once, served from memory under a name that holds their hash, so that browsers may keep them."""

import hashlib
import mimetypes
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from fastapi import HTTPException, Response

THEME = Path(__file__).parent / "static"
FOREVER = "public, max-age=31536000, immutable"


class Asset(NamedTuple):
    content: bytes
    media_type: str


class Assets:
    """The files of some folders; a later folder's file replaces an earlier one's of the same name."""

    def __init__(self, folders: Iterable[Path]) -> None:
        self._address: dict[str, str] = {}
        self._files: dict[str, Asset] = {}
        for folder in folders:
            for path in sorted(p for p in folder.rglob("*") if p.is_file()):
                self._add(path.relative_to(folder).as_posix(), path)

    def address(self, name: str) -> str:
        """The path under which a file is served. Raises KeyError for a file that does not exist."""
        return self._address[name]

    def answer(self, name: str) -> Response:
        """Serve a file by its hashed name; 404 for any other."""
        asset = self._files.get(name)
        if asset is None:
            raise HTTPException(404)
        return Response(asset.content, media_type=asset.media_type, headers={"cache-control": FOREVER})

    def _add(self, name: str, path: Path) -> None:
        content = path.read_bytes()
        stem, dot, extension = name.rpartition(".")
        hashed = f"{stem}.{hashlib.sha256(content).hexdigest()[:12]}{dot}{extension}"
        self._address[name] = f"/static/{hashed}"
        self._files[hashed] = Asset(content, mimetypes.guess_type(name)[0] or "application/octet-stream")
