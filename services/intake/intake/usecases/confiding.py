"""The reporter lets named referents know who they are, as they file (design, 4.4).

What each of them is allowed is an agreement like any other (usecases/consenting.py), signed at once: by person, once,
after the same delay, taken back the same way. The name stands in the identity record, and nowhere in the report.
"""

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256

from sqlalchemy.exc import DBAPIError

from chassis import logs
from chassis.clock import Clock, paris_day
from chassis.db import UnitOfWork, is_outage
from chassis.sealing import statements
from chassis.sealing.statements import BadStatement, Statement, text_hash
from intake.domain.avdhas import AVDHAS
from intake.domain.consent import sentence
from intake.domain.members import Member
from intake.domain.questionnaire import Answers
from intake.domain.referents import Referent, offered
from intake.store.transaction import Transaction
from paravent.intake.v1.content_pb2 import KnownTo

# What they may know, and what for. A handler who needs more asks, in their own name.
PURPOSE = "support"
FIELDS = ("name", "contact")
# Days, from the filing on: as long as an agreement that is asked for usually lasts.
_USUAL = timedelta(days=30)

log = logs.get(__name__)


class NotOffered(Exception):
    """Somebody was chosen who is not offered, or under another sentence than the one that was shown."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A person to whom the reporter may confide their name, and the sentence that they would sign.

    `until`: the last day. `delay`: from the signature to its effect.
    """

    referent: Referent
    until: date
    delay: timedelta
    sentence: str = field(repr=False)

    @property
    def mark(self) -> str:
        """What a form brings back: this person under this sentence, and no other."""
        return sha256(f"{self.referent.habilitation_id}|{self.sentence}".encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Confided:
    """One agreement of a report that is being filed: what is kept of it, and what is signed."""

    known: KnownTo = field(repr=False)
    statement: Statement = field(repr=False)


class Confidants:
    """Whom the reporter may tell. `delay`: as for any agreement; identity-vault counts it by itself."""

    def __init__(self, uow: UnitOfWork[Transaction], delay: timedelta, clock: Clock) -> None:
        self._uow = uow
        self._delay = delay
        self._clock = clock
        self._known: dict[str, list[Referent]] = {}

    def offers(self, member: Member, answers: Answers) -> list[Offer]:
        """Who would handle a report with these answers, and is no danger to who files it."""
        now = self._clock.now()
        implicated = answers.get("implicated", ())
        people = offered(implicated, member.member_id, member.cdg_id, self._people(member), paris_day(now))
        made = [self._offer(person, paris_day(now)) for person in people]
        sound = [offer for offer in made if _fits(offer, now)]
        if len(sound) < len(made):
            log.warning("offers.unsound", count=len(made) - len(sound))
        return sound

    def chosen(self, member: Member, answers: Answers, marks: Collection[str]) -> list[Offer]:
        """The offers with these marks. Raises NotOffered when one of them is not offered, now and for these answers."""
        found = [offer for offer in self.offers(member, answers) if offer.mark in marks]
        if len(found) < len(set(marks)):
            raise NotOffered("somebody was chosen who is not offered")
        return found

    def _people(self, member: Member) -> list[Referent]:
        """While the database is away, those known before: the last page of a form is still shown."""
        try:
            with self._uow("referents_of_member") as tx:
                people = tx.referents.of_member(member.member_id, member.cdg_id)
        except DBAPIError as error:
            if not is_outage(error):
                raise
            return self._known.get(member.member_id, [])
        self._known[member.member_id] = people
        return people

    def _offer(self, person: Referent, today: date) -> Offer:
        until = today + _USUAL
        words = sentence(person.name, person.body, PURPOSE, FIELDS, until, self._delay)
        return Offer(person, until, self._delay, words)


def confide(offers: Sequence[Offer], ref: bytes, label: str, at: datetime) -> list[Confided]:
    """The agreements of a report that is filed now. `label`: its case's code."""
    return [_confided(offer, ref, label, at.replace(microsecond=0)) for offer in offers]


def _confided(offer: Offer, ref: bytes, label: str, at: datetime) -> Confided:
    statement = _consent(offer, ref, label, at)
    person = offer.referent
    known = KnownTo(
        request_id=secrets.token_bytes(16),
        issuer=person.issuer,
        subject=person.subject,
        name=person.name,
        body=person.body,
        purpose=PURPOSE,
        fields=FIELDS,
        until=offer.until.isoformat(),
        effective_at=(at + offer.delay).astimezone(UTC).isoformat(timespec="seconds"),
        consent_id=statement.id,
    )
    return Confided(known, statement)


def _consent(offer: Offer, ref: bytes, label: str, at: datetime) -> Statement:
    person = offer.referent
    values = {
        "issuer": person.issuer,
        "subject": person.subject,
        "name": person.name,
        "body": person.body,
        "purpose": PURPOSE,
        "case_label": label,
        "regime": AVDHAS.regime,
        "fields": list(FIELDS),
        "until": offer.until.isoformat(),
        "text": text_hash(offer.sentence),
    }
    return Statement(statements.CONSENT, ref, at, values)


def _fits(offer: Offer, now: datetime) -> bool:
    """Would identity-vault admit this agreement? What cannot be signed is not offered."""
    person = offer.referent
    if not all((person.issuer, person.subject, person.name, person.body)):
        return False
    try:
        _consent(offer, bytes(16), "000-000", now).canonical()
    except BadStatement:
        return False
    return True
