"""A passkey: what a person touches before an identity is shown."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Passkey:
    """`public_key`: COSE. `sign_count`: what the authenticator said last. `ready_at`: from when on it may be used.

    `withdrawn_at`: it counts no more. It is kept all the same: what a custodian signed can be checked for ever, and the
    same passkey cannot come back.
    """

    id: bytes = field(repr=False)
    public_key: bytes = field(repr=False)
    sign_count: int
    registered_at: datetime
    ready_at: datetime
    withdrawn_at: datetime | None = None

    def is_ready(self, now: datetime) -> bool:
        return self.withdrawn_at is None and now >= self.ready_at
