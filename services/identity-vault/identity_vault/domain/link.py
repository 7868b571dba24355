"""What the linker knows of a report: who may sign for it, which contact it has, and when that was last written to."""

import struct
from dataclasses import dataclass, field, replace
from datetime import date

_FORM = struct.Struct(">32s?16sQI")
CONTACT = 16
KEY = 32


class NotALink(ValueError):
    """A value has a wrong size."""


@dataclass(frozen=True, slots=True)
class Link:
    """`contact`: 16 bytes or none. `said_at`: time of the last statement applied (seconds), 0 for none. `mailed_on`:
    the day of the last ticket."""

    reporter_key: bytes = field(repr=False)
    contact: bytes | None = field(default=None, repr=False)
    said_at: int = 0
    mailed_on: date | None = None

    def __post_init__(self) -> None:
        if len(self.reporter_key) != KEY or len(self.contact or bytes(CONTACT)) != CONTACT:
            raise NotALink("a value has a wrong size")

    def packed(self) -> bytes:
        """One size, with a contact or without."""
        mailed = self.mailed_on.toordinal() if self.mailed_on else 0
        contact = self.contact or bytes(CONTACT)
        return _FORM.pack(self.reporter_key, self.contact is not None, contact, self.said_at, mailed)

    @classmethod
    def unpacked(cls, data: bytes) -> "Link":
        key, has_contact, contact, said_at, mailed = _FORM.unpack(data)
        return cls(key, contact if has_contact else None, said_at, date.fromordinal(mailed) if mailed else None)

    def with_contact(self, contact: bytes, at: int) -> "Change":
        """Another address from now on. One that was signed before the last statement applied counts no more: frames
        arrive in any order."""
        if at <= self.said_at:
            return Change(self, () if contact == self.contact else (contact,))
        return Change(replace(self, contact=contact, said_at=at), self._forgetting(other_than=contact))

    def without_contact(self, at: int) -> "Change":
        """No address from now on. In doubt about the order, a withdrawal wins."""
        if at < self.said_at:
            return Change(self)
        return Change(replace(self, contact=None, said_at=at), self._forgetting(other_than=None))

    def mailed(self, today: date) -> "Link":
        return replace(self, mailed_on=today)

    def may_be_mailed(self, today: date, days_between: int) -> bool:
        return self.mailed_on is None or (today - self.mailed_on).days >= days_between

    def _forgetting(self, other_than: bytes | None) -> tuple[bytes, ...]:
        return (self.contact,) if self.contact and self.contact != other_than else ()


@dataclass(frozen=True, slots=True)
class Change:
    """A link after a statement, and the contacts that nobody may be written to under any more."""

    link: Link
    forgotten: tuple[bytes, ...] = field(default=(), repr=False)
