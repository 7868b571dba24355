"""SIREN: the nine digits of a legal person in the national directory (INSEE), the last one a check digit."""


def is_siren(text: str) -> bool:
    """Nine ASCII digits that pass Luhn's check."""
    return len(text) == 9 and text.isascii() and text.isdigit() and _luhn(text) % 10 == 0


def _luhn(digits: str) -> int:
    from_the_right = [int(digit) for digit in reversed(digits)]
    return sum(from_the_right[0::2]) + sum(sum(divmod(2 * digit, 10)) for digit in from_the_right[1::2])
