"""A judicial demand: casework's only part is a sealed block that says which report is meant.

An identity may go to the judicial authority alone, without the reporter's yes, when the facts must be denounced to it
or when it requires it (code de procédure pénale, art. 40; loi 2016-1691, art. 9-I). Two custodians of two bodies
decide.
"""

import secrets
import uuid

from casework.domain.people import Quality, Staff
from casework.store.journal import Action
from casework.store.transaction import Transaction
from casework.usecases.desk import Desk, Unreachable, open_case
from casework.usecases.labels import label_of
from chassis.db import UnitOfWork
from chassis.sealing.demands import write_block
from paravent.identity_vault.v1.order_pb2 import DemandToken


def make_block(uow: UnitOfWork[Transaction], desk: Desk, person: Staff, case_id: uuid.UUID) -> str:
    """The block to give to the custodians; another one each time. It is not kept.

    Raises NoSuchCase, Unreachable for an oral report that nobody has taken (identity-vault holds nothing of it), and
    NoVaultKey while identity-vault's keys are not known. No agreement is needed: art. 40 is a duty.
    """
    with uow("make_demand") as tx:
        case = open_case(tx, desk, person, case_id, Quality.HANDLER, change=True)
        if not case.reporter.reachable:
            raise Unreachable
        token = DemandToken(
            ref=case.reporter.origin.ref,
            case_label=label_of(tx, case),
            regime=case.row.regime,
            issued_on=tx.today.isoformat(),
            token_id=secrets.token_bytes(16),
        )
        block = write_block(token, desk.vault.verifier(tx))
        tx.journal.note(person, case_id, Action.MADE_DEMAND)
        return block
