"""How to write to persons."""

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from notifications.store.tables import contacts


class Contacts:
    """Person id to address. Addresses are shown to the mail gateway alone."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def put(self, person_id: str, version: int, email: str | None) -> None:
        """Keep the newest version; events may come out of order."""
        row = insert(contacts).values(person_id=person_id, version=version, email=email)
        newest = {"version": row.excluded.version, "email": row.excluded.email}
        self._session.execute(
            row.on_conflict_do_update(
                index_elements=[contacts.c.person_id], set_=newest, where=contacts.c.version < row.excluded.version
            )
        )

    def email(self, person_id: str) -> str | None:
        return self._session.execute(
            select(contacts.c.email).where(contacts.c.person_id == person_id)
        ).scalar_one_or_none()
