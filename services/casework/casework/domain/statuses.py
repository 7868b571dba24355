"""The statuses of a case, and which may follow which."""

from enum import StrEnum


class Status(StrEnum):
    RECEIVED = "received"
    SCREENING = "screening"
    RELEASED = "released"
    IN_CHARGE = "in_charge"
    CLOSED = "closed"


class NotNow(Exception):
    """The case is not in a status from which this may be done."""


_FOLLOWS = {
    Status.RECEIVED: {Status.SCREENING},
    Status.SCREENING: {Status.RELEASED},
    Status.RELEASED: {Status.IN_CHARGE},
    # A case is closed by who took it in charge: the reporter has been told that somebody read it.
    Status.IN_CHARGE: {Status.CLOSED},
    Status.CLOSED: set(),
}


def advance(current: Status, target: Status) -> Status:
    """`target`, if it may follow `current`. Raises NotNow."""
    if target not in _FOLLOWS[current]:
        raise NotNow(f"{current} → {target}")
    return target


def is_handled(status: Status) -> bool:
    """Have the referents been given the case?"""
    return status in {Status.RELEASED, Status.IN_CHARGE, Status.CLOSED}
