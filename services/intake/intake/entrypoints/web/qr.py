"""QR codes as inline SVG: no request, no file, nothing in a cache."""

from itertools import groupby

import segno
from markupsafe import Markup

# Modules left white around the code, as readers expect.
_QUIET = 4


def svg(text: str, *, sturdy: bool = False) -> Markup:
    """A black and white QR code. The mask is fixed: trying all eight costs five times as much.

    `sturdy`: still readable when a part of the print is worn.
    """
    code = segno.make(text, error="m" if sturdy else "l", mask=3, micro=False, boost_error=False)
    size = len(code.matrix) + 2 * _QUIET
    path = "".join(_row(y, row) for y, row in enumerate(code.matrix, _QUIET))
    return Markup(  # noqa: S704 (numbers only: the text itself is not in it)
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" shape-rendering="crispEdges">'
        f'<path fill="#fff" d="M0 0h{size}v{size}H0z"/><path d="{path}"/></svg>'
    )


def _row(y: int, row: bytearray) -> str:
    """The dark runs of one row of modules."""
    drawn, x = [], _QUIET
    for dark, run in groupby(row):
        length = len(list(run))
        if dark:
            drawn.append(f"M{x} {y}h{length}v1h-{length}z")
        x += length
    return "".join(drawn)
