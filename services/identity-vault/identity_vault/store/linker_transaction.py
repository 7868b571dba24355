"""What a transaction of the linker holds."""

from sqlalchemy.orm import Session

from identity_vault.store.letter_box import LetterBox
from identity_vault.store.links import Links, Outgoing, Rings, Statements
from identity_vault.store.reach_keys import RowKeys
from identity_vault.store.tables import linker_letters


class LinkerTransaction:
    """The linker's repositories over one session."""

    def __init__(self, session: Session, keys: RowKeys) -> None:
        self.letters = LetterBox(session, linker_letters)
        self.links = Links(session, keys)
        self.statements = Statements(session, keys)
        self.rings = Rings(session, keys)
        self.outgoing = Outgoing(session, keys)
