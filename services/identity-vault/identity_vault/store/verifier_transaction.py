"""What a transaction of the verifier holds."""

from sqlalchemy import text
from sqlalchemy.orm import Session

from chassis.locks import lock_key
from identity_vault.domain.tags import Tags
from identity_vault.store.addressees import DisclosureCounts, Passkeys
from identity_vault.store.journal import Journal
from identity_vault.store.letter_box import LetterBox
from identity_vault.store.orders import Orders
from identity_vault.store.recoveries import Recoveries
from identity_vault.store.short_lived import ShortLivedRows
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
        self.short_lived = ShortLivedRows(session, rows)
        self.recoveries = Recoveries(session, rows)
        self.withdrawn_names = WithdrawnNames(session, rows)
        self.journal = Journal(session)

    def one_at_a_time(self, name: str) -> None:
        """Wait until no other transaction of any process that asked for this name is left; hold it until the end."""
        self.session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": lock_key(name)})
