"""Cookies that the browser carries but can neither read nor alter: AES-256-GCM, bound to their name and to a date."""

import base64
import json
import os
import secrets
import time
from collections.abc import Mapping
from typing import Any, NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from fastapi import Request, Response

NONCE_BYTES = 12
LONGEST = 3800  # browsers drop a cookie of more than 4,096 bytes, name and attributes included


class Sealed(NamedTuple):
    """What a cookie held: an id drawn when the session began, and the service's own values."""

    id: str
    values: dict[str, Any]


class SealedCookie:
    """One cookie of one service. `secure=True` gives it the `__Host-` prefix, which binds it to this exact host."""

    def __init__(self, name: str, key_hex: str, max_age: int, secure: bool = True) -> None:
        self.name = f"__Host-{name}" if secure else name
        self.max_age = max_age
        self.secure = secure
        key = bytes.fromhex(key_hex)
        if len(key) != 32:
            raise ValueError("a cookie key is 32 bytes, in hexadecimal")
        self._cipher = AESGCM(key)

    def set(self, response: Response, values: Mapping[str, Any], *, session_id: str | None = None) -> None:
        """Seal values (JSON) into a response. A new id is drawn unless the session is being carried on."""
        response.headers.append("set-cookie", self.header(values, session_id=session_id))

    def header(self, values: Mapping[str, Any], *, session_id: str | None = None) -> str:
        """The Set-Cookie header that carries these values."""
        return self._header(self.seal(values, session_id=session_id), self.max_age)

    def read(self, request: Request) -> dict[str, Any] | None:
        """The values, or None when there is no cookie, or it was altered, or its time is over."""
        sealed = self.open(request)
        return sealed.values if sealed else None

    def open(self, request: Request) -> Sealed | None:
        """The values with the session's id; None as for `read`."""
        text = request.cookies.get(self.name)
        return self.unseal(text) if text else None

    def clear(self, response: Response) -> None:
        """Ask the browser to forget the cookie."""
        response.headers.append("set-cookie", self._header("", 0))

    def seal(self, values: Mapping[str, Any], *, session_id: str | None = None) -> str:
        """The cookie's text. Raises ValueError when it would be too long for a browser."""
        until = int(time.time()) + self.max_age
        plain = json.dumps([session_id or secrets.token_hex(16), until, dict(values)], separators=(",", ":")).encode()
        nonce = os.urandom(NONCE_BYTES)
        sealed = nonce + self._cipher.encrypt(nonce, plain, self.name.encode())
        text = base64.urlsafe_b64encode(sealed).decode().rstrip("=")
        if len(text) > LONGEST:
            raise ValueError(f"cookie {self.name} would be too long for a browser")
        return text

    def unseal(self, text: str) -> Sealed | None:
        """Open a cookie's text; None when it is not ours, altered or out of date."""
        try:
            sealed = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
            plain = self._cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], self.name.encode())
        except (InvalidTag, ValueError):
            return None
        session_id, until, values = json.loads(plain)
        return Sealed(session_id, values) if time.time() < until else None

    def _header(self, text: str, max_age: int) -> str:
        secure = "; Secure" if self.secure else ""
        return f"{self.name}={text}; Path=/; Max-Age={max_age}; HttpOnly; SameSite=Lax{secure}"
