"""A call-back that somebody asked for: when its number may be seen, by whom, and when it is forgotten."""

import json
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

_PARIS = ZoneInfo("Europe/Paris")
# The number shows from this long before the hour, and stays for the one who took it for this long.
EARLY = timedelta(minutes=5)
HELD = timedelta(hours=2)
# A call-back that nobody took is forgotten this long after its hour.
LATEST = timedelta(hours=24)
MEANS = ("phone", "sign")
_LONGEST_PHONE = 32
# Nobody may ask for an hour further away than this.
_FURTHEST = timedelta(days=31)


class NotACallBack(ValueError):
    """A value is not what the contract says."""


@dataclass(frozen=True, slots=True)
class CallBack:
    """`hour`: YYYY-MM-DDTHH, Europe/Paris. `taken_by`: tag of the listener, hexadecimal; `taken_at`: RFC 3339."""

    phone: str = field(repr=False)
    hour: str
    means: str
    taken_by: str = field(default="", repr=False)
    taken_at: str = ""

    def __post_init__(self) -> None:
        if self.means not in MEANS or not 0 < len(self.phone) <= _LONGEST_PHONE:
            raise NotACallBack("a value is not known")
        if self.starts_at().strftime("%Y-%m-%dT%H") != self.hour:
            raise NotACallBack("not an hour")

    def starts_at(self) -> datetime:
        try:
            return datetime.strptime(self.hour, "%Y-%m-%dT%H").replace(tzinfo=_PARIS)
        except ValueError:
            raise NotACallBack("not an hour") from None

    def due(self, now: datetime) -> bool:
        return self.starts_at() - EARLY <= now < self.starts_at() + LATEST

    def over(self, now: datetime) -> bool:
        """Is it to be forgotten?"""
        if self.taken_at:
            return now >= datetime.fromisoformat(self.taken_at) + HELD
        return now >= self.starts_at() + LATEST or self.starts_at() > now + _FURTHEST

    def free_for(self, listener: str) -> bool:
        return self.taken_by in ("", listener)

    def packed(self) -> bytes:
        return json.dumps(asdict(self)).encode()

    @classmethod
    def unpacked(cls, data: bytes) -> "CallBack":
        return cls(**json.loads(data))
