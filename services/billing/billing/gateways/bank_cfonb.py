"""CFONB 120: a French bank's statement in lines of 120 characters (01 old balance, 04 movement, 05 more about it, 07
new balance)."""

import re
from datetime import date

from billing.domain.money import Money, total
from billing.domain.payments import Entry, PaymentRefused, Problem, ReadFile
from billing.domain.people import tidy

_WIDTH = 120
_RECORD = re.compile(rb"0[1457].{118}\Z")
# The last digit and the sign in one character.
_POSITIVE, _NEGATIVE = "{ABCDEFGHI", "}JKLMNOPQR"
# Words of record 05: who pays; references; everything else is a label.
_PAYER, _REFERENCES = ("NPY", "NBE", "IPY"), ("RCN", "REF", "RUM")


def looks_so(data: bytes) -> bool:
    """Is the first line a record of an old balance?"""
    first = data.lstrip(b"\xef\xbb\xbf").splitlines()[0].ljust(_WIDTH)
    return (
        first.startswith(b"01") and len(first) == _WIDTH and _amount(first.decode("latin-1")[90:104], "2") is not None
    )


def read(data: bytes) -> ReadFile:
    """Credits, with what their further records say. Raises PaymentRefused when balances do not add up."""
    lines = [raw.decode("cp1252", "replace").ljust(_WIDTH) for raw in data.splitlines() if raw.strip()]
    entries: list[Entry] = []
    problems: list[Problem] = []
    left_out, balance, unclosed = 0, None, False
    for number, line in enumerate(lines, 1):
        amount = _amount(line[90:104], line[19])
        match line[:2]:
            case "01":
                balance, unclosed = amount, True
            case "04":
                more = _more(lines, number)
                movement = _movement(number, line, amount, more)
                balance = total([balance, amount]) if balance is not None and amount is not None else None
                if isinstance(movement, Problem):
                    problems.append(movement)
                elif movement is None:
                    left_out += 1
                else:
                    entries.append(movement)
            case "07":
                unclosed = False
                if balance is not None and amount is not None and balance != amount:
                    raise PaymentRefused(
                        "les mouvements ne font pas la différence des soldes : le relevé est incomplet"
                    )
            case "05":
                pass
            case _:
                problems.append(Problem(number, "cette ligne n’est pas d’un relevé CFONB 120"))
    if unclosed:
        raise PaymentRefused("le nouveau solde manque à la fin : le relevé est incomplet")
    return ReadFile("cfonb", entries, problems, left_out)


def _movement(number: int, line: str, amount: Money | None, more: dict[str, str]) -> Entry | Problem | None:
    day = _day(line[42:48]) or _day(line[34:40])
    if amount is None or day is None or line[16:19].strip() not in ("EUR", ""):
        return Problem(number, "la date ou le montant (en euros) n’est pas lisible")
    if line[40:42].strip():
        return Problem(number, "c’est un rejet : à traiter à la main")
    if amount.cents <= 0:
        return None
    payer = tidy(" ".join(more.get(code, "") for code in _PAYER))
    reference = tidy(" ".join([*(more.get(code, "") for code in _REFERENCES), line[104:120]]))
    others = (text for code, text in more.items() if code not in _PAYER + _REFERENCES)
    return Entry(number, day, amount, payer, tidy(" ".join([line[48:79], *others])), reference)


def _more(lines: list[str], start: int) -> dict[str, str]:
    """What the records 05 that follow a movement say, by their qualifier."""
    said: dict[str, str] = {}
    for at in range(start, len(lines)):
        line = lines[at]
        if line[:2] != "05":
            break
        said[line[45:48]] = tidy(f"{said.get(line[45:48], '')} {line[48:118]}")
    return said


def _amount(text: str, decimals: str) -> Money | None:
    """Fourteen characters, the last one a digit and a sign."""
    digit, sign = _POSITIVE.find(text[-1:]), 1
    if digit < 0:
        digit, sign = _NEGATIVE.find(text[-1:]), -1
    head = text[:-1].strip()
    if not text.strip() or digit < 0 or not head.isdigit() or decimals.strip() not in ("2", ""):
        return None
    return Money(sign * (int(head) * 10 + digit))


def _day(text: str) -> date | None:
    try:
        return date(2000 + int(text[4:6]), int(text[2:4]), int(text[:2]))
    except ValueError:
        return None
