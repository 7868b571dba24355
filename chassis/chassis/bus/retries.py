"""How long a failed event waits before each new attempt."""

from dataclasses import dataclass


@dataclass(frozen=True)
class RetryLadder:
    """Delays in seconds: the first failure waits the first delay. After the last rung the event is parked.

    The last rungs are minutes, so that a repair has the time to come.
    """

    delays: tuple[float, ...] = (1, 5, 30, 120, 600)

    @property
    def milliseconds(self) -> list[int]:
        return [round(delay * 1000) for delay in self.delays]

    def delay(self, failures: int) -> int | None:
        """Milliseconds to wait after that many failures (1 = the first), None when the ladder ends."""
        return self.milliseconds[failures - 1] if failures <= len(self.delays) else None
