"""Codes of cases: what a handler, the reporter and identity-vault call a case where nothing else may be said."""

import re
import secrets

# Neither vowels, so that no code is a word, nor what is taken for another sign (B, I, L, O, S, Z, 0, 1, 2, 5, 8).
_SIGNS = "CDFGHJKMNPQRTVWXY34679"
_LABEL = re.compile(rf"[{_SIGNS}]{{3}}-[{_SIGNS}]{{3}}")


def draw_label() -> str:
    """A code for one case, "K7Q-4F3". It is drawn by chance and means nothing."""
    signs = [secrets.choice(_SIGNS) for _ in range(6)]
    return "".join(signs[:3]) + "-" + "".join(signs[3:])


def is_label(text: str) -> bool:
    """Is this a code as `draw_label` draws them?"""
    return _LABEL.fullmatch(text) is not None
