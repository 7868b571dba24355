"""Members and habilitations, as billing tells them, and who was given which case."""

import uuid
from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, Row, cast, delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from casework.domain.people import Staff, quality_of
from casework.domain.routing import Habilitation, Role
from casework.store.access import in_force, not_ended
from casework.store.tables import case_access, cases, habilitations, memberships
from chassis.locks import lock_key


class AmbiguousPerson(Exception):
    """One account stands for two persons: nobody is let in until billing has put that right."""


class People:
    """Who is a member, who may act."""

    def __init__(self, session: Session, now: datetime) -> None:
        self._session = session
        self._now = now

    def hold(self, cdg_id: str, *, to_change: bool = False) -> None:
        """Until the transaction ends, nobody becomes habilitated while a case is given to the habilitated, or back."""
        lock = func.pg_advisory_xact_lock if to_change else func.pg_advisory_xact_lock_shared
        self._session.execute(select(lock(lock_key(f"people/{cdg_id}"))))

    def put_membership(self, member_id: str, version: int, **values: Any) -> bool:
        """Replace an older version. Answers False for one that is not newer."""
        return self._put(memberships, "member_id", {"member_id": member_id, "version": version, **values})

    def put_habilitation(self, habilitation_id: str, version: int, **values: Any) -> bool:
        """Replace an older version; what rested on the older one falls. Answers False for one that is not newer."""
        row = {"habilitation_id": habilitation_id, "version": version, **values}
        if not self._put(habilitations, "habilitation_id", row):
            return False
        self._session.execute(delete(case_access).where(case_access.c.habilitation_id == habilitation_id))
        return True

    def membership(self, member_ids: Collection[str]) -> dict[str, Row[Any]]:
        """The known members among these."""
        found = self._session.execute(select(memberships).where(memberships.c.member_id.in_(member_ids)))
        return {row.member_id: row for row in found}

    def served_by(self, screener: Staff) -> Sequence[Row[Any]]:
        """The members of the CdGs that a screener reads for, by name: those whose convention runs, by their own day."""
        theirs = select(habilitations.c.cdg_id).where(
            habilitations.c.issuer == screener.issuer,
            habilitations.c.subject == screener.subject,
            habilitations.c.role == str(Role.SCREENER),
            in_force(self._now),
        )
        today = cast(func.timezone(memberships.c.time_zone, self._now), Date)
        query = (
            select(memberships)
            .where(
                memberships.c.cdg_id.in_(theirs),
                memberships.c.from_day <= today,
                memberships.c.until_day.is_(None) | (memberships.c.until_day >= today),
            )
            .order_by(memberships.c.name, memberships.c.member_id)
        )
        return self._session.execute(query).all()

    def cdgs(self) -> set[str]:
        """Every CdG that has a member or a habilitated person."""
        known = select(memberships.c.cdg_id).union(select(habilitations.c.cdg_id))
        return set(self._session.scalars(known))

    def of_cdgs(self, cdg_ids: Collection[str]) -> list[Habilitation]:
        """The habilitations of these CdGs that have not ended. One that begins later is among them: `seen_by` waits."""
        rows = select(habilitations).where(habilitations.c.cdg_id.in_(cdg_ids), not_ended(self._now))
        return [self._habilitation(row) for row in self._session.execute(rows)]

    def staff(self, issuer: str, subject: str) -> Staff | None:
        """Who signed in, if they are habilitated to something now. Raises AmbiguousPerson."""
        rows = self._session.execute(
            select(habilitations.c.person_id, habilitations.c.role).where(
                habilitations.c.issuer == issuer, habilitations.c.subject == subject, in_force(self._now)
            )
        ).all()
        persons = {row.person_id for row in rows}
        if not persons:
            return None
        if len(persons) > 1:
            raise AmbiguousPerson
        return Staff(persons.pop(), issuer, subject, frozenset(Role(row.role) for row in rows))

    def give(self, given: Sequence[tuple[uuid.UUID, Habilitation]]) -> None:
        """Let these people see these cases, each in the quality of their role."""
        if not given:
            return
        rows = [
            {
                "case_id": case_id,
                "habilitation_id": habilitation.habilitation_id,
                "person_id": habilitation.person_id,
                "quality": str(quality_of(habilitation.role)),
            }
            for case_id, habilitation in given
        ]
        self._session.execute(insert(case_access).on_conflict_do_nothing(), rows)

    def concerned(self, case_id: uuid.UUID) -> set[str]:
        """The persons who see a case now."""
        rows = (
            select(case_access.c.person_id)
            .join(habilitations, habilitations.c.habilitation_id == case_access.c.habilitation_id)
            .where(case_access.c.case_id == case_id, in_force(self._now))
        )
        return set(self._session.scalars(rows))

    def roles_on(self, person: Staff, case_id: uuid.UUID) -> set[Role]:
        """In which roles a person sees a case now."""
        rows = (
            select(habilitations.c.role)
            .join(case_access, case_access.c.habilitation_id == habilitations.c.habilitation_id)
            .where(case_access.c.case_id == case_id, case_access.c.person_id == person.person_id, in_force(self._now))
        )
        return {Role(role) for role in self._session.scalars(rows)}

    def cases_open_to(self, newcomer: Habilitation) -> Sequence[Any]:
        """The cases that a new habilitation could reach: of its member or CdG; for a handler, released."""
        query = select(cases.c.case_id, cases.c.member_id, cases.c.cdg_id, cases.c.pool).where(
            cases.c.cdg_id == newcomer.cdg_id
        )
        if newcomer.member_id is not None:
            query = query.where(cases.c.member_id == newcomer.member_id)
        if newcomer.role is not Role.SCREENER:
            query = query.where(cases.c.released_day.is_not(None))
        return self._session.execute(query).all()

    def _habilitation(self, row: Row[Any]) -> Habilitation:
        begun = row.valid_from <= self._now
        return Habilitation(row.habilitation_id, row.person_id, Role(row.role), row.cdg_id, row.member_id, begun)

    def _put(self, table: Any, key: str, values: dict[str, Any]) -> bool:
        statement = insert(table).values(values)
        replace = statement.on_conflict_do_update(
            index_elements=[key],
            set_={name: statement.excluded[name] for name in values if name != key},
            where=table.c.version < statement.excluded.version,
        )
        return self._session.execute(replace.returning(table.c[key])).first() is not None


def day_or_none(text: str) -> date | None:
    """An ISO day; None for an empty text."""
    return date.fromisoformat(text) if text else None
