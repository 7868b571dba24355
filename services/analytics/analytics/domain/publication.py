"""A publication: figures that stand for ever as they were shown."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from analytics.domain.figures import ACTS, BANDS, Cell, months_before, months_between

_SHOWN_AT_LEAST = 12


@dataclass(frozen=True, slots=True)
class Publication:
    """`figures` holds what is shown; every other cell of the cube is secret."""

    published_at: datetime
    threshold: int
    figures: Mapping[Cell, int]

    @property
    def months(self) -> list[str]:
        """At least the last twelve; earlier ones as far back as a figure is shown."""
        last = max([f"{self.published_at:%Y-%m}", *(cell.month for cell in self.figures)])
        first = min([months_before(last, _SHOWN_AT_LEAST - 1), *(cell.month for cell in self.figures)])
        return months_between(first, last)

    @property
    def acts(self) -> list[str]:
        """The whole list, and acts that are not on it only once a figure of theirs is shown."""
        return [*ACTS, *sorted({cell.act for cell in self.figures} - set(ACTS))]

    @property
    def bands(self) -> list[str]:
        """The whole list, and bands that are not on it only once a figure of theirs is shown."""
        return [*BANDS, *sorted({cell.band for cell in self.figures} - set(BANDS))]

    def cells(self) -> list[Cell]:
        """The whole cube, shown or secret."""
        return [Cell(month, act, band) for month in self.months for act in self.acts for band in self.bands]
