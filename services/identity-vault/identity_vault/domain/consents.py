"""A consent: one person may learn, once, who filed one report. A pure machine of states; all times are passed in.

    pending ──(delay, or hastened)──> effective ──> used
       └──────────────── withdrawn ──────┘
    after its last day: expired

Used and withdrawn are for ever. Loi 2016-1691, art. 9-I: a reporter's identity is disclosed with their consent only.
"""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

_PARIS = ZoneInfo("Europe/Paris")
# Clocks that disagree: what was signed may lie this far ahead.
LEEWAY = timedelta(seconds=60)
REGIMES = ("avdhas", "alert")


class State(StrEnum):
    PENDING = "pending"
    EFFECTIVE = "effective"
    USED = "used"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class Fault(StrEnum):
    """Why a consent is not admitted, or not used: the codes of the journal and of gRPC."""

    NOT_YET = "not-yet"
    EXPIRED = "expired"
    USED = "used"
    WITHDRAWN = "withdrawn"
    BAD_STATEMENT = "bad-statement"
    OTHER_ADDRESSEE = "other-addressee"


class Unusable(Exception):
    """The consent does not allow this. `fault` tells why."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.value)
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Rules:
    """`delay`: between signing and taking effect. `longest`: how far `until` may lie after signing. `oldest`: how long
    ago something may have been signed when it arrives."""

    delay: timedelta
    longest: timedelta = timedelta(days=366)
    oldest: timedelta = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Terms:
    """What the reporter signed. `id`, `ref`: 16 bytes. `until`: the last day, in Paris. `text`: SHA-256, 32 bytes."""

    id: bytes = field(repr=False)
    ref: bytes = field(repr=False)
    issuer: str = field(repr=False)
    subject: str = field(repr=False)
    name: str = field(repr=False)
    body: str = field(repr=False)
    purpose: str
    case_label: str = field(repr=False)
    regime: str
    fields: tuple[str, ...]
    signed_at: datetime
    until: date
    text: bytes = field(repr=False)

    @property
    def valid_until(self) -> datetime:
        """The first instant at which it is over: midnight after the last day, Europe/Paris."""
        return datetime.combine(self.until + timedelta(days=1), time(), _PARIS)

    def is_for(self, issuer: str, subject: str) -> bool:
        """Is this the person whom it names?"""
        return (self.issuer, self.subject) == (issuer, subject)


@dataclass(frozen=True, slots=True)
class Consent:
    """Terms, and what became of them."""

    terms: Terms
    hastened_at: datetime | None = None
    withdrawn_at: datetime | None = None
    used_at: datetime | None = None
    # When the layer was taken off; None when something failed in between.
    disclosed_at: datetime | None = None

    def effective_at(self, delay: timedelta) -> datetime:
        """When it takes effect: after the delay, or when it was hastened."""
        after = self.terms.signed_at + delay
        return after if self.hastened_at is None else min(after, self.hastened_at)

    def state(self, now: datetime, delay: timedelta) -> State:
        if self.used_at is not None:
            return State.USED
        if self.withdrawn_at is not None:
            return State.WITHDRAWN
        if now >= self.terms.valid_until:
            return State.EXPIRED
        return State.EFFECTIVE if now >= self.effective_at(delay) else State.PENDING

    def used(self, now: datetime, delay: timedelta, *, issuer: str, subject: str) -> "Consent":
        """Used up, by the person whom it names. Raises Unusable."""
        if not self.terms.is_for(issuer, subject):
            raise Unusable(Fault.OTHER_ADDRESSEE)
        state = self.state(now, delay)
        if state is not State.EFFECTIVE:
            raise Unusable(_FAULTS[state])
        return replace(self, used_at=now)

    def withdrawn(self, now: datetime) -> "Consent":
        """Taken back. Raises Unusable once it was used."""
        if self.used_at is not None:
            raise Unusable(Fault.USED)
        return self if self.withdrawn_at else replace(self, withdrawn_at=now)

    def hastened(self, now: datetime, delay: timedelta) -> "Consent":
        """In effect at once. Raises Unusable unless it is pending."""
        state = self.state(now, delay)
        if state is not State.PENDING:
            raise Unusable(_FAULTS.get(state, Fault.USED))
        return replace(self, hastened_at=now)


_FAULTS = {
    State.PENDING: Fault.NOT_YET,
    State.USED: Fault.USED,
    State.WITHDRAWN: Fault.WITHDRAWN,
    State.EXPIRED: Fault.EXPIRED,
}


def is_timely(signed_at: datetime, now: datetime, rules: Rules) -> bool:
    """Neither signed in the future nor too long ago."""
    return now - rules.oldest <= signed_at <= now + LEEWAY


def admit(terms: Terms, now: datetime, rules: Rules) -> Consent:
    """A consent from terms whose signature was checked. Raises Unusable."""
    whole = all((terms.issuer, terms.subject, terms.name, terms.body)) and len(terms.text) == 32
    if not whole or terms.regime not in REGIMES or not is_timely(terms.signed_at, now, rules):
        raise Unusable(Fault.BAD_STATEMENT)
    if terms.valid_until - terms.signed_at > rules.longest + timedelta(days=1):
        raise Unusable(Fault.BAD_STATEMENT)
    if now >= terms.valid_until:
        raise Unusable(Fault.EXPIRED)
    return Consent(terms)
