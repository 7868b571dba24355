"""How a consent is told: to its addressee, and (the times) to its reporter."""

from datetime import UTC, datetime, timedelta

from identity_vault.domain.consents import Consent, Terms
from paravent.identity_vault.v1.disclosure_pb2 import ConsentSummary


def summary(consent: Consent, now: datetime, delay: timedelta, *, handle: str = "") -> ConsentSummary:
    terms = consent.terms
    return ConsentSummary(
        handle=handle,
        addressee_name=terms.name,
        addressee_body=terms.body,
        purpose=terms.purpose,
        case_label=terms.case_label,
        fields=terms.fields,
        signed_at=rfc3339(terms.signed_at),
        effective_at=rfc3339(consent.effective_at(delay)),
        valid_until=until(terms),
        state=consent.state(now, delay).value,
        regime=terms.regime,
    )


def until(terms: Terms) -> str:
    """The last second of the last day, in Paris time, so that its date reads as it was signed."""
    return (terms.valid_until - timedelta(seconds=1)).isoformat(timespec="seconds")


def rfc3339(instant: datetime | None) -> str:
    """UTC, to the second; empty for None."""
    return "" if instant is None else instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
