"""What a transaction of identity-vault holds."""

from sqlalchemy.orm import Session

from identity_vault.store.counts import SealCounts


class Transaction:
    """The repositories of one transaction."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.seal_counts = SealCounts(session)
