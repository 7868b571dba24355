"""The attack on times: who knows when each report was filed looks for its record among all that the vault received."""

import math
import random
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from intake.domain.slots import Planner, Waiting

TICK = 60.0
DAY = 86_400.0
_ROUNDS = 12


@dataclass(frozen=True)
class Rules:
    """How frames leave, in seconds; the attacker knows it all. Without covers only what waits leaves."""

    slot: float = 300.0
    delay: float = DAY
    covers: bool = True


def filings(count: int, per_year: float, rng: random.Random, start: float = 1_770_000_000.0) -> list[float]:
    """When people file: a Poisson stream of `per_year` on average, from Monday to Friday between 7 and 22 h."""
    pause = 365 * DAY / per_year * (5 * 15) / (7 * 24)
    times, now = [], start
    while len(times) < count:
        left = rng.expovariate(1 / pause)
        while (step := min(left, 600.0)) > 0:
            now += step
            if _open(now):
                left -= step
        times.append(now + rng.uniform(0, 600))
    return sorted(times)


def burst(count: int, seconds: float, rng: random.Random, start: float = 1_770_000_000.0) -> list[float]:
    """Everybody within `seconds`."""
    return sorted(start + rng.uniform(0, seconds) for _ in range(count))


def simulate(filed: Sequence[float], rules: Rules, rng: random.Random) -> dict[int, int]:
    """The real planner under a clock of its own: report -> the number of the slot in which it left."""
    clock = _Clock()
    planner = Planner(rules.delay, rng, clock)
    left: dict[int, int] = {}
    slot, coming = 0, 0
    while len(left) < len(filed):
        if not len(planner):  # until somebody files, only covers leave
            slot = max(slot, math.floor(filed[coming] / rules.slot))
        slot += 1
        clock.now = slot * rules.slot
        while coming < len(filed) and _seen(filed[coming]) <= clock.now:
            planner.learn(Waiting(coming.to_bytes(16, "big"), False, _day(filed[coming])), _day(clock.now))
            coming += 1
        chosen = planner.choose()
        if chosen is not None:
            planner.forget(chosen)
            left[int.from_bytes(chosen.id, "big")] = slot
    return left


def guess(filed: Sequence[float], sent: Collection[int], rules: Rules, rng: random.Random) -> dict[int, int]:
    """The attacker's best assignment: report -> slot. `sent`: the slots in which something left.

    He learns how long reports take by running the rules himself, weighs each record for each report by that likelihood
    and by the claims of the other reports (each record is of one report at most), and gives the strongest pairs first.
    """
    lags = _learn(filed, rules, rng)
    slots = sorted(sent)
    belief: dict[int, dict[int, float]] = {}
    for report, at in enumerate(filed):
        first = math.ceil(at / rules.slot)
        near = slots[bisect_left(slots, first) : bisect_left(slots, first + len(lags))]
        belief[report] = {slot: lags[slot - first] for slot in near}
    for _ in range(_ROUNDS):
        _settle(belief)
    pairs = [(weight, rng.random(), report, slot) for report, row in belief.items() for slot, weight in row.items()]
    found: dict[int, int] = {}
    taken: set[int] = set()
    for _, _, report, slot in sorted(pairs, reverse=True):
        if report not in found and slot not in taken:
            found[report] = slot
            taken.add(slot)
    return found


def hits(filed: Sequence[float], rules: Rules, seed: int) -> int:
    """How many reports the attacker finds."""
    left = simulate(filed, rules, random.Random(seed))
    last = max(left.values()) + 3 * round(DAY / rules.slot)
    sent = range(math.floor(filed[0] / rules.slot), last) if rules.covers else left.values()
    found = guess(filed, sent, rules, random.Random(seed + 1))
    return sum(found.get(report) == slot for report, slot in left.items())


def _learn(filed: Sequence[float], rules: Rules, rng: random.Random) -> list[float]:
    """Likelihood of each lag, in slots from the first after the filing, over forty trials of these filings."""
    seen: Counter[int] = Counter()
    for _ in range(40):
        for report, slot in simulate(filed, rules, rng).items():
            seen[slot - math.ceil(filed[report] / rules.slot)] += 1
    return [(seen[lag] + 1e-6) / seen.total() for lag in range(max(seen) + 1)]


def _settle(belief: dict[int, dict[int, float]]) -> None:
    """Each report has one record; no record has more than one report."""
    claims: defaultdict[int, float] = defaultdict(float)
    for row in belief.values():
        whole = sum(row.values()) or 1.0
        for slot in row:
            row[slot] /= whole
            claims[slot] += row[slot]
    for row in belief.values():
        for slot in row:
            row[slot] /= max(claims[slot], 1.0)


class _Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def _seen(at: float) -> float:
    """When the pump learns of it."""
    return math.ceil(at / TICK) * TICK


def _day(at: float) -> date:
    return datetime.fromtimestamp(at, UTC).date()


def _open(at: float) -> bool:
    moment = datetime.fromtimestamp(at, UTC)
    return moment.weekday() < 5 and 7 <= moment.hour < 22
