"""When an office works: a disclosure at another time raises an alarm."""

from datetime import datetime
from zoneinfo import ZoneInfo

import holidays

_PARIS = ZoneInfo("Europe/Paris")
_OPENS, _CLOSES = 7, 20
_SATURDAY = 5


class OfficeHours:
    """07:00 to 20:00 in Paris, Monday to Friday, without the public holidays (code du travail, art. L3133-1)."""

    def __init__(self) -> None:
        self._holidays = holidays.country_holidays("FR")

    def are_open(self, now: datetime) -> bool:
        local = now.astimezone(_PARIS)
        working = local.weekday() < _SATURDAY and local.date() not in self._holidays
        return working and _OPENS <= local.hour < _CLOSES
