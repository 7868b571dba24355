"""SIREN: the nine digits of a legal person in the national directory (INSEE), the last one a check digit.

SIRET: fourteen digits, a SIREN and the five of one of its places.
"""

# La Poste's own places are outside Luhn's check: their digits add up to a multiple of five. Its seat is not.
_LA_POSTE = "356000000"
_LA_POSTE_SEAT = "35600000000048"


def is_siren(text: str) -> bool:
    """Nine ASCII digits that pass Luhn's check."""
    return len(text) == 9 and text.isascii() and text.isdigit() and _luhn(text) % 10 == 0


def is_siret(text: str) -> bool:
    """Fourteen ASCII digits: a SIREN, and a whole that passes Luhn's check too."""
    if len(text) != 14 or not (text.isascii() and text.isdigit() and is_siren(text[:9])):
        return False
    if text.startswith(_LA_POSTE) and text != _LA_POSTE_SEAT:
        return sum(map(int, text)) % 5 == 0
    return _luhn(text) % 10 == 0


def siret_of(siren: str, place: int) -> str:
    """The SIRET of a legal person's place, counted from 1: four digits of rank, and the check digit they call for."""
    start = f"{siren}{place:04}"
    return next(f"{start}{key}" for key in range(10) if is_siret(f"{start}{key}"))


def _luhn(digits: str) -> int:
    from_the_right = [int(digit) for digit in reversed(digits)]
    return sum(from_the_right[0::2]) + sum(sum(divmod(2 * digit, 10)) for digit in from_the_right[1::2])
