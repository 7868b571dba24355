"""Names that were taken back and whose records are to be erased: until an order to the eraser is made of each."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass, field

from sqlalchemy import Column, LargeBinary, Table, delete, insert, select
from sqlalchemy.orm import Session

from identity_vault.store.tables import metadata
from identity_vault.store.verifier_rows import SealedRows

_ID = 16

withdrawn_names = Table(
    "withdrawn_names",
    metadata,
    Column("id", LargeBinary, primary_key=True, comment="random"),
    Column("sealed", LargeBinary, nullable=False, comment="which records; under the verifier's data key"),
)


@dataclass(frozen=True, slots=True)
class WithdrawnName:
    """Records of one report. `id`: 16 random bytes, which name the order too."""

    id: bytes = field(repr=False)
    ref: bytes = field(repr=False)
    numbers: tuple[int, ...]


class WithdrawnNames:
    def __init__(self, session: Session, rows: SealedRows) -> None:
        self._session = session
        self._rows = rows

    def keep(self, ref: bytes, numbers: Collection[int]) -> None:
        """Nothing to do when there are no numbers."""
        if not numbers:
            return
        identifier = secrets.token_bytes(_ID)
        content = {"ref": ref.hex(), "numbers": sorted(numbers)}
        sealed = self._rows.seal("withdrawn_names", identifier, content)
        self._session.execute(insert(withdrawn_names).values(id=identifier, sealed=sealed))

    def waiting(self, limit: int = 50) -> list[WithdrawnName]:
        query = select(withdrawn_names).order_by(withdrawn_names.c.id).limit(limit)
        return [self._opened(bytes(row.id), row.sealed) for row in self._session.execute(query)]

    def remove(self, identifier: bytes) -> None:
        self._session.execute(delete(withdrawn_names).where(withdrawn_names.c.id == identifier))

    def _opened(self, identifier: bytes, sealed: bytes) -> WithdrawnName:
        content = self._rows.open("withdrawn_names", identifier, sealed)
        return WithdrawnName(identifier, bytes.fromhex(content["ref"]), tuple(content["numbers"]))
