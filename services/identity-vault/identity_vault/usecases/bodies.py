"""What stands in OpenBao: the sealed record once more under the record's own key, which stands in the database.

Neither a copy of OpenBao nor one of the database opens it; and once the key is gone, nothing does.
"""

from chassis.sealing.age import CannotOpen
from chassis.sealing.fields import FieldCipher
from identity_vault.domain.record import SEALED_RECORD, InvalidRecord


def lock(path: str, key: bytes, sealed_record: bytes) -> bytes:
    """The body to store at `path`: 4,124 bytes."""
    return FieldCipher(key).seal(path, sealed_record)


def unlock(path: str, key: bytes, body: bytes) -> bytes:
    """The sealed record (4,096 bytes) of a body that was stored at `path`.

    Raises InvalidRecord when this key does not open it, or it was stored elsewhere.
    """
    try:
        sealed = FieldCipher(key).open(path, body)
    except (CannotOpen, ValueError):
        raise InvalidRecord("the record's key does not open it") from None
    if len(sealed) != SEALED_RECORD:
        raise InvalidRecord("the record has a wrong size")
    return sealed
