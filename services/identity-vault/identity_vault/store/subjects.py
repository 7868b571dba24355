"""All that the verifier's tables hold of one report."""

from sqlalchemy import Table, delete
from sqlalchemy.orm import Session

from identity_vault.store.verifier_tables import consents, registrations, waiting_statements

# What is told of an erasure -> the table it stood in.
_TABLES: dict[str, Table] = {
    "registration": registrations,
    "consents": consents,
    "statements": waiting_statements,
}


class Subjects:
    def __init__(self, session: Session) -> None:
        self._session = session

    def forget(self, tag: bytes) -> list[str]:
        """Delete every row of a report; answers the kinds of what there was."""
        kinds = []
        for kind, table in _TABLES.items():
            deleted = delete(table).where(table.c.tag == tag).returning(table.c.tag)
            if self._session.execute(deleted).first() is not None:
                kinds.append(kind)
        return kinds
