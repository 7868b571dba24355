"""What is known of who filed one report: the key that signs for them, and the names they gave since.

Neither who they are, nor whether a name came with the report: an anonymous record looks like any other.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

KEY = 32
DIGEST = 32
# Records of one report, so that nobody can make the verifier look for thousands.
MOST_NAMES = 99


class NotAllowed(Exception):
    """This may not be added now: it is there already, or another one waits."""


@dataclass(frozen=True, slots=True)
class Signed:
    """A statement as it came: canonical bytes and Ed25519 signature. Kept, so that it can be checked again."""

    statement: bytes = field(repr=False)
    signature: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key that signs from `received_at` + delay on, unless withdrawn before. `id`: its statement's, 16 bytes."""

    id: bytes = field(repr=False)
    key: bytes = field(repr=False)
    received_at: datetime
    signed: Signed
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class AddedName:
    """A name given after the report. `number`: 1, 2... of its record. `digest`: SHA-256 of the record's inner frame."""

    number: int
    digest: bytes = field(repr=False)
    signed_at: datetime
    signed: Signed


@dataclass(frozen=True, slots=True)
class Reporter:
    """`first_key`: Ed25519, registered with the report."""

    first_key: bytes = field(repr=False)
    new_keys: tuple[NewKey, ...] = ()
    names: tuple[AddedName, ...] = ()
    name_withdrawn_at: datetime | None = None

    def keys(self, now: datetime, delay: timedelta) -> list[bytes]:
        """Every key that has signed for them so far, oldest first; the last one signs now."""
        effective = [new.key for new in self.new_keys if not new.withdrawn and now >= new.received_at + delay]
        return [self.first_key, *effective]

    def waiting_key(self, now: datetime, delay: timedelta) -> NewKey | None:
        """The key that will sign once its delay has passed."""
        waiting = (new for new in self.new_keys if not new.withdrawn and now < new.received_at + delay)
        return next(waiting, None)

    def with_key(self, new: NewKey, delay: timedelta) -> "Reporter":
        """Raises NotAllowed while another one waits, and for a key of a wrong size."""
        if len(new.key) != KEY or self.waiting_key(new.received_at, delay):
            raise NotAllowed
        return replace(self, new_keys=(*self.new_keys, new))

    def without_key(self, identifier: bytes, now: datetime, delay: timedelta) -> "Reporter | None":
        """The waiting key whose statement has this id is taken back; None when there is none."""
        waiting = self.waiting_key(now, delay)
        if waiting is None or waiting.id != identifier:
            return None
        kept = tuple(replace(new, withdrawn=True) if new.id == identifier else new for new in self.new_keys)
        return replace(self, new_keys=kept)

    def with_name(self, name: AddedName) -> "Reporter":
        """Raises NotAllowed for a number that is taken or out of range, and for a digest of a wrong size."""
        taken = name.number in {known.number for known in self.names}
        if taken or not 1 <= name.number <= MOST_NAMES or len(name.digest) != DIGEST:
            raise NotAllowed
        return replace(self, names=(*self.names, name))

    def without_name(self, signed_at: datetime) -> "Reporter":
        """No name given until then may be disclosed any more."""
        latest = max(signed_at, self.name_withdrawn_at or signed_at)
        return replace(self, name_withdrawn_at=latest)

    def name_given(self) -> AddedName | None:
        """The latest name added since the report that was not withdrawn."""
        return max((name for name in self.names if self._stands(name.signed_at)), key=lambda n: n.number, default=None)

    def withdrawn_records(self) -> frozenset[int]:
        """The numbers of the records whose names were taken back: the one filed with the report, whatever it holds, and
        those added since."""
        if self.name_withdrawn_at is None:
            return frozenset()
        return frozenset({0, *(name.number for name in self.names if not self._stands(name.signed_at))})

    def may_disclose(self, consented_at: datetime) -> bool:
        """Does a consent signed then still speak of a name that stands?"""
        return self._stands(consented_at) and (self.name_withdrawn_at is None or self.name_given() is not None)

    def _stands(self, signed_at: datetime) -> bool:
        return self.name_withdrawn_at is None or signed_at > self.name_withdrawn_at
