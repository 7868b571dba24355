"""New words for a report whose eight words somebody may have seen (decision 0015).

The former words open nothing from then on. Everything that was sealed to them is sealed to the new ones; their keys
stay inside the reporter's own copy, for what was still on its way, and to sign until identity-vault lets the new key
sign. Who holds the former words learns that they were replaced, and may object for as long as that wait lasts. An
objection gives nobody the report back: it stops what could show more of the reporter, for nobody can tell who objects.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from chassis.clock import Clock, paris_day
from chassis.db import UnitOfWork
from chassis.sealing import age, padding, receipts, statements
from chassis.sealing.age import CannotOpen
from chassis.sealing.receipts import Receipt, ReporterKeys
from chassis.sealing.statements import Statement
from intake.domain.days import day_in_words
from intake.store.former_words import FormerRow
from intake.store.reports import ReportRow
from intake.store.transaction import Transaction
from intake.usecases.envelopes import seal_message
from intake.usecases.frames import statement_frame
from intake.usecases.opened import Keys, instant, open_first, open_report, spoken, stamp
from intake.usecases.proving import prove
from intake.usecases.sessions import NoSuchReport, Space
from intake.usecases.signing import Signers
from paravent.intake.v1.content_pb2 import (
    FormerWords,
    Objection,
    Readdressing,
    Replacement,
    ReporterCopy,
    ReporterMessage,
)

# What handlers read when somebody objects.
_OBJECTION = (
    "Message automatique. Les huit mots qui ouvrent ce signalement ont été remplacés le {day}. Une personne qui "
    "connaît les mots d’avant affirme qu’elle n’a rien remplacé. Nous ne pouvons pas savoir laquelle des deux a fait "
    "le signalement. Vos messages n’arrivent qu’à celle qui a les nouveaux mots : n’y écrivez rien qui puisse nuire à "
    "l’autre. Aucun accord sur l’identité ne peut plus être signé depuis cet espace."
)


class TooLate(Exception):
    """The new words stand: the time to object is over."""


@dataclass(frozen=True, slots=True)
class Replaced:
    """Words that others replaced. `until`: the end of the time to object. `seed`: signed the announcement, if any."""

    row: FormerRow
    content: Replacement = field(repr=False)
    until: datetime

    @property
    def day(self) -> date:
        return self.row.day

    @property
    def objected(self) -> bool:
        return self.row.objected


class Words:
    """Replacing a report's eight words. `delay`: as identity-vault counts it by itself."""

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

    def replace(self, space: Space, current: Receipt, new: Receipt) -> None:
        """Let other words open the report of this space: all of it at once, or nothing.

        Raises WrongReceipt, KeysUnavailable, and NoSuchReport when other words opened it meanwhile.
        """
        opened = open_report(self._uow, self._keys, space)
        reporter, fresh = prove(current, self._pepper, space), receipts.derive(new, self._pepper)
        now = self._clock.now().replace(microsecond=0)
        period, month_key = self._keys.casework_month(opened.report.cdg_id, paris_day(now))
        vault = self._keys.vault(paris_day(now))
        seeds = self._signers.of(opened, reporter)
        announced = Statement(statements.KEY_REPLACED, opened.copy.ref, now, {"key": fresh.verify_key})
        # While an earlier key still waits there, identity-vault takes no other.
        frame = statement_frame(vault, verifier=announced.signed(seeds[0])) if len(seeds) == 1 else b""
        statement_id = announced.id if frame else b""
        told = ReporterMessage(
            written_at=stamp(self._clock.now()),
            recipient=Readdressing(recipient=fresh.recipient, proof=opened.copy.ref),
        )
        with self._uow("replace_words") as tx:
            report = tx.reports.hold_words(space.lookup_id)
            if report is None:
                raise NoSuchReport("other words open it now")
            former = FormerWords(
                identity=reporter.identity,
                signing_seed=reporter.signing_seed,
                statement_id=statement_id,
                replaced_at=stamp(now),
            )
            copy = _move(tx, report, reporter, fresh, former)
            left = Replacement(
                ref=copy.ref,
                member_id=copy.member_id,
                statement_id=statement_id,
                replaced_at=stamp(now),
                signing_seed=seeds[0],
            )
            sealed = age.seal(reporter.recipient, padding.pad_to_bucket(left.SerializeToString(deterministic=True)))
            tx.former_words.add(FormerRow(space.lookup_id, report.report_id, paris_day(now), sealed, objected=False))
            envelope = seal_message(told, month_key)
            tx.outbox.add(spoken(report, period, secrets.token_bytes(16), envelope), held=True)
            if frame:
                tx.vault_queue.add(frame, vault.period, prompt=True)

    def find(self, receipt: Receipt) -> Replaced | None:
        """What these words say, if others replaced them."""
        reporter = receipts.derive(receipt, self._pepper)
        with self._uow("find_former_words") as tx:
            row = tx.former_words.find(reporter.lookup_id)
        if row is None:
            return None
        content = Replacement.FromString(padding.unpad(age.open(reporter.identity, row.envelope)))
        return Replaced(row, content, instant(content.replaced_at) + self.delay)

    def replaced_by(self, former: Receipt, new: Receipt) -> bool:
        """Did the new words replace the former ones, on this very report?"""
        found = self.find(former)
        with self._uow("find_report") as tx:
            report = tx.reports.find(receipts.derive(new, self._pepper).lookup_id)
        return found is not None and report is not None and report.report_id == found.row.report_id

    def may_object(self, replaced: Replaced) -> bool:
        return not replaced.objected and self._clock.now() < replaced.until

    def object(self, receipt: Receipt) -> Replaced:
        """Say, with former words, that somebody else replaced them: once.

        The new key is taken back, casework is told, and nothing that could show more of the reporter is signed from
        that space any more. Raises NoSuchReport, TooLate and KeysUnavailable.
        """
        found = self.find(receipt)
        if found is None:
            raise NoSuchReport("nothing replaced these words")
        if found.objected:
            return found
        if not self.may_object(found):
            raise TooLate("the new words stand")
        now = self._clock.now().replace(microsecond=0)
        with self._uow("find_report") as tx:
            cdg_id = tx.reports.cdg_of(found.row.report_id)
        vault = self._keys.vault(paris_day(now))
        period, month_key = self._keys.casework_month(cdg_id, paris_day(now))
        with self._uow("object_to_words") as tx:
            report = tx.reports.hold_by_id(found.row.report_id)
            if report is None:
                raise NoSuchReport("the report is gone")
            if not tx.former_words.object(found.row.lookup_id):
                return found
            noted = ReporterMessage(written_at=stamp(now), objection=Objection())
            tx.messages.add(report.report_id, secrets.token_bytes(16), seal_message(noted, report.reporter_recipient))
            told = ReporterMessage(written_at=stamp(now), text=_OBJECTION.format(day=day_in_words(found.day)))
            envelope = seal_message(told, month_key)
            tx.outbox.add(spoken(report, period, secrets.token_bytes(16), envelope), held=True)
            if found.content.statement_id:
                values = {"consent": found.content.statement_id}
                taken_back = Statement(statements.WITHDRAWAL, found.content.ref, now, values)
                frame = statement_frame(vault, verifier=taken_back.signed(found.content.signing_seed))
                tx.vault_queue.add(frame, vault.period, prompt=True)
        return found


def _move(
    tx: Transaction, report: ReportRow, reporter: ReporterKeys, fresh: ReporterKeys, former: FormerWords
) -> ReporterCopy:
    """Seal to the new words what was sealed to the former ones; answer the reporter's copy."""
    copy = ReporterCopy.FromString(padding.unpad(age.open(reporter.identity, report.reporter_envelope)))
    identities = [reporter.identity, *(words.identity for words in reversed(copy.former))]
    copy.former.append(former)
    recap = padding.pad_to_bucket(copy.SerializeToString(deterministic=True))
    tx.reports.move(report.report_id, fresh.lookup_id, fresh.recipient, age.seal(fresh.recipient, recap))
    for notice in tx.notices.of(report.report_id):
        if resealed := _reseal(identities, notice.envelope, fresh.recipient):
            tx.notices.replace(notice.notice_id, resealed)
    for message in tx.messages.of(report.report_id):
        if resealed := _reseal(identities, message.envelope, fresh.recipient):
            tx.messages.replace(message.message_id, resealed)
    return copy


def _reseal(identities: Sequence[str], envelope: bytes, recipient: str) -> bytes:
    """Empty for what no key of this reporter opens: it is left, and never shown."""
    try:
        return age.seal(recipient, open_first(identities, envelope))
    except CannotOpen:
        return b""
