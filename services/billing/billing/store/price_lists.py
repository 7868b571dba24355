"""Price lists of the provider's services, version by version."""

import json
import uuid
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, and_, insert, select, update
from sqlalchemy.orm import Session

from billing.store import order_tables as t
from billing.store.tables import cdgs


@dataclass(frozen=True, slots=True)
class PriceList:
    """A version of a CdG's list, with both readings; `reading` counts."""

    cdg_id: uuid.UUID
    version: int
    valid_from: date
    reading: str
    data: dict[str, Any]
    chosen_by: uuid.UUID | None
    chosen_on: date
    told_on: date | None


class PriceLists:
    """Versions are added; the last that started counts."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, price_list: PriceList) -> None:
        values = {name: getattr(price_list, name) for name in PriceList.__slots__}
        values["data"] = json.dumps(price_list.data, ensure_ascii=False)
        self._session.execute(insert(t.price_lists).values(values))

    def get(self, cdg_id: uuid.UUID, version: int) -> PriceList | None:
        query = select(t.price_lists).where(t.price_lists.c.cdg_id == cdg_id, t.price_lists.c.version == version)
        row = self._session.execute(query).one_or_none()
        return None if row is None else _price_list(row)

    def all(self, cdg_id: uuid.UUID) -> list[PriceList]:
        """Every version of a CdG, the newest first."""
        query = select(t.price_lists).where(t.price_lists.c.cdg_id == cdg_id)
        return [_price_list(row) for row in self._session.execute(query.order_by(t.price_lists.c.version.desc()))]

    def in_force(self, cdg_id: uuid.UUID, day: date) -> PriceList | None:
        """The version that counts on a day: of those that have started, the newest."""
        query = select(t.price_lists).where(t.price_lists.c.cdg_id == cdg_id, t.price_lists.c.valid_from <= day)
        row = self._session.execute(query.order_by(t.price_lists.c.version.desc()).limit(1)).one_or_none()
        return None if row is None else _price_list(row)

    def without(self) -> list[uuid.UUID]:
        """CdGs that have no list yet."""
        known = select(t.price_lists.c.cdg_id)
        return list(self._session.scalars(select(cdgs.c.id).where(cdgs.c.id.not_in(known))))

    def untold(self, day: date) -> list[PriceList]:
        """Versions that have started and casework was not told of, the oldest first; held."""
        query = select(t.price_lists).where(t.price_lists.c.told_on.is_(None), t.price_lists.c.valid_from <= day)
        query = query.order_by(t.price_lists.c.cdg_id, t.price_lists.c.version).with_for_update(skip_locked=True)
        return [_price_list(row) for row in self._session.execute(query)]

    def told(self, price_list: PriceList, day: date) -> None:
        same = and_(t.price_lists.c.cdg_id == price_list.cdg_id, t.price_lists.c.version == price_list.version)
        self._session.execute(update(t.price_lists).where(same).values(told_on=day))


def _price_list(row: Row[Any]) -> PriceList:
    values = row._asdict() | {"data": json.loads(row.data)}
    return PriceList(**values)
