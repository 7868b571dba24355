"""Publications. Rows are added, never changed: the application's role may not."""

import uuid
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Row, insert, select
from sqlalchemy.orm import Session

from analytics.domain.figures import Cell
from analytics.domain.publication import Publication
from analytics.store.tables import snapshot_cells, snapshots
from chassis.clock import PARIS


class Snapshots:
    """All publications, the last one first."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def latest(self) -> Publication | None:
        row = self._last_row()
        if row is None:
            return None
        return Publication(row.published_at.astimezone(PARIS), row.threshold, self._figures(row.cells_of))

    def add(self, publication: Publication) -> None:
        """Keep a publication. One that repeats the last keeps no figures of its own."""
        last = self._last_row()
        own = last is None or self._figures(last.cells_of) != publication.figures
        snapshot_id = uuid.uuid4()
        self._session.execute(
            insert(snapshots).values(
                id=snapshot_id,
                published_at=publication.published_at,
                threshold=publication.threshold,
                cells_of=snapshot_id if own or last is None else last.cells_of,
            )
        )
        if own and publication.figures:
            self._session.execute(insert(snapshot_cells), _rows(snapshot_id, publication.figures))

    def _last_row(self) -> Row[Any] | None:
        return self._session.execute(select(snapshots).order_by(snapshots.c.published_at.desc()).limit(1)).first()

    def _figures(self, snapshot_id: uuid.UUID) -> dict[Cell, int]:
        rows = self._session.execute(select(snapshot_cells).where(snapshot_cells.c.snapshot_id == snapshot_id))
        return {Cell(row.month, row.act, row.size_band): row._mapping["count"] for row in rows}


def _rows(snapshot_id: uuid.UUID, figures: Mapping[Cell, int]) -> list[dict[str, Any]]:
    return [
        {"snapshot_id": snapshot_id, "month": cell.month, "act": cell.act, "size_band": cell.band, "count": count}
        for cell, count in sorted(figures.items())
    ]
