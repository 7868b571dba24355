"""Every refusal is a page: what happened, why, what to do next, and whether the agreement was used up."""

from fastapi import Request, Response

from chassis import logs
from chassis.web import page
from identity_vault.entrypoints.web.words import refusal
from identity_vault.usecases.disclosing import Denied, Interrupted

log = logs.get(__name__)

_AWAY = "verifier-away"


def refused(request: Request, error: Exception) -> Response:
    """Answer Denied, Interrupted or VerifierAway. The log gets the code, and nothing that tells who or whose."""
    used_up = isinstance(error, Interrupted)
    detail = error.detail if isinstance(error, (Denied, Interrupted)) else _AWAY
    log.warning("disclosure.interrupted" if used_up else "disclosure.refused", reason=detail)
    words = refusal(detail)
    return page(request, "refus.html", status=words.status, words=words, detail=detail, used_up=used_up)
