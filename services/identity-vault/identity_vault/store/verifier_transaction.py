"""What a transaction of the verifier holds."""

from sqlalchemy.orm import Session

from identity_vault.domain.tags import Tags
from identity_vault.store.addressees import DisclosureCounts, Passkeys
from identity_vault.store.journal import Journal
from identity_vault.store.letter_box import LetterBox
from identity_vault.store.orders import Orders
from identity_vault.store.tables import verifier_letters
from identity_vault.store.verified import Consents, KeysOfRecords, Reporters, Statements
from identity_vault.store.verifier_rows import SealedRows
from identity_vault.store.withdrawn_names import WithdrawnNames


class VerifierTransaction:
    """The verifier's repositories over one session. Append to the journal last."""

    def __init__(self, session: Session, rows: SealedRows, tags: Tags) -> None:
        self.session = session
        self.letters = LetterBox(session, verifier_letters)
        self.reporters = Reporters(session, rows)
        self.consents = Consents(session, rows, tags)
        self.statements = Statements(session, rows)
        self.record_keys = KeysOfRecords(session)
        self.passkeys = Passkeys(session, rows)
        self.counts = DisclosureCounts(session)
        self.orders = Orders(session)
        self.withdrawn_names = WithdrawnNames(session, rows)
        self.journal = Journal(session)
