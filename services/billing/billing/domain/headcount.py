"""The headcount that a member declares, and the band that stands for it elsewhere.

The convention (art. 1 and 6) counts the agents present on 31 December of year N-1, as the member declares them. The
population of a commune says nothing of its number of agents and is never used.
"""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class SizeBand:
    """Declared agents from `least` on; `code` is what other services and the published figures see."""

    code: str
    least: int
    reason: str


# A band groups the employers that the same rules bind, so that a figure by band means something.
BANDS = (
    SizeBand("1-10", 1, "under the threshold of published figures (11 persons): no body of it can stand alone in one"),
    SizeBand("11-19", 11, "under the duty to employ workers with disabilities, due from 20 agents (CGFP L351-1)"),
    SizeBand("20-49", 20, "no comité social territorial of its own: the CdG's serves (CGFP L251-5)"),
    SizeBand("50-349", 50, "a CST of its own; the whistle-blowing procedure of Sapin II art. 8 is due from 50 agents"),
    SizeBand(
        "350+", 350, "affiliation to the CdG is compulsory below 350 full-time civil servants only (CGFP L452-14)"
    ),
)


def size_band(agents: int) -> str:
    """Code of the band of a declared headcount. Raises ValueError below one agent."""
    if agents < 1:
        raise ValueError("a member has at least one agent")
    return next(band.code for band in reversed(BANDS) if agents >= band.least)


def reference_day(declared_on: date) -> date:
    """The 31 December that a declaration counts at: that of the year before (convention, art. 1 and 6)."""
    return date(declared_on.year - 1, 12, 31)
