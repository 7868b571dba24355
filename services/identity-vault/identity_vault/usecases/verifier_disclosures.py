"""Disclosure, the verifier's half: check everything, use the consent up, and only then take a layer off."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, NoReturn

from chassis import logs
from chassis.clock import Clock, paris_day
from chassis.db import UnitOfWork
from chassis.idtokens import Subject
from chassis.rpc.calls import Detail
from chassis.sealing.fields import FieldCipher
from chassis.sealing.receipts import locator
from identity_vault.domain.consents import Consent, Rules, Unusable
from identity_vault.domain.journal import Entry, Kind
from identity_vault.domain.office_hours import OfficeHours
from identity_vault.domain.reporters import Reporter
from identity_vault.domain.tags import Tags
from identity_vault.store.verified import Attempt, StoredConsent
from identity_vault.store.verifier_transaction import VerifierTransaction
from identity_vault.usecases.layer import LayerKeys
from identity_vault.usecases.ports import ReadNotApproved, StoreAway
from identity_vault.usecases.shortlived import Codec, Handles, ShortLived
from identity_vault.usecases.verifier_layer import Mismatch, Wanted, open_layer
from identity_vault.usecases.verifier_passkeys import Passkeys, Touch
from identity_vault.usecases.verifier_ports import Denied, Locator, ReadApprovals

log = logs.get(__name__)

HANDLE_LIFE = timedelta(minutes=10)
DISCLOSURE_LIFE = timedelta(minutes=2)
CONSENT = "consent"


@dataclass(frozen=True, slots=True)
class Limits:
    """Disclosures in a day (Europe/Paris), for one addressee and for the addressees of one body."""

    per_addressee: int = 5
    per_body: int = 20
    refuse_out_of_hours: bool = False


@dataclass(frozen=True, slots=True)
class Listed:
    """A consent as its addressee may see it."""

    handle: str
    consent: Consent


@dataclass(frozen=True, slots=True)
class Begun:
    """A disclosure under way: what allows it is used up. `id_tag`: of the consent; None for an order of custodians.

    `number`: of the record to open, 0 for the one that came with the report.
    """

    person: bytes = field(repr=False)
    id_tag: bytes | None = field(repr=False)
    tag: bytes = field(repr=False)
    ref: bytes = field(repr=False)
    number: int
    paths: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Removed:
    """What is left once the verifier's layer is gone."""

    inner: bytes = field(repr=False)
    ref: bytes = field(repr=False)
    # None for an order of custodians.
    consent: Consent | None


class Disclosures:
    """Handles and disclosures under way hold for every verifier process; a consent used up stays used."""

    def __init__(
        self,
        uow: UnitOfWork[VerifierTransaction],
        *,
        passkeys: Passkeys,
        locator: Locator,
        approvals: ReadApprovals,
        keys: LayerKeys,
        tags: Tags,
        rules: Rules,
        limits: Limits,
        clock: Clock,
        cipher: FieldCipher,
    ) -> None:
        """`cipher`: the verifier's data key."""
        self._uow = uow
        self._passkeys = passkeys
        self._locator = locator
        self._approvals = approvals
        self._keys = keys
        self._tags = tags
        self._rules = rules
        self._limits = limits
        self._clock = clock
        self._hours = OfficeHours()
        self._handles = Handles(cipher, CONSENT, HANDLE_LIFE)
        self._begun = ShortLived(uow, tags, DISCLOSURE_LIFE, _BEGUN)

    def agreed_with(self, subject: Subject) -> list[Listed]:
        """Every consent addressed to this person, newest first, each under a new handle."""
        person = self._passkeys.person(subject)
        with self._uow("list_consents") as tx:
            found = tx.consents.for_person(person)
        now = self._clock.now()
        return [Listed(self._handles.make(person, stored.id_tag, now), stored.consent) for stored in found]

    def touch_for(self, subject: Subject, handle: str) -> Touch:
        """What a touch for this consent binds. Raises Denied."""
        known = self._handles.read(handle, self._clock.now())
        if known is None or known.person != self._passkeys.person(subject):
            raise Denied(Detail.UNKNOWN_HANDLE)
        return Touch(CONSENT, known.identifier)

    def begin(self, subject: Subject, handle: str, assertion: str) -> tuple[bytes, Begun]:
        """Use a consent up for the person whom it names. Raises Denied; what was tried is in the journal then."""
        person = self._passkeys.person(subject)
        known = self._handles.read(handle, self._clock.now())
        if known is None:
            self._refuse(Detail.UNKNOWN_HANDLE, person)
        elif known.person != person:
            self._refuse(Detail.OTHER_ADDRESSEE, person, known.identifier)
        try:
            self._passkeys.check(person, Touch(CONSENT, known.identifier), assertion)
        except Denied as denied:
            self._refuse(denied.detail, person, known.identifier)
        outcome = self._uow.run("use_consent", lambda tx: self._use(tx, subject, person, known.identifier))
        if isinstance(outcome, Detail):
            raise Denied(outcome)
        return self.under_way(outcome)

    def under_way(self, begun: Begun) -> tuple[bytes, Begun]:
        """Find the record of a disclosure whose consent (or order) is used up. Raises Denied: it stays used up."""
        try:
            paths = tuple(self._locator.paths([locator(begun.ref, begun.number)]))
        except StoreAway:
            self._refuse(Detail.STORE_AWAY, begun.person, begun.id_tag)
        begun = replace(begun, paths=paths)
        return self._begun.put(begun.person, begun, self._clock.now()), begun

    def approve(self, disclosure_id: bytes, accessors: Sequence[str]) -> None:
        """Let the reads of this disclosure's records through, one accessor for each path. Raises Denied."""
        begun = self._begun.get(disclosure_id, self._clock.now())
        if begun is None:
            self._refuse(Detail.UNKNOWN_HANDLE)
        if len(accessors) != len(begun.paths):
            self._refuse(Detail.RECORD_MISMATCH, begun.person, begun.id_tag)
        try:
            for accessor, path in zip(accessors, begun.paths, strict=True):
                self._approvals.approve(accessor, path)
        except ReadNotApproved:
            self._refuse(Detail.RECORD_MISMATCH, begun.person, begun.id_tag)
        except StoreAway:
            self._refuse(Detail.STORE_AWAY, begun.person, begun.id_tag)

    def remove_layer(self, disclosure_id: bytes, records: Sequence[tuple[str, bytes]]) -> Removed:
        """Take the layer off the record of a disclosure, once, whatever comes of it. Raises Denied."""
        begun = self._begun.take(disclosure_id, self._clock.now())
        if begun is None:
            self._refuse(Detail.UNKNOWN_HANDLE)
        try:
            return self._uow.run("remove_layer", lambda tx: self._remove(tx, begun, records))
        except Denied as denied:
            self._refuse(denied.detail, begun.person, begun.id_tag)

    def _use(self, tx: VerifierTransaction, subject: Subject, person: bytes, id_tag: bytes) -> Begun | Detail:
        """In one transaction: limits, state, name; used up, and the journal says so. Or why not, and it says that."""
        now = self._clock.now()
        stored, reporter = self._locked(tx, id_tag)
        alarms = [] if self._hours.are_open(now) else ["out-of-hours"]
        refusal, over = self._refusal(tx, stored, reporter, subject)
        if over:
            alarms.append(over)
        if refusal is None:
            self._mark(tx, stored, subject, person)
            tx.journal.append(
                Entry(Kind.DISCLOSURE, now, subject=stored.tag, actor=person, reason=stored.consent.terms.purpose)
            )
        else:
            self._note_refusal(tx, refusal, person, stored)
        for reason in alarms:
            tx.journal.append(Entry(Kind.ALARM, now, subject=stored.tag, actor=person, reason=reason))
            log.warning("disclosure.alarm", reason=reason)
        if refusal is not None:
            return refusal
        return Begun(person, id_tag, stored.tag, stored.consent.terms.ref, record_number(reporter))

    def _locked(self, tx: VerifierTransaction, id_tag: bytes) -> tuple[StoredConsent, Reporter]:
        """A consent with its reporter, in the order in which letters lock them too: reporter first."""
        stored = tx.consents.get(id_tag, lock=False)
        reporter = tx.reporters.get(stored.tag) if stored else None
        stored = tx.consents.get(id_tag)
        if stored is None or reporter is None:
            raise Denied(Detail.UNKNOWN_HANDLE)  # erased meanwhile
        return stored, reporter

    def _refusal(
        self, tx: VerifierTransaction, stored: StoredConsent, reporter: Reporter, subject: Subject
    ) -> tuple[Detail | None, str]:
        """Why not (None: nothing is in the way), and which limit was reached."""
        now = self._clock.now()
        terms = stored.consent.terms
        if not terms.is_for(subject.issuer, subject.subject):
            return Detail.OTHER_ADDRESSEE, ""
        day, person, body = paris_day(now), self._passkeys.person(subject), self._tags.body(terms.body)
        if tx.counts.today(day, person) >= self._limits.per_addressee:
            return Detail.LIMIT_REACHED, "per-addressee"
        if tx.counts.today(day, body) >= self._limits.per_body:
            return Detail.LIMIT_REACHED, "per-cdg"
        if self._limits.refuse_out_of_hours and not self._hours.are_open(now):
            return Detail.LIMIT_REACHED, ""
        try:
            stored.consent.used(now, self._rules.delay, issuer=subject.issuer, subject=subject.subject)
        except Unusable as unusable:
            return Detail(unusable.fault.value), ""
        return (None, "") if reporter.may_disclose(terms.signed_at) else (Detail.NO_NAME, "")

    def _mark(self, tx: VerifierTransaction, stored: StoredConsent, subject: Subject, person: bytes) -> None:
        now = self._clock.now()
        used = stored.consent.used(now, self._rules.delay, issuer=subject.issuer, subject=subject.subject)
        tx.consents.put(replace(stored, consent=used))
        for tag in (person, self._tags.body(stored.consent.terms.body)):
            tx.counts.add(paris_day(now), tag)

    def _remove(self, tx: VerifierTransaction, begun: Begun, records: Sequence[tuple[str, bytes]]) -> Removed:
        if [path for path, _ in records] != list(begun.paths):
            raise Denied(Detail.NO_RECORD if not records else Detail.RECORD_MISMATCH)
        stored = None
        if begun.id_tag is None:
            reporter = tx.reporters.get(begun.tag)
        else:
            stored, reporter = self._locked(tx, begun.id_tag)
        path, body = records[0]
        key = tx.record_keys.get(path)
        if key is None or reporter is None:
            raise Denied(Detail.NO_RECORD)
        now = self._clock.now()
        wanted = Wanted(begun.ref, begun.number, reporter, reporter.keys(now, self._rules.delay), stored)
        try:
            inner = open_layer(self._keys, path, key, body, wanted)
        except Mismatch as mismatch:
            raise Denied(mismatch.detail) from None
        if stored is None:
            return Removed(inner, begun.ref, None)
        disclosed = replace(stored.consent, disclosed_at=now)
        tx.consents.put(replace(stored, consent=disclosed))
        return Removed(inner, begun.ref, disclosed)

    def _refuse(self, detail: Detail, person: bytes = b"", id_tag: bytes | None = None) -> NoReturn:
        """Write down that it was tried, and refuse."""
        with self._uow("note_refusal") as tx:
            stored = None
            if id_tag is not None:
                stored, _ = self._locked(tx, id_tag)
            self._note_refusal(tx, detail, person, stored)
        raise Denied(detail)

    def _note_refusal(
        self, tx: VerifierTransaction, detail: Detail, person: bytes, stored: StoredConsent | None
    ) -> None:
        now = self._clock.now()
        if stored is not None:
            tx.consents.put(replace(stored, attempts=(*stored.attempts, Attempt(now, detail.value))))
        tag = stored.tag if stored else b""
        tx.journal.append(Entry(Kind.DISCLOSURE_REFUSED, now, subject=tag, actor=person, reason=detail.value))


def record_number(reporter: Reporter) -> int:
    """Which record of a report holds the name that stands: the last one added, else the one that came with it."""
    name = reporter.name_given()
    return name.number if name else 0


def _begun_out(begun: Begun) -> dict[str, Any]:
    content = {"person": begun.person.hex(), "tag": begun.tag.hex(), "ref": begun.ref.hex()}
    id_tag = begun.id_tag.hex() if begun.id_tag is not None else None
    return content | {"id_tag": id_tag, "number": begun.number, "paths": list(begun.paths)}


def _begun_in(content: dict[str, Any]) -> Begun:
    person, tag, ref = (bytes.fromhex(content[name]) for name in ("person", "tag", "ref"))
    id_tag = None if content["id_tag"] is None else bytes.fromhex(content["id_tag"])
    return Begun(person, id_tag, tag, ref, content["number"], tuple(content["paths"]))


_BEGUN = Codec("disclosure", _begun_out, _begun_in)
