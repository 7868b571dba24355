"""Opening what was sealed to one process of identity-vault."""

from typing import Protocol

from chassis.sealing import age, padding
from identity_vault.usecases.ports import KeyPairs, TransportKeyMissing, TransportKeys


class LayerKeys(TransportKeys, KeyPairs, Protocol):
    """The age key pairs of one process, one for each year."""


class NoLayerKeys(Exception):
    """This process has no private key at all: it must not take letters for broken ones."""


def open_padded(keys: LayerKeys, frame: bytes) -> bytes:
    """The content of a frame of constant size, padding taken off. The newest key is tried first.

    Raises CannotOpen when none opens it or it is not padded, NoLayerKeys without any.
    """
    try:
        return padding.unpad(open_frame(keys, frame))
    except ValueError:
        raise age.CannotOpen("not padded") from None


def open_frame(keys: LayerKeys, frame: bytes) -> bytes:
    """The content of a frame of constant size. Raises CannotOpen when no key opens it, NoLayerKeys without any."""
    tried = False
    for period, _ in reversed(keys.public_halves()):
        try:
            secret = keys.secret(period)
        except TransportKeyMissing:
            continue
        tried = True
        try:
            return age.open_fixed(secret, frame)
        except age.CannotOpen:
            continue
    if not tried:
        raise NoLayerKeys
    raise age.CannotOpen("no key of this process opens it")
