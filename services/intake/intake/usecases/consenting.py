"""A handler asks who the reporter is; the reporter agrees, refuses, takes the agreement back, or shortens the wait.

What is signed is a statement (chassis.sealing.statements), which only identity-vault checks: it travels there in a
frame like any other. Casework is told the answer, never the consent's id; the reporter keeps a copy with it (loi
2016-1691, art. 9; design, 4.8).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from chassis import logs
from chassis.clock import Clock, paris_day
from chassis.db import UnitOfWork
from chassis.sealing import statements
from chassis.sealing.receipts import Receipt, ReporterKeys
from chassis.sealing.statements import Statement, text_hash
from intake.domain.consent import sentence
from intake.store.transaction import Transaction
from intake.usecases.envelopes import seal_message
from intake.usecases.frames import statement_frame
from intake.usecases.opened import Keys, Opened, OwnMessage, instant, open_report, own_id, spoken, stamp
from intake.usecases.proving import prove
from intake.usecases.sessions import Space
from intake.usecases.signing import Signers
from paravent.casework.v1.content_pb2 import IdentityRequest
from paravent.identity_vault.v1.record_pb2 import SignedStatement
from paravent.intake.v1.content_pb2 import IdentityAnswer, ReporterMessage

# States of a request, as the reporter's own copies tell them.
OPEN, EXPIRED, REFUSED, AGREED, HASTENED, WITHDRAWN = "open", "expired", "refused", "agreed", "hastened", "withdrawn"
# The name was taken back since: identity-vault lets no agreement of before stand.
VOID = "void"

# identity-vault admits nothing else: what it would not admit is not shown.
_REGIMES = ("avdhas", "alert")
_LONGEST = timedelta(days=366)

log = logs.get(__name__)


class NoSuchRequest(Exception):
    """No request of this space has this handle."""


class CannotAnswer(Exception):
    """The request is not in a state that this answer fits; `state` is the one it is in."""

    def __init__(self, state: str) -> None:
        super().__init__(f"the request is {state}")
        self.state = state


class NoName(Exception):
    """There is no name on record: agreeing would show nothing."""


class TextChanged(Exception):
    """The sentence is no longer the one that the page showed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request for the reporter's identity. `handle` names it in addresses, and means nothing outside this space."""

    handle: str = field(repr=False)
    at: datetime
    new: bool
    request: IdentityRequest = field(repr=False)
    until: date
    sentence: str = field(repr=False)
    state: str
    # Of an agreement; from when on it may be used.
    answered_at: datetime | None = None
    effective_at: datetime | None = None
    consent_id: bytes = field(default=b"", repr=False)
    # Nobody asked: the reporter told their name as they filed.
    given_at_filing: bool = False


def requests_of(opened: Opened, space: Space, delay: timedelta, now: datetime) -> list[Asked]:
    """Every request that casework signed for this report, newest first, then whom the reporter told as they filed.

    One that could not be signed is left out.
    """
    answers: dict[bytes, list[OwnMessage]] = {}
    for own in [*_at_filing(opened), *opened.own]:
        if own.message.HasField("answer"):
            answers.setdefault(own.message.answer.request_id, []).append(own)
    given = {known.request_id for known in opened.copy.known_to}
    asked, left_out = [], 0
    for at, new, request in _requests(opened):
        try:
            until = date.fromisoformat(request.until)
            words = sentence(request.name, request.body, request.purpose, request.fields, until, delay)
            _consent(opened.copy.ref, request, words, now).canonical()
            _check(request, until, paris_day(now))
        except (ValueError, KeyError):
            left_out += 1
            continue
        handle = own_id(space, b"request", request.request_id).hex()[:16]
        asked.append(
            Asked(
                handle=handle,
                at=at,
                new=new,
                request=request,
                until=until,
                sentence=words,
                given_at_filing=request.request_id in given,
                **_facts(answers.get(request.request_id, ()), until, paris_day(now + delay), opened.name_withdrawn_at),
            )
        )
    if left_out:
        log.warning("requests.unsound", count=left_out)
    return asked


def _requests(opened: Opened) -> list[tuple[datetime, bool, IdentityRequest]]:
    """(when, is it new, what) of each request; one that nobody made stands for what was confided at the filing."""
    found = [
        (notice.at, not notice.seen, notice.notice.identity_request)
        for notice in reversed(opened.notices)
        if notice.notice.HasField("identity_request")
    ]
    copy = opened.copy
    for known in copy.known_to:
        request = IdentityRequest(
            request_id=known.request_id,
            issuer=known.issuer,
            subject=known.subject,
            name=known.name,
            body=known.body,
            purpose=known.purpose,
            fields=known.fields,
            case_label=copy.case_label,
            until=known.until,
            regime=copy.answers.regime,
        )
        found.append((instant(copy.submitted_at), False, request))
    return found


def _at_filing(opened: Opened) -> list[OwnMessage]:
    """What was confided at the filing, as the agreements that it is."""
    return [
        OwnMessage(
            b"",
            ReporterMessage(
                written_at=opened.copy.submitted_at,
                answer=IdentityAnswer(
                    request_id=known.request_id,
                    decision=AGREED,
                    effective_at=known.effective_at,
                    consent_id=known.consent_id,
                ),
            ),
        )
        for known in opened.copy.known_to
    ]


def _check(request: IdentityRequest, until: date, today: date) -> None:
    """Raises ValueError for a request that identity-vault would not admit, whatever the reporter signs."""
    whole = all((request.issuer, request.subject, request.name, request.body)) and len(request.request_id) == 16
    if not whole or request.regime not in _REGIMES or until - today > _LONGEST:
        raise ValueError("not a sound request")


def _facts(
    answers: Sequence[OwnMessage], until: date, effective_day: date, name_withdrawn_at: datetime | None
) -> dict[str, Any]:
    """The state of a request. What would end before it takes effect is over: nothing is signed that cannot be used."""
    if not answers:
        return {"state": EXPIRED if effective_day > until else OPEN}
    agreed = next((own for own in answers if own.message.answer.decision == AGREED), None)
    last = answers[-1].message.answer
    if agreed is None:
        return {"state": last.decision, "answered_at": answers[-1].at}
    decisions = {own.message.answer.decision for own in answers}
    state = WITHDRAWN if WITHDRAWN in decisions else HASTENED if HASTENED in decisions else AGREED
    if state != WITHDRAWN and name_withdrawn_at is not None and agreed.at <= name_withdrawn_at:
        state = VOID
    return {
        "state": state,
        "answered_at": agreed.at,
        "effective_at": min(
            datetime.fromisoformat(at) for at in (o.message.answer.effective_at for o in answers) if at
        ),
        "consent_id": agreed.message.answer.consent_id,
    }


class Consents:
    """What a reporter may answer. `delay`: from a signature to its effect; identity-vault counts it by itself."""

    def __init__(
        self,
        uow: UnitOfWork[Transaction],
        keys: Keys,
        pepper: bytes,
        delay: timedelta,
        signers: Signers,
        clock: Clock,
    ) -> None:
        self.delay = delay
        self._uow = uow
        self._keys = keys
        self._pepper = pepper
        self._signers = signers
        self._clock = clock

    def requests(self, opened: Opened, space: Space) -> list[Asked]:
        return requests_of(opened, space, self.delay, self._clock.now())

    def find(self, space: Space, handle: str) -> tuple[Opened, Asked]:
        """Raises NoSuchRequest, and NoSuchReport when the report is gone."""
        opened = open_report(self._uow, self._keys, space)
        for asked in self.requests(opened, space):
            if asked.handle == handle:
                return opened, asked
        raise NoSuchRequest("no request has this handle")

    def agree(self, space: Space, handle: str, receipt: Receipt, shown: str) -> bool:
        """Sign the agreement; False when it was signed already. `shown`: hash of the sentence that the page showed.

        Raises CannotAnswer, Disputed, NoName, TextChanged, WrongReceipt, KeysUnavailable, NoSuchRequest and
        NoSuchReport.
        """
        opened, asked = self.find(space, handle)
        reporter = prove(receipt, self._pepper, space)
        if asked.state in (AGREED, HASTENED):
            return False
        if asked.state != OPEN:
            raise CannotAnswer(asked.state)
        opened.check_undisputed()
        if not opened.named:
            raise NoName("no name is on record")
        if text_hash(asked.sentence).hex() != shown:
            raise TextChanged("another sentence was shown")
        now = self._clock.now().replace(microsecond=0)
        statement = _consent(opened.copy.ref, asked.request, asked.sentence, now)
        answer = _answer(asked, AGREED, now + self.delay)
        return self._send(space, opened, answer, statement.id, self._signed(opened, reporter, statement))

    def refuse(self, space: Space, handle: str) -> bool:
        """Say no; False when that was said already.

        Raises CannotAnswer, KeysUnavailable, NoSuchRequest and NoSuchReport.
        """
        opened, asked = self.find(space, handle)
        if asked.state == REFUSED:
            return False
        if asked.state != OPEN:
            raise CannotAnswer(asked.state)
        return self._send(space, opened, _answer(asked, REFUSED, None))

    def withdraw(self, space: Space, handle: str, receipt: Receipt) -> bool:
        """Take an agreement back; False when that was done. Whether it was used before, only identity-vault knows.

        Raises CannotAnswer, WrongReceipt, KeysUnavailable, NoSuchRequest and NoSuchReport.
        """
        return self._change(space, handle, receipt, WITHDRAWN, statements.WITHDRAWAL, (AGREED, HASTENED))

    def hasten(self, space: Space, handle: str, receipt: Receipt) -> bool:
        """Waive the delay; False when that was done. Raises as `withdraw`, and Disputed."""
        return self._change(space, handle, receipt, HASTENED, statements.HASTENING, (AGREED,))

    def _change(
        self, space: Space, handle: str, receipt: Receipt, decision: str, kind: str, from_states: tuple[str, ...]
    ) -> bool:
        opened, asked = self.find(space, handle)
        reporter = prove(receipt, self._pepper, space)
        if asked.state == decision:
            return False
        if asked.state not in from_states:
            raise CannotAnswer(asked.state)
        if decision == HASTENED:
            opened.check_undisputed()
        now = self._clock.now().replace(microsecond=0)
        statement = Statement(kind, opened.copy.ref, now, {"consent": asked.consent_id})
        answer = _answer(asked, decision, now if decision == HASTENED else None)
        return self._send(space, opened, answer, asked.consent_id, self._signed(opened, reporter, statement))

    def _signed(self, opened: Opened, reporter: ReporterKeys, statement: Statement) -> list[SignedStatement]:
        return [statement.signed(seed) for seed in self._signers.of(opened, reporter)]

    def _send(
        self,
        space: Space,
        opened: Opened,
        answer: IdentityAnswer,
        consent_id: bytes = b"",
        signed: Sequence[SignedStatement] = (),
    ) -> bool:
        """Tell casework, keep the reporter's copy and queue what was signed: all of it once, or nothing."""
        report, now = opened.report, self._clock.now()
        day = paris_day(now)
        period, month_key = self._keys.casework_month(report.cdg_id, day)
        # A yes and a no are one answer: whichever comes first holds.
        step = answer.decision if answer.decision in (WITHDRAWN, HASTENED) else "answered"
        message_id = own_id(space, b"answer", step.encode(), answer.request_id)
        told = seal_message(ReporterMessage(written_at=stamp(now), answer=answer), month_key)
        answer.consent_id = consent_id
        copy = seal_message(ReporterMessage(written_at=stamp(now), answer=answer), report.reporter_recipient)
        vault = self._keys.vault(day) if signed else None
        frames = [statement_frame(vault, verifier=one) for one in signed] if vault else []
        with self._uow("answer_request") as tx:
            if not tx.messages.add(report.report_id, message_id, copy):
                return False
            tx.outbox.add(spoken(report, period, message_id, told), held=True)
            if vault:
                for frame in frames:
                    tx.vault_queue.add(frame, vault.period, prompt=True)
        return True


def _consent(ref: bytes, request: IdentityRequest, words: str, now: datetime) -> Statement:
    values = {
        "issuer": request.issuer,
        "subject": request.subject,
        "name": request.name,
        "body": request.body,
        "purpose": request.purpose,
        "case_label": request.case_label,
        "regime": request.regime,
        "fields": list(request.fields),
        "until": request.until,
        "text": text_hash(words),
    }
    return Statement(statements.CONSENT, ref, now, values)


def _answer(asked: Asked, decision: str, effective_at: datetime | None) -> IdentityAnswer:
    moment = effective_at.astimezone(UTC).isoformat(timespec="seconds") if effective_at else ""
    return IdentityAnswer(request_id=asked.request.request_id, decision=decision, effective_at=moment)
