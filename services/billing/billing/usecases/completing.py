"""After the reception: the two other signatures, amendments, and who answers for which data."""

import uuid
from collections.abc import Sequence
from datetime import date

from billing.domain import data_roles
from billing.domain.data_roles import DataRoles
from billing.domain.faults import Fault, Refused
from billing.domain.parties import Manager
from billing.domain.steps import Amendment, Step, StepKind, check_amendment, check_signature
from billing.store.transaction import Transaction
from billing.usecases import convention_papers
from billing.usecases.leaving import held
from chassis.clock import Clock, paris_day
from chassis.db import UnitOfWork


def countersign(
    uow: UnitOfWork[Transaction],
    manager: Manager,
    convention_id: uuid.UUID,
    kind: StepKind,
    on: date | None,
    clock: Clock,
) -> None:
    """The CdG, or the provider, signed too. It opens nothing: access follows from the reception (art. 3).

    Raises Unknown, and Refused (`on_day`, `form` once it is recorded).
    """
    now = clock.now()
    with uow("countersign") as tx:
        convention, _ = held(tx, manager, convention_id)
        day = check_signature(on, paris_day(now))
        if not tx.life.add_step(Step(uuid.uuid4(), convention.id, kind, day, manager.id, now)):
            raise Refused({"form": Fault.DONE_ALREADY})


def amend(
    uow: UnitOfWork[Transaction], manager: Manager, convention_id: uuid.UUID, typed: Amendment, clock: Clock
) -> int:
    """Record an amendment and have it printed; answer its number. The same as the last one, sent twice, is that one.

    Raises Unknown, and Refused by field.
    """
    now = clock.now()
    with uow("amend_convention") as tx:
        convention, member = held(tx, manager, convention_id)
        if convention.until_on < paris_day(now):
            raise Refused({"form": Fault.ENDED_ALREADY})
        amendment = check_amendment(typed, convention.milestones.signed_on, convention.until_on, paris_day(now))
        assert amendment.effect_on is not None
        assert amendment.signed_on is not None
        number = tx.life.next_amendment(convention.id)
        content = {
            "purpose": amendment.purpose,
            "signed_on": amendment.signed_on.isoformat(),
            "countersigned_on": amendment.countersigned_on.isoformat() if amendment.countersigned_on else "",
        }
        last = next((step for step in tx.life.steps([convention.id])[convention.id] if step.number == number - 1), None)
        if last is not None and (last.on_day, last.content) == (amendment.effect_on, content):
            return number - 1
        step = Step(
            uuid.uuid4(),
            convention.id,
            StepKind.AMENDED,
            amendment.effect_on,
            manager.id,
            now,
            number=number,
            content=content,
        )
        tx.life.add_step(step)
        convention_papers.fix_amendment(tx, convention, member, step)
        return number


def prepare_act(uow: UnitOfWork[Transaction], manager: Manager, convention_id: uuid.UUID) -> uuid.UUID:
    """The model act with the persons who are designated today; answer the document's id. Raises Unknown."""
    with uow("prepare_act") as tx:
        convention, member = held(tx, manager, convention_id)
        draft = convention_papers.known_draft(convention.headcount, tx.habilitations.of_members([member.id]))
        return convention_papers.fix_act(tx, convention, member, draft)


def set_data_roles(
    uow: UnitOfWork[Transaction], manager: Manager, convention_id: uuid.UUID, roles: Sequence[DataRoles], clock: Clock
) -> None:
    """Record who answers for which data, where a convention says otherwise than article 8's model.

    Raises Unknown, and Refused by processing.
    """
    now = clock.now()
    with uow("set_data_roles") as tx:
        convention, _ = held(tx, manager, convention_id)
        checked = [data_roles.checked(each) for each in roles]
        tx.life.set_roles(convention.id, checked)
        content = {
            str(each.processing): {"cdg": each.cdg, "member": each.member, "provider": each.provider}
            for each in checked
        }
        step = Step(uuid.uuid4(), convention.id, StepKind.ROLES_SET, paris_day(now), manager.id, now, content=content)
        tx.life.add_step(step)
