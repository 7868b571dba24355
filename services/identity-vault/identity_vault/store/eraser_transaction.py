"""What a transaction of erasure holds, in each of the two processes."""

from sqlalchemy.orm import Session

from identity_vault.store.erasure_signatures import Signatures
from identity_vault.store.erasures import Erasures, Forgetting, Orders
from identity_vault.store.journal import Journal
from identity_vault.store.subjects import Subjects
from identity_vault.store.verifier_rows import SealedRows
from identity_vault.store.withdrawn_names import WithdrawnNames


class EraserTransaction:
    """The eraser's repositories."""

    def __init__(self, session: Session) -> None:
        self.orders = Orders(session)
        self.erasures = Erasures(session)
        self.signatures = Signatures(session)
        self.journal = Journal(session)


class OperatorTransaction:
    """An operator's repositories: what is ordered, and who signed for what."""

    def __init__(self, session: Session) -> None:
        self.erasures = Erasures(session)
        self.signatures = Signatures(session)


class NamesTransaction:
    """The verifier's repositories, for names that were taken back."""

    def __init__(self, session: Session, rows: SealedRows) -> None:
        self.names = WithdrawnNames(session, rows)
        self.forgetting = Forgetting(session)
        self.journal = Journal(session)


class ForgettingTransaction:
    """The verifier's repositories, for what it does about erasures."""

    def __init__(self, session: Session) -> None:
        self.orders = Orders(session)
        self.subjects = Subjects(session)
        self.forgetting = Forgetting(session)
        self.journal = Journal(session)
