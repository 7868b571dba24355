"""What a transaction of erasure holds, in each of the two processes."""

from sqlalchemy.orm import Session

from identity_vault.store.erasures import Erasures, Forgetting, Orders
from identity_vault.store.journal import Journal
from identity_vault.store.subjects import Subjects


class EraserTransaction:
    """The eraser's repositories."""

    def __init__(self, session: Session) -> None:
        self.orders = Orders(session)
        self.erasures = Erasures(session)
        self.journal = Journal(session)


class ForgettingTransaction:
    """The verifier's repositories, for what it does about erasures."""

    def __init__(self, session: Session) -> None:
        self.orders = Orders(session)
        self.subjects = Subjects(session)
        self.forgetting = Forgetting(session)
        self.journal = Journal(session)
