"""A passkey: what a person touches before an identity is shown."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Passkey:
    """`public_key`: COSE. `sign_count`: what the authenticator said last. `ready_at`: from when on it may be used."""

    id: bytes = field(repr=False)
    public_key: bytes = field(repr=False)
    sign_count: int
    registered_at: datetime
    ready_at: datetime

    def is_ready(self, now: datetime) -> bool:
        return now >= self.ready_at
