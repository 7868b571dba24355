"""Tariffs of a CdG: versions are added, and stay."""

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from billing.domain.sharing import Joining, Sharing, SharingRefused, sharing
from billing.domain.tariffs import Tariff, read
from billing.store.call_tables import tariffs
from billing.store.tables import cdgs, managers


@dataclass(frozen=True, slots=True)
class Recorded:
    """A version, with who recorded it and when. `shared`: what all members pay together, if it says so."""

    tariff: Tariff
    shared: Sharing | None
    recorded_by: str
    recorded_at: datetime


class Tariffs:
    """Versions count from 1 in each CdG."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def all(self, cdg_id: uuid.UUID) -> list[Tariff]:
        """Every version, the first one first."""
        query = select(tariffs).where(tariffs.c.cdg_id == cdg_id).order_by(tariffs.c.version)
        return [_tariff(row.data, row.version, row.valid_from) for row in self._session.execute(query)]

    def recorded(self, cdg_id: uuid.UUID) -> list[Recorded]:
        """Every version, the last one first."""
        query = (
            select(tariffs, managers.c.name)
            .join(managers, managers.c.id == tariffs.c.recorded_by)
            .where(tariffs.c.cdg_id == cdg_id)
            .order_by(tariffs.c.version.desc())
        )
        return [
            Recorded(_tariff(row.data, row.version, row.valid_from), _shared(row.data), row.name, row.recorded_at)
            for row in self._session.execute(query)
        ]

    def joinings(self) -> list[Joining]:
        """Whose fund each CdG joins by each version of its tariff, in the order of record; held against others."""
        self._session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended("tariffs:joinings", 0))))
        query = select(cdgs.c.department, tariffs.c.valid_from, tariffs.c.data).select_from(tariffs.join(cdgs))
        rows = self._session.execute(query.order_by(tariffs.c.cdg_id, tariffs.c.version))
        return [Joining(row.department, row.valid_from, _joins(row.data)) for row in rows]

    def add(self, cdg_id: uuid.UUID, data: Mapping[str, Any], valid_from: date, *, by: uuid.UUID, at: datetime) -> int:
        """Add a version; answer which. Two added at once wait for each other; the same, sent twice, is one."""
        self._session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"tariffs:{cdg_id}", 0))))
        known = select(tariffs).where(tariffs.c.cdg_id == cdg_id).order_by(tariffs.c.version.desc()).limit(1)
        last, text = self._session.execute(known).one_or_none(), json.dumps(data, ensure_ascii=False)
        if last is not None and (last.valid_from, last.data) == (valid_from, text):
            return int(last.version)
        version = last.version + 1 if last is not None else 1
        row = {"cdg_id": cdg_id, "version": version, "valid_from": valid_from, "data": text}
        self._session.execute(insert(tariffs).values(row | {"recorded_by": by, "recorded_at": at}))
        return version


def _tariff(data: str, version: int, valid_from: date) -> Tariff:
    return read(json.loads(data), version=version, valid_from=valid_from)


def _shared(data: str) -> Sharing | None:
    try:
        return sharing(json.loads(data))
    except SharingRefused:
        return None


def _joins(data: str) -> str:
    shared = _shared(data)
    return shared.pooled_with if shared else ""
