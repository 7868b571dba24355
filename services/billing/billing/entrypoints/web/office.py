"""What every page of billing works with."""

from dataclasses import dataclass
from datetime import timedelta

from fastapi import Request

from billing.reference.communes import OfficialList
from billing.store.transaction import Transaction
from billing.usecases.ports import Files, Press
from chassis.clock import Clock
from chassis.db import UnitOfWork
from chassis.web import SealedCookie


@dataclass(frozen=True)
class Office:
    """Set up once per process, found again from any request."""

    uow: UnitOfWork[Transaction]
    communes: OfficialList
    clock: Clock
    press: Press
    files: Files
    delay: timedelta
    invitation: SealedCookie
    space: SealedCookie


def office(request: Request) -> Office:
    """Dependency: the office of the application that answers."""
    found: Office = request.app.state.office
    return found
