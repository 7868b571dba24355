"""The code of a case: what handler and reporter call it before identity-vault, which knows no other name of it."""

from casework.store.transaction import Transaction
from casework.usecases.desk import OpenCase
from chassis.sealing.labels import draw_label


def known_label(case: OpenCase) -> str:
    """The code of a case; empty for one opened before there were codes."""
    sealed = case.row.sealed_label
    return case.seal.open_label(sealed) if sealed else ""


def label_of(tx: Transaction, case: OpenCase) -> str:
    """The code of a case that is held for change; drawn now if it has none yet."""
    known = known_label(case)
    if known:
        return known
    label = draw_label()
    tx.cases.set_label(case.case_id, case.seal.seal_label(label))
    return label
