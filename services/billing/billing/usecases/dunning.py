"""Reminders: the clock prepares the letters, a manager looks at them and sends them."""

import json
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from billing.domain import dunning as rules
from billing.domain.ageing import Standing
from billing.domain.dunning import Reminder
from billing.domain.invoices import Seller
from billing.domain.parties import Manager
from billing.store.transaction import Transaction
from billing.usecases.letters import write_to_member
from chassis.clock import Clock, paris_day
from chassis.db import UnitOfWork
from paravent.billing.v1 import events_pb2 as events

KIND = "relance"


@dataclass(frozen=True, slots=True)
class Waiting:
    """A letter that waits. `reachable`: somebody of the member is known, to whom it can be mailed."""

    id: uuid.UUID
    reminder: Reminder
    reachable: bool


@dataclass(frozen=True, slots=True)
class Dunning:
    """The page of the reminders."""

    today: date
    days: Sequence[int]
    waiting: Sequence[Waiting]
    disputed: Sequence[Standing]
    for_the_comptable: Sequence[Standing]


def prepare(uow: UnitOfWork[Transaction], clock: Clock) -> int:
    """Duty: prepare the letters that a day's coming makes due, drop those that have nothing to say any more."""
    today = paris_day(clock.now())
    with uow("sellers") as tx:
        cdgs = tx.reminders.cdgs()
    done = 0
    for cdg_id in cdgs:
        with uow("prepare_reminders") as tx:
            due = _due(tx, cdg_id, today)
            waiting = tx.reminders.open(cdg_id)
            over = [letter for member, letter in waiting.items() if member not in due]
            tx.reminders.drop(over, today)
            new = [member for member in due if member not in waiting]
            done += tx.reminders.prepare(cdg_id, new, today) + len(over)
    return done


def overview(uow: UnitOfWork[Transaction], manager: Manager, clock: Clock) -> Dunning:
    """What waits for a manager."""
    today = paris_day(clock.now())
    with uow("reminders") as tx:
        days = tx.accounting.ledger(manager.cdg_id).reminder_days
        standings = tx.balances.standings(manager.cdg_id, today, unpaid=True)
        due = {one.member_id: one for one in rules.reminders(standings, today, days)}
        letters = tx.reminders.open(manager.cdg_id)
        known = tx.parties.correspondents(letters)
        waiting = [Waiting(letter, due[member], member in known) for member, letter in letters.items() if member in due]
        return Dunning(
            today,
            days,
            sorted(waiting, key=lambda one: one.reminder.member_name),
            [one for one in standings if one.disputed and one.open.cents > 0],
            [one for one in standings if rules.for_the_comptable(one, today, days)],
        )


def preview(uow: UnitOfWork[Transaction], manager: Manager, letter_id: uuid.UUID, clock: Clock) -> str | None:
    """The content of a letter as it would be sent today; None when it waits no more."""
    today = paris_day(clock.now())
    with uow("preview_reminder") as tx:
        found = [one for one, id_ in tx.reminders.open(manager.cdg_id).items() if id_ == letter_id]
        due = _due(tx, manager.cdg_id, today)
        seller = tx.invoices.seller(manager.cdg_id)
        if not found or found[0] not in due or seller is None:
            return None
        return json.dumps(_content(tx, seller, due[found[0]], today), ensure_ascii=False)


def send(uow: UnitOfWork[Transaction], manager: Manager, letter_ids: Iterable[uuid.UUID], clock: Clock) -> int:
    """Send these letters; how many left. What was paid or disputed meanwhile is in none of them."""
    return sum(uow.run("send_reminder", partial(_send, manager, one, clock)) for one in letter_ids)


def _send(manager: Manager, letter_id: uuid.UUID, clock: Clock, tx: Transaction) -> bool:
    now = clock.now()
    today = paris_day(now)
    tx.accounting.hold(manager.cdg_id)
    waiting = {letter: member for member, letter in tx.reminders.open(manager.cdg_id).items()}
    seller = tx.invoices.seller(manager.cdg_id)
    if letter_id not in waiting or seller is None:
        return False
    reminder = _due(tx, manager.cdg_id, today, waiting[letter_id]).get(waiting[letter_id])
    if reminder is None:
        return False
    document_id = tx.documents.ask(
        KIND,
        letter_id,
        cdg_id=manager.cdg_id,
        member_id=reminder.member_id,
        title="Rappel de paiement" if reminder.level == 1 else f"Rappel de paiement (n° {reminder.level})",
        content=_content(tx, seller, reminder, today),
    )
    levels = [(line.standing.invoice_id, line.level) for line in reminder.lines]
    tx.reminders.sent(letter_id, levels, document_id=document_id, manager_id=manager.id, day=today)
    member = tx.members.get(reminder.member_id, manager.cdg_id)
    person = tx.parties.correspondent(reminder.member_id)
    if member is not None and person is not None:
        write_to_member(tx, member, person, events.LETTER_KIND_PAYMENT_REMINDER, now)
    return True


def _due(
    tx: Transaction, cdg_id: uuid.UUID, today: date, member_id: uuid.UUID | None = None
) -> dict[uuid.UUID, Reminder]:
    days = tx.accounting.ledger(cdg_id).reminder_days
    standings = tx.balances.standings(cdg_id, today, member_id, unpaid=True)
    return {one.member_id: one for one in rules.reminders(standings, today, days)}


def _content(tx: Transaction, seller: Seller, reminder: Reminder, today: date) -> Mapping[str, Any]:
    buyer = tx.invoices.buyer(reminder.member_id)
    address = buyer.address if buyer else None
    return {
        "day": today.isoformat(),
        "level": reminder.level,
        "seller": {
            "name": seller.name,
            "siret": seller.siret,
            "street": seller.address.street,
            "place": f"{seller.address.postcode} {seller.address.city}",
            "email": seller.email,
            "iban": seller.iban,
        },
        "member": {
            "name": reminder.member_name,
            "street": address.street if address else "",
            "place": f"{address.postcode} {address.city}" if address else "",
        },
        "lines": [
            {
                "number": line.standing.number,
                "issued_on": line.standing.issued_on.isoformat(),
                "due_on": line.standing.due_on.isoformat(),
                "gross": str(line.standing.gross),
                "paid": str(line.standing.paid),
                "open": str(line.standing.open),
            }
            for line in reminder.lines
        ],
        "open": str(reminder.amount),
    }
