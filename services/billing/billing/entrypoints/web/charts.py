"""Charts drawn on the server: SVG without script or style, one drawing for wide screens and one for phones.

A chart is an image with a title and a description; its numbers stand in a table beside (charts.html). Positions are
whole numbers. Colours come from overview.css, by the series' tone.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from markupsafe import Markup, escape

_WIDE, _NARROW = (640, 280), (330, 240)
_TOP, _RIGHT, _BOTTOM, _LEFT = 18, 14, 30, 8
# Room for one character of an axis label, and for the label of a month.
_CHARACTER, _LABEL = 8, 86


@dataclass(frozen=True, slots=True)
class Series:
    """One line, or one column of each group. `tone`: first, second."""

    label: str
    values: Sequence[int]
    tone: str = "first"


@dataclass(frozen=True, slots=True)
class Chart:
    """`labels`: under the axis, one for each value. `write`: a value in words; `tick`: shorter, beside the axis."""

    name: str
    title: str
    says: str
    head: str
    labels: Sequence[str]
    series: Sequence[Series]
    write: Callable[[int], str] = str
    tick: Callable[[int], str] = str
    columns: bool = False

    @property
    def rows(self) -> list[tuple[str, list[str]]]:
        """The table: a label and the written values."""
        values = zip(*(each.values for each in self.series), strict=True)
        return [(label, [self.write(value) for value in row]) for label, row in zip(self.labels, values, strict=True)]

    @property
    def wide(self) -> Markup:
        return self._drawn(*_WIDE, "wide-chart")

    @property
    def narrow(self) -> Markup:
        return self._drawn(*_NARROW, "narrow-chart")

    def _drawn(self, width: int, height: int, shown: str) -> Markup:
        ticks = scale(max((value for each in self.series for value in each.values), default=0))
        left = _LEFT + _CHARACTER * max(len(self.tick(value)) for value in ticks)
        plane = _Plane(left, _TOP, width - left - _RIGHT, height - _TOP - _BOTTOM, ticks[-1], len(self.labels))
        parts = [_grid(plane, ticks, self.tick), _months(plane, self.labels, self.columns)]
        draw = _columns if self.columns else _line
        parts += [draw(plane, each, rank, len(self.series)) for rank, each in enumerate(self.series)]
        titled = f"{self.name}-{shown}"
        return Markup(
            '<svg class="chart {shown}" viewBox="0 0 {width} {height}" role="img"'
            ' aria-labelledby="{titled}-t {titled}-d">'
            '<title id="{titled}-t">{title}</title><desc id="{titled}-d">{says}</desc>{parts}</svg>'
        ).format(
            shown=shown, width=width, height=height, titled=titled, title=self.title, says=self.says,
            parts=Markup("").join(parts),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Plane:
    """Where values are drawn: a corner, a size, the value at the top, and how many labels stand below."""

    left: int
    top: int
    width: int
    height: int
    most: int
    count: int

    def y(self, value: int) -> int:
        return self.top + self.height - self.height * max(value, 0) // self.most

    def x(self, rank: int) -> int:
        """The middle of a label's slot."""
        return self.left + self.width * (2 * rank + 1) // (2 * self.count)


def scale(largest: int, parts: int = 4) -> list[int]:
    """Round values from 0 up to at least the largest, `parts` steps at most."""
    step, power = 1, 1
    while step * parts < largest:
        step = next((each * power for each in (1, 2, 5) if each * power > step), 0)
        if not step:
            power *= 10
            step = power
    return [step * number for number in range(max(-(-largest // step), 1) + 1)]


def _grid(plane: _Plane, ticks: Sequence[int], write: Callable[[int], str]) -> Markup:
    lines = (
        Markup('<line class="{}" x1="{}" x2="{}" y1="{}" y2="{}"/><text class="tick" x="{}" y="{}">{}</text>').format(
            "base" if value == 0 else "grid",
            plane.left,
            plane.left + plane.width,
            plane.y(value),
            plane.y(value),
            plane.left - 8,
            plane.y(value) + 4,
            write(value),
        )
        for value in ticks
    )
    return Markup("").join(lines)


def _months(plane: _Plane, labels: Sequence[str], columns: bool) -> Markup:
    """As many labels as there is room for, the last one always."""
    room = max(plane.width // (_LABEL if not columns else _LABEL // 2), 1)
    every = max(-(-len(labels) // room), 1)
    shown = [rank for rank in range(len(labels)) if (len(labels) - 1 - rank) % every == 0]
    texts = []
    for rank in shown:
        anchor = "end" if rank == len(labels) - 1 and not columns and len(labels) > 1 else "middle"
        x = plane.left + plane.width if anchor == "end" else plane.x(rank)
        texts.append(_text(f"month {anchor}", x, plane.top + plane.height + 20, labels[rank]))
    return Markup("").join(texts)


def _line(plane: _Plane, series: Series, _rank: int, _count: int) -> Markup:
    points = [(plane.x(rank), plane.y(value)) for rank, value in enumerate(series.values)]
    if not points:
        return Markup("")
    # Steps: between two months nothing happens.
    steps = f"M{points[0][0]} {points[0][1]}" + "".join(f"H{b[0]}V{b[1]}" for _, b in pairwise(points))
    floor = plane.top + plane.height
    last = points[-1]
    area = Markup('<path class="area {}" d="{}V{}H{}z"/>').format(series.tone, steps, floor, points[0][0])
    line = Markup('<path class="line {}" d="{}"/>').format(series.tone, steps)
    dot = Markup('<circle class="dot {}" cx="{}" cy="{}" r="5"/>').format(series.tone, *last)
    return area + line + dot


def _columns(plane: _Plane, series: Series, rank: int, count: int) -> Markup:
    slot = plane.width // plane.count
    width = max((slot * 7 // 10) // count, 2)
    bars = []
    for number, value in enumerate(series.values):
        if value > 0:
            x = plane.x(number) - width * count // 2 + width * rank
            high = max(plane.top + plane.height - plane.y(value), 1)
            bars.append(
                Markup('<rect class="column {}" x="{}" y="{}" width="{}" height="{}" rx="2"/>').format(
                    series.tone, x, plane.top + plane.height - high, width - 1, high
                )
            )
    return Markup("").join(bars)


def _text(classes: str, x: int, y: int, words: str) -> Markup:
    return Markup('<text class="{}" x="{}" y="{}">{}</text>').format(classes, x, y, escape(words))
