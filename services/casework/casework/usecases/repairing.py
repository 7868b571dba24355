"""What a person asks of the opener after putting something right: a key folder restored, a store back."""

from casework.store.transaction import Transaction
from chassis.db import UnitOfWork


def try_again(uow: UnitOfWork[Transaction]) -> int:
    """Give what could not be opened, or copied, another chance. Answers how many."""
    with uow("try_again") as tx:
        return tx.inbound.try_again() + tx.files.try_again()


def awaken(uow: UnitOfWork[Transaction]) -> int:
    """Look again at what waits for something else to come. Answers how many."""
    with uow("awaken") as tx:
        return tx.inbound.awaken()
