"""Forms sent by a browser: read with limits, and never shown by accident."""

from collections.abc import Iterator
from urllib.parse import parse_qsl

from fastapi import HTTPException, Request

MAX_BYTES = 1024 * 1024
MAX_FIELDS = 1000


class Form:
    """What was typed. It has no readable representation, so that neither a log nor a traceback shows it."""

    __slots__ = ("_values",)

    def __init__(self, pairs: list[tuple[str, str]]) -> None:
        self._values: dict[str, list[str]] = {}
        for name, value in pairs:
            self._values.setdefault(name, []).append(_clean(value))

    def get(self, name: str, default: str = "") -> str:
        """The last value of a field, as typed; the default when the field was not sent."""
        values = self._values.get(name)
        return values[-1] if values else default

    def all(self, name: str) -> list[str]:
        """Every value of a field, such as the boxes that were ticked."""
        return list(self._values.get(name, ()))

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __repr__(self) -> str:
        return "<Form •••>"


async def read_form(request: Request) -> Form:
    """Read an urlencoded body of at most 1 MiB and 1,000 fields; anything else is refused with a page."""
    content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if content_type not in ("application/x-www-form-urlencoded", ""):
        raise HTTPException(400)
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BYTES:
            raise HTTPException(413)
    if body and not content_type:
        raise HTTPException(400)
    return parse_form(bytes(body))


def parse_form(body: bytes) -> Form:
    """The fields of an urlencoded body. Raises a 400 when there are too many of them."""
    try:
        text = body.decode("ascii", errors="replace")
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=MAX_FIELDS, errors="replace")
    except ValueError:
        raise HTTPException(400) from None
    return Form(pairs)


def _clean(value: str) -> str:
    """Without NUL (PostgreSQL refuses it), and with one kind of line ending."""
    return value.replace("\0", "").replace("\r\n", "\n").replace("\r", "\n")
