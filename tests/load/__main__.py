"""`make bench`: every measure, one after the other, best of three; a table, `.run/bench.json` and one last line.

Arguments choose some: `python -m tests.load relay portal`. Options are for the one bench that has any:
`python -m tests.load sealing --records 2000`.
"""

import importlib
import sys
import tempfile
from itertools import takewhile
from pathlib import Path

from tests.load.measure import Measure, fsync_milliseconds, measure, write

BENCHES = ("relay", "handler", "sealing", "portal", "visible", "disclosure", "calls", "memory")
RESULT = Path(".run/bench.json")


def main(arguments: list[str]) -> int:
    chosen = list(takewhile(lambda word: not word.startswith("-"), arguments))
    options = arguments[len(chosen) :]
    unknown = set(chosen) - set(BENCHES)
    if unknown:
        sys.stderr.write(f"bench: choose among {', '.join(BENCHES)}\n")
        return 2
    measures = [measure("disk, median fsync", fsync_milliseconds(Path(tempfile.gettempdir())), "ms")]
    print(measures[0].line(), flush=True)
    for name in chosen or BENCHES:
        print(f"-- {name}", flush=True)
        found: list[Measure] = importlib.import_module(f"tests.load.{name}").run(*([options] if options else []))
        for one in found:
            print(one.line(), flush=True)
        measures += found
    write(measures, RESULT)
    goals = [one for one in measures if one.met is not None]
    missed = [one for one in goals if not one.met]
    print(f"bench: {len(goals) - len(missed)} passed, {len(missed)} failed", flush=True)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
