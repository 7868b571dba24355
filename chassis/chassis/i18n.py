"""Translations: the French text is the message id, so that `fr` is complete by construction.

`_` speaks the language of the current context (one request, one mail); until told otherwise, French.
"""

import gettext as _gettext
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

Translations = _gettext.NullTranslations

_FRENCH = Translations()
_current: ContextVar[Translations] = ContextVar("translations", default=_FRENCH)


def translator(language: str, folder: Path, domain: str = "messages") -> Translations:
    """The catalogue `folder/<language>/LC_MESSAGES/<domain>.mo`; French needs none.

    Raises FileNotFoundError for another language that has no catalogue.
    """
    return _gettext.translation(domain, folder, languages=[language], fallback=language == "fr")


@contextmanager
def speaking(translations: Translations) -> Iterator[None]:
    """Within the block, `_` answers in this language."""
    token = _current.set(translations)
    try:
        yield
    finally:
        _current.reset(token)


def gettext(text: str) -> str:
    """The text in the language of the current context."""
    return _current.get().gettext(text) if text else ""


def ngettext(one: str, many: str, count: int) -> str:
    """The singular or the plural. French counts zero as singular."""
    current = _current.get()
    if current is _FRENCH:
        return one if abs(count) < 2 else many
    return current.ngettext(one, many, count)


_BEFORE = re.compile(r"(?<=\S) (?=(?:[:;?!»€]|%%)(?:\W|$))")


def unbroken(text: str) -> str:
    """French text whose signs stay on the line of their word: no-break spaces before : ; ? ! » € % and after «."""
    return _BEFORE.sub("\N{NO-BREAK SPACE}", text).replace("« ", "«\N{NO-BREAK SPACE}")


_ = gettext
