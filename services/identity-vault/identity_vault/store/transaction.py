"""What a transaction of the sealer holds."""

from sqlalchemy.orm import Session

from identity_vault.store.counts import SealCounts
from identity_vault.store.records import LetterBoxes, RecordKeys


class Transaction:
    """The repositories of one transaction."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.seal_counts = SealCounts(session)
        self.record_keys = RecordKeys(session)
        self.letters = LetterBoxes(session)
