"""What a transaction of the courier holds."""

from sqlalchemy.orm import Session

from identity_vault.store.call_backs import CallBacks
from identity_vault.store.contacts import Contacts, Mails, Returns
from identity_vault.store.letter_box import LetterBox
from identity_vault.store.reach_keys import RowKeys
from identity_vault.store.tables import courier_letters


class CourierTransaction:
    """The courier's repositories over one session."""

    def __init__(self, session: Session, keys: RowKeys) -> None:
        self.letters = LetterBox(session, courier_letters)
        self.contacts = Contacts(session, keys)
        self.mails = Mails(session, keys)
        self.returns = Returns(session, keys)
        self.call_backs = CallBacks(session, keys)
