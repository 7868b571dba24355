"""Make communes-62.csv from Etalab's package: `python -m billing.reference.extract <package>/data/communes.json`."""

import csv
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

DEPARTMENT = "62"
COLUMNS = ("insee_code", "siren", "name", "population", "postal_codes")
TARGET = Path(__file__).with_name(f"communes-{DEPARTMENT}.csv")


def rows(communes: list[dict[str, Any]]) -> Iterator[tuple[str, str, str, int, str]]:
    """The present communes of the department (neither delegated nor associated ones), by official code."""
    for commune in sorted(communes, key=lambda each: str(each["code"])):
        if commune.get("departement") == DEPARTMENT and commune["type"] == "commune-actuelle":
            codes = " ".join(commune["codesPostaux"])
            yield commune["code"], commune["siren"], commune["nom"], commune["population"], codes


def main(source: Path) -> None:
    communes = json.loads(source.read_text(encoding="utf-8"))
    with TARGET.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(rows(communes))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
