"""Who sees a case. Every query that a person's request reaches goes through `seen_by`."""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, or_

from casework.domain.people import Quality, Staff
from casework.store.tables import case_access, cases, habilitations


def in_force(now: datetime) -> ColumnElement[bool]:
    """Is the habilitation valid at this instant?"""
    return and_(habilitations.c.valid_from <= now, not_ended(now))


def not_ended(now: datetime) -> ColumnElement[bool]:
    return or_(habilitations.c.valid_until.is_(None), habilitations.c.valid_until > now)


def seen_by(person: Staff, now: datetime, *qualities: Quality) -> ColumnElement[bool]:
    """The condition that keeps, of `cases`, those that the person sees in one of these qualities.

    The row of `case_access` names the habilitation it rests on: once that one ends, the case is gone for them.
    """
    return exists().where(
        case_access.c.case_id == cases.c.case_id,
        case_access.c.person_id == person.person_id,
        case_access.c.quality.in_([str(quality) for quality in qualities]),
        habilitations.c.habilitation_id == case_access.c.habilitation_id,
        habilitations.c.issuer == person.issuer,
        habilitations.c.subject == person.subject,
        in_force(now),
    )
