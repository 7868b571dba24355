"""The words of custodians' pages."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from identity_vault.entrypoints.web.words import day, moment

_BASES = {
    "requisition": "Réquisition judiciaire",
    "denunciation": "Dénonciation (article 40 du code de procédure pénale)",
    "lost_receipt": "Récépissé perdu",
}
# Words and colour of the tag.
_STATES = {
    "waiting": ("Attend des signatures", "info"),
    "signed": ("Signé par deux organismes", "success"),
    "carried_out": ("Exécuté", "neutral"),
    "expired": ("Périmé", "neutral"),
}


def basis(code: str) -> str:
    return _BASES.get(code, code)


def order_state(code: str) -> tuple[str, str]:
    return _STATES.get(code, (code, "neutral"))


def iso_day(text: str) -> str:
    """YYYY-MM-DD, in words."""
    return str(day(date.fromisoformat(text)))


def iso_moment(text: str) -> str:
    """RFC 3339, in words and Paris time."""
    return str(moment(datetime.fromisoformat(text)))


FILTERS: dict[str, Callable[..., Any]] = {
    "basis": basis,
    "order_state": order_state,
    "iso_day": iso_day,
    "iso_moment": iso_moment,
}
