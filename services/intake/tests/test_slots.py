"""The planner: every frame leaves exactly once, soon enough, one a slot; and a report's place is drawn from a day."""

import random
from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.domain.slots import SET_ASIDE, Planner, Waiting, next_slot

DAY = date(2026, 11, 24)
SLOT = 300.0
DELAY = 86_400.0


class Time:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def frame(name: int, *, prompt: bool = False, age: int = 0) -> Waiting:
    return Waiting(name.to_bytes(16, "big"), prompt, DAY - timedelta(days=age))


def planner(seed: int = 1, delay: float = DELAY) -> tuple[Planner, Time]:
    clock = Time()
    return Planner(delay, random.Random(seed), clock), clock


def leave(made: Planner, clock: Time, slots: int) -> list[Waiting | None]:
    """What leaves in the next slots; None: a cover."""
    left = []
    for _ in range(slots):
        clock.now += SLOT
        chosen = made.choose()
        if chosen is not None:
            made.forget(chosen)
        left.append(chosen)
    return left


def test_where_nothing_waits_covers_leave():
    assert leave(*planner(), 5) == [None] * 5


def test_a_statement_takes_the_next_slot_before_what_is_due():
    made, clock = planner(delay=0)
    for number in range(8):
        made.learn(frame(number, prompt=number == 5), DAY)
    assert leave(made, clock, 1) == [frame(5, prompt=True)]
    assert None not in leave(made, clock, 7)
    assert leave(made, clock, 1) == [None]


def test_a_frame_that_is_known_keeps_its_delay():
    made, clock = planner(delay=DELAY)
    for _ in range(500):  # drawn anew each time, one would soon be short
        made.learn(frame(1), DAY)
    alone, other = planner(delay=DELAY)
    alone.learn(frame(1), DAY)
    assert leave(made, clock, 300) == leave(alone, other, 300)


def test_a_frame_whose_key_is_two_days_old_is_due_at_once():
    made, clock = planner()
    made.learn(frame(1, age=2), DAY)
    made.learn(frame(2, age=1), DAY)
    first, *others = leave(made, clock, 289)
    assert first == frame(1, age=2)
    assert others.count(frame(2, age=1)) == 1


def test_what_could_not_leave_is_due_in_the_next_slot():
    made, clock = planner(delay=0)
    made.learn(frame(1), DAY)
    chosen = made.choose()
    assert made.choose() is None
    made.put_back(chosen)
    assert leave(made, clock, 2) == [frame(1), None]


def test_what_is_refused_holds_up_nobody_and_is_tried_again():
    made, clock = planner(delay=0)
    made.learn(frame(1, prompt=True), DAY)
    made.set_aside(made.choose())
    made.learn(frame(2), DAY)
    assert leave(made, clock, 1) == [frame(2)]
    assert [f.id for f in leave(made, clock, int(SET_ASIDE / SLOT) + 1) if f] == [frame(1).id]


@given(
    seed=st.integers(),
    arrivals=st.lists(st.tuples(st.integers(0, 400), st.booleans(), st.integers(0, 3)), max_size=60),
    restarts=st.sets(st.integers(0, 400), max_size=3),
    outages=st.sets(st.integers(0, 400), max_size=30),
)
def test_every_frame_leaves_exactly_once_and_in_time(seed, arrivals, restarts, outages):
    """Over restarts, which lose the delays drawn, and outages, in which nothing leaves; one frame a slot at most."""
    rng, clock = random.Random(seed), Time()
    table: dict[bytes, Waiting] = {}
    made = Planner(DELAY, rng, clock)
    left: Counter[bytes] = Counter()
    when: dict[bytes, int] = {}
    horizon = 400 + 289 + len(arrivals) + len(outages)
    for slot in range(horizon + 1):
        clock.now = slot * SLOT
        for number, (at, prompt, age) in enumerate(arrivals):
            if at == slot:
                one = frame(number, prompt=prompt, age=age)
                table[one.id] = one
        if slot in restarts:
            made = Planner(DELAY, rng, clock)
        for one in table.values():
            made.learn(one, DAY)
        chosen = made.choose()
        if chosen is None:
            continue
        assert chosen.id in table
        if slot in outages:
            made.put_back(chosen)
            continue
        del table[chosen.id]
        made.forget(chosen)
        left[chosen.id] += 1
        when[chosen.id] = slot
    assert not table
    assert len(made) == 0
    assert set(left.values()) <= {1}
    assert len(left) == len(arrivals)
    for number, (at, prompt, _) in enumerate(arrivals):
        last = max([at, *(r for r in restarts if r <= when[frame(number).id])])
        queueing = len(arrivals) + len(outages)
        assert when[frame(number).id] - last <= (0 if prompt else 288) + queueing


def test_a_reports_slot_is_drawn_from_all_those_of_the_day():
    """Chi-squared over 24 hours, 4,800 draws: under 49.7 in all but one of a thousand fair draws."""
    hours: Counter[int] = Counter()
    for seed in range(4800):
        made, clock = planner(seed)
        made.learn(frame(1), DAY)
        left = leave(made, clock, 289)
        hours[min(left.index(frame(1)) * 24 // 288, 23)] += 1
    assert sum((count - 200) ** 2 / 200 for count in hours.values()) < 49.7
    assert len(hours) == 24


def test_of_those_that_are_due_chance_decides():
    first = set()
    for seed in range(200):
        made, clock = planner(seed, delay=0)
        for number in range(4):
            made.learn(frame(number), DAY)
        first.add(leave(made, clock, 1)[0])
    assert len(first) == 4


def test_many_frames_are_planned_in_little_time():
    made, clock = planner(delay=1)
    for number in range(100_000):
        made.learn(frame(number), DAY)
    clock.now = 2
    assert sum(1 for _ in iter(made.choose, None)) == 100_000


@pytest.mark.parametrize(
    ("now", "length", "expected"), [(0.0, 300, 300), (299.9, 300, 300), (300.0, 300, 600), (1234.5, 0.5, 1235.0)]
)
def test_slots_stand_at_whole_multiples_of_their_length(now, length, expected):
    assert next_slot(now, length) == expected
