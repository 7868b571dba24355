"""What is counted: reports by month of filing, main act and size band. No row is a person, a case or a member."""

import re
from typing import NamedTuple

# Main acts (CGFP L135-6), in the order of the law; then what else the scheme receives. The whole list is always shown:
# a row that appeared with its first report would tell of it.
ACTS = (
    "ATTEINTE_PHYSIQUE",
    "VIOLENCE",
    "DISCRIMINATION",
    "HARCELEMENT_MORAL",
    "HARCELEMENT_SEXUEL",
    "AGISSEMENT_SEXISTE",
    "MENACE",
    "INTIMIDATION",
    "OUTRAGE_CYBER",
    "VIOLENCE_INTRAFAMILIALE",
    "ALERTE",
    "AUTRE",
)
# Bands of the member's declared headcount.
BANDS = ("1-10", "11-19", "20-49", "50-349", "350+")

_MONTH = re.compile(r"20\d\d-(0[1-9]|1[0-2])", re.ASCII)
_CODE = re.compile(r"[A-Z][A-Z_]{1,39}", re.ASCII)
_BAND = re.compile(r"\d{1,6}(-\d{1,6}|\+)", re.ASCII)


class Cell(NamedTuple):
    """One place of the cube: month (YYYY-MM), code of the main act, code of the size band."""

    month: str
    act: str
    band: str

    @property
    def well_formed(self) -> bool:
        """Codes that are not ours yet are counted too; what is no code at all is not."""
        return bool(_MONTH.fullmatch(self.month) and _CODE.fullmatch(self.act) and _BAND.fullmatch(self.band))


def months_between(first: str, last: str) -> list[str]:
    """Every month from `first` to `last`, both included."""
    start, end = _number(first), _number(last)
    return [f"{number // 12}-{number % 12 + 1:02}" for number in range(start, end + 1)]


def months_before(last: str, count: int) -> str:
    """The month `count` months before `last`."""
    number = _number(last) - count
    return f"{number // 12}-{number % 12 + 1:02}"


def _number(month: str) -> int:
    return int(month[:4]) * 12 + int(month[5:]) - 1
