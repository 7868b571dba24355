"""When a frame leaves for identity-vault: one frame in each slot, whether something waits or not.

A report's frame waits a random time first; among those that are due, chance decides. Where nothing is due the pump
sends a cover. So the times at which frames leave say nothing, and which of them is a given report's is drawn from all
the slots of `delay` seconds. Nothing here is stored: after a restart every delay is drawn again.
"""

import heapq
import math
import random
from collections.abc import Callable, Container
from dataclasses import dataclass, field
from datetime import date, timedelta

# Seconds that a frame is set aside when identity-vault did not accept it.
SET_ASIDE = 3600.0
# Days after which a frame waits no more: soon its transport key may go.
_OLD = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A frame that waits. `prompt`: it leaves in the next slot. `period`: day of its transport key."""

    id: bytes
    prompt: bool
    period: date


@dataclass
class _Pool:
    """Frames in no order; `draw` takes one at random."""

    frames: list[Waiting] = field(default_factory=list)

    def draw(self, rng: random.Random) -> Waiting | None:
        if not self.frames:
            return None
        place = rng.randrange(len(self.frames))
        self.frames[place], self.frames[-1] = self.frames[-1], self.frames[place]
        return self.frames.pop()


class Planner:
    """Which waiting frame takes the next slot. `delay`: longest delay of a frame that is not prompt, in seconds.

    `rng` draws delays and chooses; `clock` answers seconds that only grow. Each frame that `learn` was told of is
    answered by `choose` once, and again only after `put_back` or `set_aside`.
    """

    def __init__(self, delay: float, rng: random.Random, clock: Callable[[], float]) -> None:
        self._delay = delay
        self._rng = rng
        self._clock = clock
        self._prompt, self._due = _Pool(), _Pool()
        # (due at, draw, frame): the draw decides between equal times.
        self._later: list[tuple[float, float, Waiting]] = []
        self._known: set[bytes] = set()

    @property
    def known(self) -> Container[bytes]:
        """The ids of the frames that wait, as far as this planner was told."""
        return self._known

    def __len__(self) -> int:
        return len(self._known)

    def learn(self, frame: Waiting, today: date) -> None:
        """A frame waits: draw its delay. One that is known already keeps its own."""
        if frame.id in self._known:
            return
        self._known.add(frame.id)
        if frame.prompt:
            self._prompt.frames.append(frame)
        elif today - frame.period >= _OLD:
            self._due.frames.append(frame)
        else:
            self._plan(frame, self._rng.uniform(0, self._delay))

    def choose(self) -> Waiting | None:
        """Take a frame for this slot: a prompt one, else one that is due; None when a cover must leave."""
        now = self._clock()
        while self._later and self._later[0][0] <= now:
            self._due.frames.append(heapq.heappop(self._later)[2])
        return self._prompt.draw(self._rng) or self._due.draw(self._rng)

    def put_back(self, frame: Waiting) -> None:
        """It could not leave: it is due in the next slot."""
        (self._prompt if frame.prompt else self._due).frames.append(frame)

    def set_aside(self, frame: Waiting) -> None:
        """identity-vault does not accept it: it is tried again later, without holding up the others."""
        self._plan(Waiting(frame.id, False, frame.period), SET_ASIDE + self._rng.uniform(0, self._delay))

    def forget(self, frame: Waiting) -> None:
        """It has left."""
        self._known.discard(frame.id)

    def _plan(self, frame: Waiting, delay: float) -> None:
        heapq.heappush(self._later, (self._clock() + delay, self._rng.random(), frame))


def next_slot(now: float, length: float) -> float:
    """The first slot after `now`. Slots stand at whole multiples of `length`: a restart moves none, one missed is
    gone."""
    return (math.floor(now / length) + 1) * length
