"""The courier's rows: addresses, what is to be mailed, and the return addresses of what was."""

from datetime import date

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from identity_vault.store.reach_keys import RowKeys
from identity_vault.store.reach_tables import (
    contacts,
    forgotten_contacts,
    mail_returns,
    mails,
    tickets_done,
)

# Bytes of an address, padded.
_ADDRESS = 384
KEPT, SENT, BOUNCED, UNKNOWN = "kept", "sent", "bounced", "unknown"


class Contacts:
    """Addresses, by contact id."""

    def __init__(self, session: Session, keys: RowKeys) -> None:
        self._session = session
        self._keys = keys

    def tag(self, contact_id: bytes) -> bytes:
        return self._keys.tag("contact", contact_id)

    def add(self, tag: bytes, email: str) -> None:
        """Keep an address, unless it is there or was taken back before it came."""
        if self.is_forgotten(tag):
            return
        sealed = self._keys.seal("contacts", tag, email.encode(), _ADDRESS)
        self._session.execute(insert(contacts).values(tag=tag, sealed=sealed, state=KEPT).on_conflict_do_nothing())

    def address(self, tag: bytes) -> tuple[str, str] | None:
        """(address, state) of a contact."""
        row = self._session.execute(select(contacts).where(contacts.c.tag == tag)).first()
        if row is None:
            return None
        return self._keys.open("contacts", tag, bytes(row.sealed), padded=True).decode(), row.state

    def state(self, tag: bytes) -> str:
        found = self._session.execute(select(contacts.c.state).where(contacts.c.tag == tag)).scalar_one_or_none()
        return found or UNKNOWN

    def set_state(self, tag: bytes, state: str) -> None:
        self._session.execute(update(contacts).where(contacts.c.tag == tag).values(state=state))

    def forget(self, tag: bytes, today: date) -> None:
        """The address goes, with what was to be mailed to it; it is refused should it come later."""
        self._session.execute(insert(forgotten_contacts).values(tag=tag, day=today).on_conflict_do_nothing())
        self._session.execute(delete(mails).where(mails.c.contact_tag == tag))
        self._session.execute(delete(contacts).where(contacts.c.tag == tag))

    def is_forgotten(self, tag: bytes) -> bool:
        found = select(forgotten_contacts.c.tag).where(forgotten_contacts.c.tag == tag)
        return self._session.execute(found).first() is not None

    def purge(self, before: date) -> None:
        self._session.execute(delete(forgotten_contacts).where(forgotten_contacts.c.day < before))


class Mails:
    """What is to be mailed."""

    def __init__(self, session: Session, keys: RowKeys) -> None:
        self._session = session
        self._keys = keys

    def add(self, ticket_id: bytes, contact_tag: bytes, today: date) -> bool:
        """Once for each ticket; False when this one was delivered before. The ticket's own tag names the mail."""
        tag = self._keys.tag("ticket", ticket_id)
        done = insert(tickets_done).values(tag=tag, day=today).on_conflict_do_nothing()
        if self._session.execute(done.returning(tickets_done.c.tag)).first() is None:
            return False
        mail_id = self._keys.tag("mail", ticket_id)[:16]
        self._session.execute(insert(mails).values(id=mail_id, contact_tag=contact_tag, attempts=0, ready=True))
        return True

    def ready_again(self) -> None:
        """Those that were tried and put off are due with this batch."""
        self._session.execute(update(mails).where(mails.c.ready.is_(False)).values(ready=True))

    def next(self) -> tuple[bytes, bytes, int] | None:
        """(id, contact's tag, attempts) of a mail that is due, locked until the transaction ends."""
        due = select(mails).where(mails.c.ready).order_by(mails.c.id).limit(1).with_for_update(skip_locked=True)
        row = self._session.execute(due).first()
        return None if row is None else (bytes(row.id), bytes(row.contact_tag), row.attempts)

    def message_id(self, mail_id: bytes) -> str:
        """By which mail servers know the mail, at every attempt the same: 32 hexadecimal digits, kept nowhere here. A
        row that waits could else be found by what a mail server wrote down."""
        return self._keys.tag("message", mail_id)[:16].hex()

    def put_off(self, mail_id: bytes, attempts: int) -> None:
        """Until the next batch."""
        self._session.execute(update(mails).where(mails.c.id == mail_id).values(attempts=attempts, ready=False))

    def remove(self, mail_id: bytes) -> None:
        self._session.execute(delete(mails).where(mails.c.id == mail_id))

    def purge(self, before: date) -> None:
        self._session.execute(delete(tickets_done).where(tickets_done.c.day < before))


class Returns:
    """Return addresses of mails that were sent: each names its contact, once."""

    def __init__(self, session: Session, keys: RowKeys) -> None:
        self._session = session
        self._keys = keys

    def add(self, mark: bytes, contact_tag: bytes, today: date) -> None:
        tag = self._keys.tag("return", mark)
        sealed = self._keys.seal("mail_returns", tag, contact_tag)
        self._session.execute(insert(mail_returns).values(tag=tag, sealed=sealed, day=today))

    def take(self, mark: bytes) -> bytes | None:
        """The contact's tag; the return address serves no second time."""
        tag = self._keys.tag("return", mark)
        gone = delete(mail_returns).where(mail_returns.c.tag == tag).returning(mail_returns.c.sealed)
        sealed = self._session.execute(gone).scalar_one_or_none()
        return None if sealed is None else self._keys.open("mail_returns", tag, bytes(sealed))

    def purge(self, before: date) -> None:
        self._session.execute(delete(mail_returns).where(mail_returns.c.day < before))
