"""The keys under which linker and courier keep their rows: each process has its own two."""

import hashlib
import hmac

from chassis.sealing import padding
from chassis.sealing.fields import FieldCipher


class RowKeys:
    """`index_key`: rows are found by HMACs under it. `data_key`: what can be read is sealed under it. 32 bytes each."""

    def __init__(self, index_key: bytes, data_key: bytes) -> None:
        if len(index_key) != 32:
            raise ValueError("an index key is 32 bytes")
        self._index_key = index_key
        self._cipher = FieldCipher(data_key)

    def __repr__(self) -> str:
        return "RowKeys(•••)"

    def tag(self, kind: str, value: bytes) -> bytes:
        """What a value is found by, 32 bytes. `kind` keeps equal values of two tables apart."""
        return hmac.new(self._index_key, kind.encode() + b"\0" + value, hashlib.sha256).digest()

    def seal(self, table: str, row: bytes, data: bytes, size: int = 0) -> bytes:
        """`data` for this row alone, padded to `size` bytes when given. Raises ValueError when it does not fit."""
        return self._cipher.seal(f"{table}/{row.hex()}", padding.pad(data, size) if size else data)

    def open(self, table: str, row: bytes, sealed: bytes, *, padded: bool = False) -> bytes:
        """Raises CannotOpen for another row, or altered bytes."""
        data = self._cipher.open(f"{table}/{row.hex()}", sealed)
        return padding.unpad(data) if padded else data
