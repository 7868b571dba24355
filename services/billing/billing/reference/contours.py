"""Contours of communes, as shipped: read once for each département, drawn as they are."""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Contour:
    """A commune on the plane: its middle, and its outline as the attribute `d` of an SVG path."""

    x: int
    y: int
    path: str


@dataclass(frozen=True, slots=True)
class DepartmentMap:
    """A département; 1 unit for 100 metres, from the north-west."""

    outline: str
    width: int
    height: int
    communes: dict[str, Contour]


@cache
def department_map(department: str) -> DepartmentMap | None:
    """The map of a département; None where none is shipped."""
    path = _FOLDER / f"contours-{department}.csv"
    if not department.isalnum() or not path.exists():
        return None
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    whole, *communes = rows
    return DepartmentMap(
        whole["path"],
        int(whole["x"]),
        int(whole["y"]),
        {row["insee_code"]: Contour(int(row["x"]), int(row["y"]), row["path"]) for row in communes},
    )
