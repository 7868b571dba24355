"""Tags: what stands in a column in place of something that must not. Keyed, so that a copy of the database tells
nothing to who knows the value."""

import hashlib
import hmac


class Tags:
    """HMAC-SHA256 under the verifier's index key. Each tag is 32 bytes."""

    def __init__(self, key: bytes) -> None:
        if len(key) != 32:
            raise ValueError("an index key is 32 bytes")
        self._key = key

    def __repr__(self) -> str:
        return "Tags(•••)"

    def report(self, ref: bytes) -> bytes:
        return hmac.new(self._key, ref, hashlib.sha256).digest()

    def statement(self, ref: bytes, identifier: bytes) -> bytes:
        """Of one report: an id that another reporter draws is another one."""
        return self._labelled(b"statement", ref, identifier)

    def person(self, issuer: str, subject: str) -> bytes:
        return self._labelled(b"person", issuer.encode(), subject.encode())

    def body(self, name: str) -> bytes:
        return self._labelled(b"body", name.encode())

    def credential(self, identifier: bytes) -> bytes:
        return self._labelled(b"credential", identifier)

    def erasure(self, order_id: bytes) -> bytes:
        return self._labelled(b"erasure", order_id)

    def short_lived(self, kind: str, key: bytes) -> bytes:
        """Of what is remembered for minutes."""
        return self._labelled(b"short-lived", kind.encode(), key)

    def owner(self, kind: str, person: bytes) -> bytes:
        """Whose it is: another value than in any other table."""
        return self._labelled(b"owner", kind.encode(), person)

    def claimed(self, source: str, subject: str) -> bytes:
        """Of a source process, and of whom its ID tokens claim to be about."""
        return self._labelled(b"claimed", source.encode(), subject.encode())

    def user_handle(self, person: bytes) -> bytes:
        """What an authenticator keeps of the person."""
        return self._labelled(b"user-handle", person)

    def _labelled(self, label: bytes, *parts: bytes) -> bytes:
        framed = b"".join(len(part).to_bytes(8, "big") + part for part in (b"paravent/tag/v1", label, *parts))
        return hmac.new(self._key, framed, hashlib.sha256).digest()
