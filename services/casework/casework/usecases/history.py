"""Figures of the past twelve months, for a demo that has something to show. No case stands behind them.

Figures are published from eleven on (services/analytics, disclosure control). The past months have enough of some to
show; in the current one every cell stands at ten, so that the first report filed moves a published figure.
"""

import random
from collections.abc import Iterator
from datetime import date

from casework.domain.acts import Act
from casework.store.transaction import Transaction
from chassis.db import UnitOfWork
from paravent.casework.v1.events_pb2 import FigureDelta, FiguresChanged

_NAME = "history-1"
_MONTHS = 12
# In each cell of the current month: one less than what is published.
_ALMOST = 10
# Shares of acts, after the State's own count of 2021 (61 % moral harassment, 23 % discrimination) and the rest by feel.
_ACTS = {
    Act.HARCELEMENT_MORAL: 52,
    Act.DISCRIMINATION: 17,
    Act.AGISSEMENT_SEXISTE: 9,
    Act.HARCELEMENT_SEXUEL: 6,
    Act.VIOLENCE: 5,
    Act.MENACE: 5,
    Act.INTIMIDATION: 4,
    Act.ATTEINTE_PHYSIQUE: 2,
}


def seed_history(uow: UnitOfWork[Transaction], bands: dict[str, int], per_month: int = 160) -> bool:
    """Tell analytics of a made-up past, once. `bands`: size bands and their weights. Answers whether it was done."""
    with uow("seed_history") as tx:
        if not tx.records.first_time(_NAME):
            return False
        for month in past_months(tx.today, _MONTHS):
            tx.outbox.add(FiguresChanged(deltas=list(_month(month, bands, per_month))))
        tx.outbox.add(FiguresChanged(deltas=list(_this_month(tx.today, bands))))
        return True


def past_months(today: date, count: int) -> list[str]:
    """The `count` months before this one, as YYYY-MM."""
    this = today.year * 12 + today.month - 1
    return [f"{number // 12}-{number % 12 + 1:02}" for number in range(this - count, this)]


def _this_month(today: date, bands: dict[str, int]) -> Iterator[FigureDelta]:
    for act in _ACTS:
        for band in bands:
            yield FigureDelta(month=f"{today:%Y-%m}", act=str(act), size_band=band, delta=_ALMOST)


def _month(month: str, bands: dict[str, int], per_month: int) -> Iterator[FigureDelta]:
    """The same month always gives the same figures."""
    draw = random.Random(month)  # noqa: S311 (made-up figures, no secret)
    counts: dict[tuple[str, str], int] = {}
    for _ in range(per_month + draw.randint(-20, 30)):
        act = str(draw.choices(list(_ACTS), weights=list(_ACTS.values()))[0])
        band = draw.choices(list(bands), weights=list(bands.values()))[0]
        counts[act, band] = counts.get((act, band), 0) + 1
    for (act, band), count in sorted(counts.items()):
        yield FigureDelta(month=month, act=act, size_band=band, delta=count)
