"""Reading the last request: a multipart body, parsed as it comes. Files are sealed on the way and never touch a disk.

Starlette's own form parser would spool them, in clear, to a temporary file.
"""

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from anyio import to_thread
from fastapi import HTTPException, Request
from python_multipart.multipart import MultipartParser, parse_options_header

from chassis.blobs import BlobStore
from chassis.web import Form
from intake.usecases.files import SealingFile, UploadFailed
from paravent.intake.v1.content_pb2 import SealedFile

_MEGABYTE = 1024 * 1024
# All fields together, the sealed state included; and how many parts a body may have.
_LARGEST_FIELDS = _MEGABYTE
_MOST_PARTS = 200
_LONGEST_NAME = 120
FIELD = "fichiers"


@dataclass(frozen=True, slots=True)
class Limits:
    """Bytes for one file and for all of a request's; how many files a report may have."""

    file: int
    request: int
    files: int


@dataclass
class Received:
    """What came: the fields, the files that are now sealed in the store, and why others were left out."""

    form: Form
    files: list[SealedFile] = field(default_factory=list, repr=False)
    errors: list[str] = field(default_factory=list)


@dataclass
class _Part:
    headers: dict[str, bytes] = field(default_factory=dict, repr=False)
    name: str = ""
    filename: str | None = None
    value: bytearray = field(default_factory=bytearray, repr=False)
    sealing: SealingFile | None = None
    refused: bool = False


async def receive(request: Request, blobs: BlobStore, limits: Limits) -> Received:
    """Read the whole body. Raises 400 for what is not a form of ours, 413 far over the limits."""
    reader = _Reader(_boundary(request), blobs, limits)
    try:
        async for chunk in request.stream():
            await reader.feed(chunk)
        return await reader.end()
    except BaseException:
        await reader.abandon()
        raise


def _boundary(request: Request) -> bytes:
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    if kind != b"multipart/form-data" or b"boundary" not in options:
        raise HTTPException(400)
    return options[b"boundary"]


class _Reader:
    """Turns the parser's callbacks into parts, and parts into fields and sealed files."""

    def __init__(self, boundary: bytes, blobs: BlobStore, limits: Limits) -> None:
        self._blobs = blobs
        self._limits = limits
        self._pending: list[tuple[str, bytes]] = []
        self._parser = MultipartParser(boundary, self._callbacks())
        self._part = _Part()
        self._header = [b"", b""]
        self._pairs: list[tuple[str, str]] = []
        self._received = Received(Form([]))
        self._parts = 0
        self._field_bytes = 0
        self._file_bytes = 0

    def _callbacks(self) -> Any:
        def note(kind: str) -> Callable[..., None]:
            return lambda data=b"", start=0, end=0: self._pending.append((kind, data[start:end]))

        names = (
            "part_begin",
            "part_data",
            "part_end",
            "header_field",
            "header_value",
            "header_end",
            "headers_finished",
        )
        return {f"on_{name}": note(name) for name in names}

    async def feed(self, chunk: bytes) -> None:
        """Parse one chunk of the body and do what it asks for."""
        try:
            self._parser.write(chunk)
        except ValueError:
            raise HTTPException(400) from None
        pending, self._pending = self._pending, []
        for kind, data in pending:
            await self._handle(kind, data)

    async def end(self) -> Received:
        try:
            self._parser.finalize()
        except ValueError:
            raise HTTPException(400) from None
        self._received.form = Form(self._pairs)
        return self._received

    async def abandon(self) -> None:
        """The request is given up: so is the file in hand."""
        sealing, self._part.sealing = self._part.sealing, None
        if sealing is not None:
            await to_thread.run_sync(sealing.abandon)

    async def _handle(self, kind: str, data: bytes) -> None:
        if kind == "part_data":
            await self._data(data)
        elif kind == "part_end":
            await self._end_part()
        elif kind == "part_begin":
            self._begin_part()
        elif kind == "header_field":
            self._header[0] += data
        elif kind == "header_value":
            self._header[1] += data
        elif kind == "header_end":
            name, value = self._header
            self._part.headers[name.decode("latin-1").lower()] = value
            self._header = [b"", b""]
        else:
            self._name_part()

    def _begin_part(self) -> None:
        self._parts += 1
        if self._parts > _MOST_PARTS:
            raise HTTPException(400)
        self._part = _Part()

    def _name_part(self) -> None:
        _, options = parse_options_header(self._part.headers.get("content-disposition", b""))
        self._part.name = options.get(b"name", b"").decode("utf-8", "replace")
        if b"filename" in options:
            self._part.filename = options[b"filename"].decode("utf-8", "replace")

    async def _data(self, data: bytes) -> None:
        part = self._part
        if part.filename is None:
            self._field_bytes += len(data)
            if self._field_bytes > _LARGEST_FIELDS:
                raise HTTPException(413)
            part.value += data
            return
        self._file_bytes += len(data)
        if self._file_bytes > 3 * self._limits.request:
            raise HTTPException(413)  # politely reading on has an end
        if not part.refused and data:
            await self._seal(part, data)

    async def _seal(self, part: _Part, data: bytes) -> None:
        refusal = self._refusal(part, data)
        if refusal:
            part.refused = True
            self._received.errors.append(refusal)
            await self.abandon()
            return
        if part.sealing is None:
            media_type = part.headers.get("content-type", b"").decode("latin-1")
            part.sealing = SealingFile(self._blobs, clean_name(part.filename or ""), clean_type(media_type))
        await part.sealing.put(data, to_thread.run_sync)

    def _refusal(self, part: _Part, data: bytes) -> str:
        name = clean_name(part.filename or "")
        if part.name != FIELD:
            return "Ce fichier n’a pas été reconnu."
        if len(self._received.files) >= self._limits.files:
            return f"« {name} » n’a pas été joint : {self._limits.files} fichiers au plus."
        size = (part.sealing.size if part.sealing else 0) + len(data)
        if size > self._limits.file:
            return f"« {name} » n’a pas été joint : il dépasse {self._limits.file // _MEGABYTE} Mo."
        if self._file_bytes > self._limits.request:
            total = self._limits.request // _MEGABYTE
            return f"« {name} » n’a pas été joint : l’ensemble dépasse {total} Mo. Vous pourrez l’ajouter ensuite."
        return ""

    async def _end_part(self) -> None:
        part = self._part
        if part.filename is None:
            self._pairs.append((part.name, part.value.decode("utf-8", "replace")))
        elif part.sealing is not None:
            await self._keep(part, part.sealing)
        elif part.filename and not part.refused:
            self._received.errors.append(f"« {clean_name(part.filename)} » est vide : il n’a pas été joint.")

    async def _keep(self, part: _Part, sealing: SealingFile) -> None:
        try:
            self._received.files.append(await to_thread.run_sync(sealing.finish))
        except UploadFailed:
            name = clean_name(part.filename or "")
            self._received.errors.append(f"« {name} » n’a pas pu être enregistré. Vous pouvez le joindre à nouveau.")
        part.sealing = None


def clean_name(name: str) -> str:
    """A file's own name, without folders or control characters; its ending survives when it is cut."""
    bare = re.sub(r"[\x00-\x1f\x7f<>|:*?\"]", "", re.split(r"[/\\]", name)[-1]).strip(". ")
    if len(bare) > _LONGEST_NAME:
        stem, dot, ending = bare.rpartition(".")
        ending = ending[:10] if dot else ""
        bare = f"{(stem or bare)[: _LONGEST_NAME - len(ending) - 1]}.{ending}".rstrip(".")
    return bare or f"fichier-{secrets.token_hex(2)}"


def clean_type(media_type: str) -> str:
    """The media type as declared, when it looks like one."""
    kind = media_type.partition(";")[0].strip().lower()
    return kind if re.fullmatch(r"[a-z0-9.+-]{1,60}/[a-z0-9.+-]{1,60}", kind) else "application/octet-stream"
