"""Apply what reporters sign. Each statement counts once, under the key that signs for its report at that moment."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta

from chassis.clock import paris_day
from chassis.sealing import statements
from chassis.sealing.statements import BadStatement, Statement
from identity_vault.domain.consents import Fault, Rules, Unusable, admit, is_timely
from identity_vault.domain.journal import Entry, Kind
from identity_vault.domain.reporters import AddedName, NewKey, NotAllowed, Reporter, Signed
from identity_vault.domain.tags import Tags
from identity_vault.store.verified import StoredConsent
from identity_vault.store.verifier_rows import message_of, terms_of
from identity_vault.store.verifier_transaction import VerifierTransaction

# A statement waits this long for its registration, which may take a day.
UNREGISTERED = timedelta(days=3)
_REPLAYED = "replayed"
# What takes something back holds whenever it comes.
_NEVER_TOO_OLD = (statements.WITHDRAWAL, statements.NAME_WITHDRAWN)


class _Waits(Exception):
    """What the statement is about has not come yet."""


class _Refused(Exception):
    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Book:
    """The statements of all reports, over one transaction."""

    def __init__(self, tx: VerifierTransaction, tags: Tags, rules: Rules, now: datetime) -> None:
        self._tx = tx
        self._tags = tags
        self._rules = rules
        self._now = now
        self._entries: list[Entry] = []

    def register(self, ref: bytes, key: bytes) -> None:
        """The first key of a report stays; a second registration with another one is told in the journal."""
        tag = self._tags.report(ref)
        if not self._tx.reporters.add(tag, Reporter(key)):
            known = self._tx.reporters.get(tag)
            if known and known.first_key != key:
                self._note(Kind.REGISTRATION_CONFLICT, tag)
        self._apply_waiting(tag)

    def take(self, signed: Signed) -> None:
        """Apply a statement, or keep it until what it is about has come, or refuse it with a journal entry."""
        try:
            statement = statements.read(message_of(signed))
        except BadStatement:
            self._note(Kind.CONSENT_REFUSED, b"", Fault.BAD_STATEMENT)
            return
        tag = self._tags.report(statement.ref)
        if self._tx.reporters.get(tag) is None:
            self._tx.statements.wait(tag, signed, paris_day(self._now + UNREGISTERED))
        elif self._settle(tag, signed):
            self._apply_waiting(tag)
        else:
            self._tx.statements.wait(tag, signed, self._last_day(statement))

    def give_up(self) -> None:
        """Drop what waited too long, with a journal entry."""
        for tag in self._tx.statements.give_up(paris_day(self._now)):
            self._note(Kind.CONSENT_REFUSED, tag, "unknown-key")

    def close(self) -> int:
        """Write the journal; last in the transaction. Answers how many entries there were."""
        for entry in self._entries:
            self._tx.journal.append(entry)
        return len(self._entries)

    def _apply_waiting(self, tag: bytes) -> None:
        """Again and again, oldest first, while something that waited is settled."""
        settled = True
        while settled:
            waiting = self._tx.statements.waiting(tag)
            waiting.sort(key=lambda found: statements.read(message_of(found[1])).at)
            settled = False
            for row_id, signed in waiting:
                if self._settle(tag, signed):
                    self._tx.statements.drop(row_id)
                    settled = True

    def _settle(self, tag: bytes, signed: Signed) -> bool:
        """Apply or refuse. False when it must wait."""
        reporter = self._tx.reporters.get(tag)
        if reporter is None:
            return False
        try:
            self._apply(tag, reporter, signed)
        except _Waits:
            return False
        except _Refused as refused:
            self._note(Kind.CONSENT_REFUSED, tag, refused.reason)
        return True

    def _apply(self, tag: bytes, reporter: Reporter, signed: Signed) -> None:
        key = reporter.keys(self._now, self._rules.delay)[-1]
        try:
            statement = statements.verify(message_of(signed), key)
        except BadStatement:
            raise _Refused(Fault.BAD_STATEMENT) from None
        apply = _KINDS.get(statement.kind)
        timely = is_timely(statement.at, self._now, replace(self._rules, oldest=self._oldest(statement)))
        if apply is None or not timely:
            raise _Refused(Fault.BAD_STATEMENT)
        self._spend_and_apply(apply, tag, reporter, statement, signed)

    def _spend_and_apply(
        self, apply: "_Apply", tag: bytes, reporter: Reporter, statement: Statement, signed: Signed
    ) -> None:
        """A refused statement is spent too; one that has to wait is not."""
        refused: _Refused | None = None
        with self._tx.session.begin_nested():
            if not self._tx.statements.spend(self._tags.statement(statement.ref, statement.id)):
                raise _Refused(_REPLAYED)
            try:
                apply(self, tag, reporter, statement, signed)
            except _Refused as error:
                refused = error
        if refused:
            raise refused

    def _consent(self, tag: bytes, _reporter: Reporter, statement: Statement, signed: Signed) -> None:
        try:
            consent = admit(terms_of(statement), self._now, self._rules)
        except Unusable as unusable:
            raise _Refused(unusable.fault) from None
        self._tx.consents.add(consent, signed)
        self._note(Kind.CONSENT_RECORDED, tag, consent.terms.purpose)

    def _withdrawal(self, tag: bytes, reporter: Reporter, statement: Statement, _signed: Signed) -> None:
        without = reporter.without_key(statement.values["consent"], self._now, self._rules.delay)
        if without is not None:
            self._tx.reporters.put(tag, without)
            self._note(Kind.KEY_REPLACED, tag, Fault.WITHDRAWN)
            return
        stored = self._named(statement)
        try:
            self._tx.consents.put(replace(stored, consent=stored.consent.withdrawn(self._now)))
        except Unusable as unusable:
            raise _Refused(unusable.fault) from None
        self._note(Kind.CONSENT_WITHDRAWN, tag)

    def _hastening(self, tag: bytes, _reporter: Reporter, statement: Statement, _signed: Signed) -> None:
        stored = self._named(statement)
        try:
            hastened = stored.consent.hastened(self._now, self._rules.delay)
        except Unusable as unusable:
            raise _Refused(unusable.fault) from None
        self._tx.consents.put(replace(stored, consent=hastened))
        self._note(Kind.CONSENT_HASTENED, tag)

    def _name_added(self, tag: bytes, reporter: Reporter, statement: Statement, signed: Signed) -> None:
        name = AddedName(statement.values["number"], statement.values["inner"], statement.at, signed)
        self._change(tag, lambda: reporter.with_name(name))
        self._erase_names(statement.ref, reporter, reporter.with_name(name))
        self._note(Kind.NAME_ADDED, tag)

    def _name_withdrawn(self, tag: bytes, reporter: Reporter, statement: Statement, _signed: Signed) -> None:
        without = reporter.without_name(statement.at)
        self._tx.reporters.put(tag, without)
        self._erase_names(statement.ref, reporter, without)
        self._note(Kind.NAME_WITHDRAWN, tag)

    def _erase_names(self, ref: bytes, before: Reporter, after: Reporter) -> None:
        """Have the records erased whose names are withdrawn now and were not before."""
        self._tx.withdrawn_names.keep(ref, after.withdrawn_records() - before.withdrawn_records())

    def _key_replaced(self, tag: bytes, reporter: Reporter, statement: Statement, signed: Signed) -> None:
        new = NewKey(statement.id, statement.values["key"], max(self._now, statement.at), signed)
        self._change(tag, lambda: reporter.with_key(new, self._rules.delay))
        self._note(Kind.KEY_REPLACED, tag)

    def _change(self, tag: bytes, change: Callable[[], Reporter]) -> None:
        try:
            self._tx.reporters.put(tag, change())
        except NotAllowed:
            raise _Refused(Fault.BAD_STATEMENT) from None

    def _named(self, statement: Statement) -> StoredConsent:
        """The consent that a statement of the same report names."""
        stored = self._tx.consents.get(self._tags.statement(statement.ref, statement.values["consent"]))
        if stored is None:
            raise _Waits
        return stored

    def _last_day(self, statement: Statement) -> date:
        """A consent that comes after this day is too old to be admitted: nothing to withdraw or hasten."""
        return paris_day(max(statement.at, self._now) + self._rules.oldest)

    def _oldest(self, statement: Statement) -> timedelta:
        return timedelta(days=36_500) if statement.kind in _NEVER_TOO_OLD else self._rules.oldest

    def _note(self, kind: Kind, tag: bytes, reason: str = "") -> None:
        self._entries.append(Entry(kind, self._now, subject=tag, reason=str(reason)))


_Apply = Callable[[Book, bytes, Reporter, Statement, Signed], None]

_KINDS: dict[str, _Apply] = {
    statements.CONSENT: Book._consent,
    statements.WITHDRAWAL: Book._withdrawal,
    statements.HASTENING: Book._hastening,
    statements.NAME_ADDED: Book._name_added,
    statements.NAME_WITHDRAWN: Book._name_withdrawn,
    statements.KEY_REPLACED: Book._key_replaced,
}
