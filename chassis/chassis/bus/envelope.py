"""An event on the wire: CloudEvents attributes in AMQP headers, protobuf in the body.

Of what comes in, only the headers named here are read, and only they go on to a retry queue: nothing else that a
message carries crosses a service.
"""

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

CONTENT_TYPE = "application/protobuf"
ID = "cloudEvents_id"
SOURCE = "cloudEvents_source"
TYPE = "cloudEvents_type"
VERSION = "cloudEvents_specversion"
TRACEPARENT = "traceparent"
SIGNATURE = "signature"
ATTEMPTS = "attempts"

_TRACE = re.compile(r"00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")


class Unreadable(Exception):
    """A message that is no event of ours; `reason` is a short code."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Envelope:
    """One event. `attempts` counts its failures here so far."""

    event_id: uuid.UUID
    source: str
    type_name: str
    payload: bytes
    signature: bytes | None = None
    traceparent: str | None = None
    attempts: int = 0

    def headers(self) -> dict[str, Any]:
        """The AMQP headers that carry it."""
        headers: dict[str, Any] = {
            VERSION: "1.0",
            ID: str(self.event_id),
            SOURCE: self.source,
            TYPE: self.type_name,
        }
        if self.signature is not None:
            headers[SIGNATURE] = self.signature.hex()
        if self.traceparent is not None:
            headers[TRACEPARENT] = self.traceparent
        if self.attempts:
            headers[ATTEMPTS] = self.attempts
        return headers

    def failed(self) -> "Envelope":
        """The same event after one more failure."""
        return replace(self, attempts=self.attempts + 1)


def read(headers: Mapping[str, Any], content_type: str | None, body: bytes) -> Envelope:
    """The event that a message carries. Raises Unreadable."""
    if content_type != CONTENT_TYPE:
        raise Unreadable("content_type")
    return Envelope(
        event_id=_event_id(headers.get(ID)),
        source=_word(headers.get(SOURCE), "source"),
        type_name=_word(headers.get(TYPE), "type"),
        payload=body,
        signature=_signature(headers.get(SIGNATURE)),
        traceparent=_traceparent(headers.get(TRACEPARENT)),
        attempts=attempts(headers),
    )


def known(headers: Mapping[str, Any]) -> dict[str, str]:
    """Of a message that cannot be read: the headers that we know, where they are short texts."""
    names = (ID, SOURCE, TYPE, TRACEPARENT, SIGNATURE)
    return {name: headers[name] for name in names if isinstance(headers.get(name), str) and len(headers[name]) <= 200}


def body_of(message: Any) -> bytes:
    """The body as it came; the client library gives an empty one as text, and may have decoded another."""
    body = message.body
    return body.encode() if isinstance(body, str) else bytes(body or b"")


def attempts(headers: Mapping[str, Any]) -> int:
    """How often the message has failed here; 0 when its header is missing or strange."""
    count = headers.get(ATTEMPTS)
    return count if isinstance(count, int) and 0 < count < 1000 else 0


def _event_id(value: object) -> uuid.UUID:
    try:
        return uuid.UUID(_word(value, "id"))
    except ValueError:
        raise Unreadable("id") from None


def _word(value: object, reason: str) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= 200:
        raise Unreadable(reason)
    return value


def _signature(value: object) -> bytes | None:
    try:
        return None if value is None else bytes.fromhex(_word(value, "signature"))
    except ValueError:
        raise Unreadable("signature") from None


def _traceparent(value: object) -> str | None:
    return value if isinstance(value, str) and _TRACE.fullmatch(value) else None
