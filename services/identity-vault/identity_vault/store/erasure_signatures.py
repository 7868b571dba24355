"""What operators signed: they add, the eraser notes and takes away."""

from sqlalchemy import ColumnElement, and_, delete, select, update
from sqlalchemy.dialects.postgresql import insert as insert_or
from sqlalchemy.orm import Session

from identity_vault.domain.erasure import OperatorSignature
from identity_vault.store.erasure_tables import erasure_signatures as table


class Signatures:
    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, signed: OperatorSignature) -> bool:
        """False when this operator has signed for it before."""
        values = {
            "action": signed.action,
            "target": signed.target,
            "operator": signed.operator,
            "signed_on": signed.signed_on,
            "signature": signed.signature,
        }
        row = insert_or(table).values(values).on_conflict_do_nothing()
        return self._session.execute(row.returning(table.c.operator)).first() is not None

    def all(self) -> list[tuple[OperatorSignature, bool]]:
        """Oldest first; and whether the journal has it."""
        query = select(table).order_by(table.c.signed_on, table.c.action, table.c.target, table.c.operator)
        found = self._session.execute(query)
        return [
            (OperatorSignature(row.action, row.target, row.operator, row.signed_on, bytes(row.signature)), row.noted)
            for row in found
        ]

    def note(self, signed: OperatorSignature) -> None:
        self._session.execute(update(table).where(_is(signed)).values(noted=True))

    def remove(self, signed: OperatorSignature) -> None:
        self._session.execute(delete(table).where(_is(signed)))


def _is(signed: OperatorSignature) -> ColumnElement[bool]:
    c = table.c
    return and_(c.action == signed.action, c.target == signed.target, c.operator == signed.operator)
