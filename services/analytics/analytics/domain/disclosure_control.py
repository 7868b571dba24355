"""Statistical secrecy: which figures may be shown, now and after what was shown before.

Texts. Loi 51-711 of 7 June 1951 and code pénal, art. 226-13: what could tell of a person is not published. Thresholds
in use: 11 for data on natural persons (Insee, fiscal sources), 10 for social services (arrêté of 28 April 2008), 3 as
the floor of all (Insee, business statistics). Insee's rule on margins: where totals are published, further cells must
be hidden too, else a subtraction gives the hidden one back. Between successive publications, the differences are held
to the same threshold.

One rule gives all of it. A cell keeps the figure that was last published (nothing, at first) until its true count is
away from it by the threshold or more; then the true count is published, or nothing if it is under the threshold. So:

- no figure under the threshold is ever shown (the first one is at least the threshold away from nothing);
- between any two publications a cell moves by 0, or by the threshold or more: no subtraction isolates a report;
- zero is shown as any other small count: nobody learns from a cell that a first report came;
- no total is published, and each cell is decided from its own counts alone: nothing can be subtracted;
- a figure that is shown is at most (threshold - 1) away from the truth.

What stays: whoever sees a figure move learns that at least so many reports of that kind came since it last moved, one
of them since the publication before (so publications are days or weeks apart); and whoever files (threshold - 1)
reports of a kind can see the next one, as with every threshold.
"""

from collections.abc import Mapping

from analytics.domain.figures import Cell

FLOOR = 3
DEFAULT_THRESHOLD = 11


def publishable(counts: Mapping[Cell, int], before: Mapping[Cell, int], threshold: int) -> dict[Cell, int]:
    """The figures to publish, by cell; a cell that is absent is secret. `before`: the publication that they follow.

    Raises ValueError for a threshold under the floor.
    """
    if threshold < FLOOR:
        raise ValueError(f"the threshold is never below {FLOOR}")
    figures = {cell: _next(counts.get(cell, 0), before.get(cell, 0), threshold) for cell in {*counts, *before}}
    return {cell: figure for cell, figure in figures.items() if figure}


def _next(count: int, before: int, threshold: int) -> int:
    """A cell's figure after `before`; 0 stands for secret."""
    if abs(count - before) < threshold:
        return before
    return count if count >= threshold else 0
