"""What a reporter sees of identity-vault: asked for by `ref`, answered to a key drawn for the question, one size."""

from collections.abc import Callable
from datetime import datetime

from google.protobuf.message import DecodeError

from chassis.clock import Clock
from chassis.db import UnitOfWork
from chassis.sealing import age, padding
from identity_vault.domain.consents import Rules, State
from identity_vault.domain.reporters import NewKey, Reporter
from identity_vault.domain.tags import Tags
from identity_vault.store.verified import StoredConsent
from identity_vault.store.verifier_transaction import VerifierTransaction
from identity_vault.usecases.layer import LayerKeys, open_padded
from identity_vault.usecases.verifier_summaries import rfc3339, until
from paravent.identity_vault.v1.reporter_pb2 import ReporterEntry, ReporterQuery, ReporterView

QUERY = 1152
# Bytes of an answer before it is sealed: the newest entries that fit.
VIEW = 32_768
_REF = 16

Orders = Callable[[VerifierTransaction, bytes, datetime], list[ReporterEntry]]
# By the tag of a person.
Replaced = Callable[[VerifierTransaction, bytes], datetime | None]
_OPEN = (State.PENDING, State.EFFECTIVE)


class InvalidQuery(ValueError):
    """Not a question of this contract. Says no more on purpose."""


class Views:
    """Answers reporters. A `ref` that is not known gets an empty view of the same size."""

    def __init__(
        self,
        uow: UnitOfWork[VerifierTransaction],
        keys: LayerKeys,
        tags: Tags,
        rules: Rules,
        clock: Clock,
        *,
        orders: Orders,
        replaced: Replaced,
    ) -> None:
        """`orders`: the custodians' orders about a report that its reporter may see.

        `replaced`: when custodians last withdrew the passkeys of an addressee.
        """
        self._uow = uow
        self._keys = keys
        self._tags = tags
        self._rules = rules
        self._clock = clock
        self._orders = orders
        self._replaced = replaced

    def answer(self, query: bytes) -> bytes:
        """age ciphertext, to the question's `reply_to`, of a padded ReporterView. Raises InvalidQuery."""
        asked = self._opened(query)
        view = self.view(asked.ref)
        try:
            return age.seal(asked.reply_to, padding.pad(view.SerializeToString(), VIEW))
        except ValueError:
            raise InvalidQuery("not a recipient") from None

    def view(self, ref: bytes) -> ReporterView:
        """All that the verifier knows of this report, newest first, as much as fits."""
        now = self._clock.now()
        with self._uow("view") as tx:
            tag = self._tags.report(ref)
            reporter = tx.reporters.get(tag)
            found = tx.consents.of_report(tag)
            entries = self._orders(tx, ref, now)
            entries += [entry for stored in found for entry in self._new_passkey(tx, stored, now)]
        entries += [entry for stored in found for entry in self._of_consent(stored, now)]
        if reporter is not None:
            entries += self._of_reporter(reporter, now)
        entries.sort(key=lambda entry: entry.signed_at, reverse=True)
        view = ReporterView(named=reporter is not None and reporter.name_given() is not None)
        view.name_withdrawn = reporter is not None and reporter.name_withdrawn_at is not None
        for entry in entries:
            view.entries.append(entry)
            if view.ByteSize() >= VIEW:
                del view.entries[-1]
                break
        return view

    def _opened(self, query: bytes) -> ReporterQuery:
        try:
            asked = ReporterQuery.FromString(open_padded(self._keys, query))
        except (age.CannotOpen, DecodeError):
            raise InvalidQuery("the query does not open") from None
        if len(query) != QUERY or len(asked.ref) != _REF:
            raise InvalidQuery("a part has a wrong size")
        return asked

    def _of_consent(self, stored: StoredConsent, now: datetime) -> list[ReporterEntry]:
        consent, terms = stored.consent, stored.consent.terms
        whole = ReporterEntry(
            consent_id=terms.id,
            kind="consent",
            state=consent.state(now, self._rules.delay).value,
            addressee_name=terms.name,
            addressee_body=terms.body,
            purpose=terms.purpose,
            case_label=terms.case_label,
            fields=terms.fields,
            signed_at=rfc3339(terms.signed_at),
            effective_at=rfc3339(consent.effective_at(self._rules.delay)),
            valid_until=until(terms),
            disclosed_at=rfc3339(consent.disclosed_at),
        )
        refused = [
            ReporterEntry(
                consent_id=terms.id,
                kind="refused",
                state=attempt.code,
                addressee_name=terms.name,
                addressee_body=terms.body,
                purpose=terms.purpose,
                case_label=terms.case_label,
                signed_at=rfc3339(attempt.at),
            )
            for attempt in stored.attempts
        ]
        return [whole, *refused]

    def _new_passkey(self, tx: VerifierTransaction, stored: StoredConsent, now: datetime) -> list[ReporterEntry]:
        """Who may still open lost their passkey since it was agreed: the reporter knows, and may take it back."""
        terms = stored.consent.terms
        if stored.consent.state(now, self._rules.delay) not in _OPEN:
            return []
        at = self._replaced(tx, self._tags.person(terms.issuer, terms.subject))
        if at is None or at < terms.signed_at:
            return []
        entry = ReporterEntry(
            consent_id=terms.id,
            kind="passkey",
            state="replaced",
            addressee_name=terms.name,
            addressee_body=terms.body,
            purpose=terms.purpose,
            case_label=terms.case_label,
            signed_at=rfc3339(at),
        )
        return [entry]

    def _of_reporter(self, reporter: Reporter, now: datetime) -> list[ReporterEntry]:
        names = [
            ReporterEntry(kind="name", state="added", signed_at=rfc3339(name.signed_at)) for name in reporter.names
        ]
        if reporter.name_withdrawn_at:
            names.append(ReporterEntry(kind="name", state="withdrawn", signed_at=rfc3339(reporter.name_withdrawn_at)))
        return names + [self._of_key(new, now) for new in reporter.new_keys]

    def _of_key(self, new: NewKey, now: datetime) -> ReporterEntry:
        effective_at = new.received_at + self._rules.delay
        state = "withdrawn" if new.withdrawn else "effective" if now >= effective_at else "pending"
        return ReporterEntry(
            consent_id=new.id,
            kind="key",
            state=state,
            signed_at=rfc3339(new.received_at),
            effective_at=rfc3339(effective_at),
        )
