"""The public halves: which keys intake may seal to, published as a signed, versioned set."""

import hashlib
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from casework.store.transaction import Transaction
from chassis import keysets
from chassis.db import UnitOfWork
from paravent.casework.v1.events_pb2 import KeySetPublished
from paravent.keys.v1.keys_pb2 import KeyUse, PublicKey, SignedKeySet


class KeyMaker(Protocol):
    """Makes the key pairs of months and keeps their private halves."""

    def make(self, cdg_id: str, period: str) -> str:
        """The recipient of a month; made once."""
        ...


@dataclass(frozen=True, slots=True)
class Publishing:
    """What publishing needs: the month keys, the notice keys, and an issuing key that the root certified."""

    months: KeyMaker
    notice_key: Callable[[str], bytes]
    certificate: SignedKeySet
    issuing_seed: bytes = field(repr=False)


def publish_keys(
    uow: UnitOfWork[Transaction], publishing: Publishing, cdgs: Collection[str], months: int
) -> int | None:
    """Make the keys that are missing and publish the set if it changed.

    Answers the version published, None when nothing changed. `cdgs`: more CdGs than those that billing has told of.
    """
    with uow("publish_keys") as tx:
        known = tx.people.cdgs() | set(cdgs)
        version, digest = tx.records.last_key_set()
        keys = _keys(publishing, sorted(known), coming_months(tx.today, months), tx.records.keys_since())
        new_digest = _digest(keys)
        if not keys or (new_digest == digest and tx.records.signed_key_set() is not None):
            return None
        signed = keysets.publish(publishing.certificate, publishing.issuing_seed, version + 1, keys)
        tx.records.key_set_published(version + 1, new_digest, signed)
        tx.outbox.add(KeySetPublished(signed_key_set=signed), signed=True)
        return version + 1


def coming_months(today: date, count: int) -> list[str]:
    """The months from this one on, as YYYY-MM."""
    first = today.year * 12 + today.month - 1
    return [f"{number // 12}-{number % 12 + 1:02}" for number in range(first, first + count)]


def _keys(publishing: Publishing, cdgs: list[str], periods: list[str], since: date) -> list[PublicKey]:
    keys = []
    for cdg_id in cdgs:
        keys += [
            PublicKey(
                use=KeyUse.KEY_USE_CASEWORK_MONTH,
                cdg_id=cdg_id,
                period=period,
                value=publishing.months.make(cdg_id, period),
            )
            for period in periods
        ]
        keys.append(
            PublicKey(
                use=KeyUse.KEY_USE_CASEWORK_SIGNING,
                cdg_id=cdg_id,
                period=str(since.year),
                value=publishing.notice_key(cdg_id).hex(),
            )
        )
    return keys


def _digest(keys: list[PublicKey]) -> bytes:
    digest = hashlib.sha256()
    for line in sorted(key.SerializeToString(deterministic=True) for key in keys):
        digest.update(len(line).to_bytes(4, "big") + line)
    return digest.digest()
