"""The true counts."""

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from analytics.domain.figures import Cell
from analytics.store.tables import figures


class Figures:
    """Counts by cell. Nothing outside the publication rule reads them."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, cell: Cell, delta: int) -> None:
        row = insert(figures).values(month=cell.month, act=cell.act, size_band=cell.band, count=delta)
        key = [figures.c.month, figures.c.act, figures.c.size_band]
        self._session.execute(
            row.on_conflict_do_update(index_elements=key, set_={"count": figures.c.count + row.excluded.count})
        )

    def all(self) -> dict[Cell, int]:
        rows = self._session.execute(select(figures))
        return {Cell(row.month, row.act, row.size_band): row._mapping["count"] for row in rows}
