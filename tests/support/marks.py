"""Values that occur nowhere by chance. Letters only: the portal takes ten digits for a telephone number."""

import secrets

_LETTERS = "bcdfghjkmnpqrstvwxz"


def unique(length: int = 12) -> str:
    """Random consonants, at least 4 bits each: no word, no number, no hexadecimal."""
    return "".join(secrets.choice(_LETTERS) for _ in range(length))
