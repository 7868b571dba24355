"""The key pairs of identity-vault, and the signed set of their public halves.

Each kind stands in a folder of its own, so that each process can be given its own and no other. In production each
folder is filled where it is used, and only the public halves travel to whoever publishes.
"""

from collections.abc import Mapping
from datetime import date, timedelta

from chassis import keysets
from identity_vault.domain.record import is_retired
from identity_vault.usecases.ports import KeyPairs
from paravent.keys.v1.keys_pb2 import KeySet, KeyUse, PublicKey, SignedKeySet


def prepare_transport_keys(folder: KeyPairs, today: date, *, ahead: int, kept: int) -> None:
    """Make the keys of today and of `ahead` days more; destroy those older than `kept` days.

    What was sealed to a destroyed key can never be tied to its record again, even with an old disk.
    """
    for offset in range(ahead + 1):
        folder.ensure((today + timedelta(days=offset)).isoformat())
    for period, _ in list(folder.public_halves()):
        if date.fromisoformat(period) < today - timedelta(days=kept):
            folder.destroy(period)


def retire_transport_keys(folder: KeyPairs, *, before: date, today: date) -> None:
    """Destroy the keys of days before `before` that are at least two days old: nothing waits for them any more."""
    for period, _ in list(folder.public_halves()):
        if is_retired(date.fromisoformat(period), before=before, today=today):
            folder.destroy(period)


def prepare_layer_key(folder: KeyPairs, today: date) -> None:
    """Make the first key pair of a layer. It stays: records that wait for years are sealed to it."""
    if not folder.public_halves():
        folder.ensure(str(today.year))


def rotate_layer_key(folder: KeyPairs, today: date) -> str:
    """Make a new key pair, which serves from now on; those before stay, and open what was sealed to them.

    Answers its period: the year, or the day when the year has one already.
    """
    known = [period for period, _ in folder.public_halves()]
    period = today.isoformat() if any(str(today.year) <= one for one in known) else str(today.year)
    folder.ensure(period)
    return period


def publish(
    certificate: bytes,
    issuing_seed: bytes,
    folders: Mapping[int, KeyPairs],
    *,
    today: date,
    previous: bytes | None,
) -> bytes:
    """The signed set of all public halves; `previous` itself when nothing changed. `folders`: use -> key pairs."""
    keys = [
        PublicKey(use=use, period=period, value=value)  # type: ignore[arg-type]  # an enum is an int on the wire
        for use, folder in sorted(folders.items())
        for period, value in folder.public_halves()
        if use != KeyUse.KEY_USE_VAULT_TRANSPORT_DAY or period >= today.isoformat()
    ]
    before = KeySet.FromString(SignedKeySet.FromString(previous).key_set) if previous else KeySet()
    signer = SignedKeySet.FromString(certificate)
    if previous and list(before.keys) == keys and SignedKeySet.FromString(previous).issuing_key == signer.issuing_key:
        return previous
    return keysets.publish(signer, issuing_seed, _next_version(before.version, today), keys)


def _next_version(before: int, today: date) -> int:
    """Above the last one; and above all of the days before, so that a lost file does not start again from 1."""
    return max(before + 1, int(f"{today:%Y%m%d}00"))
