"""Orders of cases, the price lists that billing tells, and the years whose reports were counted."""

import uuid
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from casework.domain.people import Quality, Staff
from casework.store.access import seen_by
from casework.store.order_tables import case_orders, price_lists, report_counts
from casework.store.tables import cases


class Orders:
    """Orders are added, and move on as billing tells."""

    def __init__(self, session: Session, now: datetime, today: date) -> None:
        self._session = session
        self._now = now
        self._today = today

    def add(self, order_id: uuid.UUID, case_id: uuid.UUID, person: Staff, *, by_cdg: bool, sealed: bytes) -> bool:
        """Answers False for an order that is known: a form sent twice is one."""
        row = {"order_id": order_id, "case_id": case_id, "person_id": person.person_id, "by_cdg": by_cdg}
        new = insert(case_orders).values(row | {"version": 0, "status": "asked", "day": self._today, "sealed": sealed})
        done = self._session.execute(new.on_conflict_do_nothing().returning(case_orders.c.order_id))
        return done.first() is not None

    def of_case(self, person: Staff, case_id: uuid.UUID) -> Sequence[Row[Any]]:
        """The orders of a case that the person handles, the oldest first."""
        query = (
            select(case_orders)
            .join(cases, cases.c.case_id == case_orders.c.case_id)
            .where(case_orders.c.case_id == case_id, seen_by(person, self._now, Quality.HANDLER))
        )
        return self._session.execute(query.order_by(case_orders.c.day, case_orders.c.order_id)).all()

    def move(self, order_id: uuid.UUID, version: int, status: str) -> None:
        """A newer state; an older one, or one of an order that is not ours, changes nothing."""
        older = (case_orders.c.order_id == order_id) & (case_orders.c.version < version)
        self._session.execute(update(case_orders).where(older).values(version=version, status=status))

    def put_prices(self, cdg_id: str, version: int, published: bytes) -> None:
        """Replace an older list."""
        new = insert(price_lists).values(cdg_id=cdg_id, version=version, published=published)
        values = {"version": new.excluded.version, "published": new.excluded.published}
        older = price_lists.c.version < new.excluded.version
        self._session.execute(new.on_conflict_do_update(index_elements=["cdg_id"], set_=values, where=older))

    def prices(self, cdg_id: str) -> bytes | None:
        """The PriceListPublished that counts for a CdG; None before any came."""
        return self._session.scalar(select(price_lists.c.published).where(price_lists.c.cdg_id == cdg_id))

    def uncounted(self, cdg_ids: Sequence[str], year: int) -> list[str]:
        """Those whose reports of a year were not told yet."""
        told = select(report_counts.c.cdg_id).where(report_counts.c.year == year)
        known = set(self._session.scalars(told))
        return [cdg_id for cdg_id in sorted(cdg_ids) if cdg_id not in known]

    def count(self, cdg_id: str, first: date, last: date) -> int:
        """How many cases of a CdG were filed between two days, both included."""
        query = select(func.count()).select_from(cases)
        query = query.where(cases.c.cdg_id == cdg_id, cases.c.filed_day.between(first, last))
        return self._session.scalar(query) or 0

    def counted(self, cdg_id: str, year: int) -> bool:
        """Mark a year as told; False when somebody was faster."""
        new = insert(report_counts).values(cdg_id=cdg_id, year=year, told_day=self._today)
        done = self._session.execute(new.on_conflict_do_nothing().returning(report_counts.c.year))
        return done.first() is not None
