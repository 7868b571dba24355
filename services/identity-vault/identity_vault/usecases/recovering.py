"""Lost passkeys: the person asks, two custodians of two bodies who met them confirm, and those count no more."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import NoReturn

from chassis.clock import Clock, paris_day
from chassis.db import UnitOfWork
from chassis.idtokens import Subject
from chassis.rpc.calls import Detail
from identity_vault.domain.journal import Entry, Kind
from identity_vault.domain.orders import GATHERING, Custodian, NotACustodian, find_custodian
from identity_vault.domain.recoveries import Recovery, RecoveryState, WrongCode
from identity_vault.store.recoveries import StoredRecovery
from identity_vault.store.verifier_transaction import VerifierTransaction
from identity_vault.usecases.verifier_passkeys import Passkeys, Touch
from identity_vault.usecases.verifier_ports import Denied

RECOVERY = "recovery"
NOT_LOST = "not-lost"
# Requests of one person that are remembered: each is swept when its fifteen days are over.
_MOST = 50
_OPEN = (RecoveryState.WAITING, RecoveryState.CONFIRMED)


@dataclass(frozen=True, slots=True)
class ListedRecovery:
    """One that waits, as one custodian sees it."""

    id: bytes = field(repr=False)
    recovery: Recovery
    mine_to_sign: bool


class Recoveries:
    """Every method raises Denied."""

    def __init__(
        self,
        uow: UnitOfWork[VerifierTransaction],
        passkeys: Passkeys,
        custodians: Sequence[Custodian],
        clock: Clock,
        *,
        kept: timedelta,
    ) -> None:
        """`kept`: how long a confirmed one is remembered: as long as a consent may live."""
        self._uow = uow
        self._passkeys = passkeys
        self._custodians = custodians
        self._clock = clock
        self._kept = kept

    def ask(self, subject: Subject) -> str:
        """Somebody says that their passkeys are lost; answers the code for custodians. An older request ends."""
        now = self._clock.now()
        person = self._passkeys.person(subject)
        recovery = Recovery.ask(subject.issuer, subject.subject, subject.name, now)
        with self._uow("ask_recovery") as tx:
            tx.passkeys.lock(person)
            if not tx.passkeys.of_person(person):
                raise Denied(Detail.BAD_PASSKEY)
            if len(tx.recoveries.of_person(person)) >= _MOST:
                raise Denied(Detail.LIMIT_REACHED)
            ended = self._end(tx, person, now)
            tx.recoveries.add(person, recovery, paris_day(now + GATHERING))
            if ended:
                tx.journal.append(Entry(Kind.RECOVERY_ENDED, now, actor=person, reason="asked-again"))
            tx.journal.append(Entry(Kind.RECOVERY_ASKED, now, actor=person))
        return recovery.code

    def of(self, person: bytes) -> tuple[Recovery, RecoveryState] | None:
        """The one of this person that waits, or is confirmed and not used yet."""
        now = self._clock.now()
        with self._uow("read_recovery") as tx:
            found = tx.recoveries.of_person(person)
        for stored in found:
            state = stored.recovery.state(now)
            if state in _OPEN:
                return stored.recovery, state
        return None

    def take_back(self, subject: Subject, assertion: str) -> None:
        """Nothing is lost: a touch of a passkey in use says so, and the request ends."""
        now = self._clock.now()
        person = self._passkeys.person(subject)
        self._passkeys.check(person, Touch(NOT_LOST), assertion)
        with self._uow("take_recovery_back") as tx:
            tx.passkeys.lock(person)
            if self._end(tx, person, now):
                tx.journal.append(Entry(Kind.RECOVERY_ENDED, now, actor=person, reason="owner"))

    def waiting(self, subject: Subject) -> list[ListedRecovery]:
        """For custodians, newest first."""
        now = self._clock.now()
        custodian = self._custodian(subject)
        with self._uow("list_recoveries") as tx:
            found = tx.recoveries.all()
        return [
            ListedRecovery(stored.id, stored.recovery, stored.recovery.may_sign(custodian, now))
            for stored in found
            if stored.recovery.state(now) is RecoveryState.WAITING
        ]

    def options(self, subject: Subject, recovery_id: bytes, code: str) -> str:
        """Options for the touch that confirms, to a custodian who was told the code."""
        custodian = self._custodian(subject)
        known = self._uow.run(
            "check_recovery_code", lambda tx: self._checked(tx, subject, custodian, recovery_id, code)
        )
        if isinstance(known, Detail):
            raise Denied(known)
        return self._passkeys.ask(self._passkeys.person(subject), _touch(known, subject))

    def sign(self, subject: Subject, recovery_id: bytes, assertion: str) -> RecoveryState:
        """A custodian confirms. With two bodies, every passkey that the person had is withdrawn."""
        custodian = self._custodian(subject)
        actor = self._passkeys.person(subject)
        with self._uow("read_recovery") as tx:
            stored = self._locked(tx, recovery_id)
        try:
            self._passkeys.check(actor, _touch(stored.recovery, subject), assertion)
        except Denied as denied:
            self._refuse(denied.detail, actor)
        signed = self._uow.run("sign_recovery", lambda tx: self._signed(tx, custodian, actor, stored, assertion))
        if signed is None:
            self._refuse(Detail.NOT_A_CUSTODIAN, actor)
        return signed.state(self._clock.now())

    def _checked(
        self, tx: VerifierTransaction, subject: Subject, custodian: Custodian, recovery_id: bytes, code: str
    ) -> Recovery | Detail:
        """The recovery whose code this is; or why not, and the journal says so."""
        now = self._clock.now()
        stored = self._locked(tx, recovery_id)
        actor = self._passkeys.person(subject)
        try:
            stored.recovery.check(custodian, code, now)
        except NotACustodian:
            tx.journal.append(Entry(Kind.RECOVERY_REFUSED, now, actor=actor, reason=Detail.NOT_A_CUSTODIAN.value))
            return Detail.NOT_A_CUSTODIAN
        except WrongCode:
            counted = stored.recovery.with_wrong_code(now)
            tx.recoveries.put(replace(stored, recovery=counted))
            tx.journal.append(Entry(Kind.RECOVERY_REFUSED, now, actor=actor, reason=Detail.BAD_ORDER.value))
            if counted.ended:
                tx.journal.append(Entry(Kind.RECOVERY_ENDED, now, stored.person_tag, actor, "wrong-codes"))
            return Detail.BAD_ORDER
        return stored.recovery

    def _signed(
        self, tx: VerifierTransaction, custodian: Custodian, actor: bytes, known: StoredRecovery, assertion: str
    ) -> Recovery | None:
        """None when somebody of their body was faster, or it is over."""
        now = self._clock.now()
        person = known.person_tag
        tx.passkeys.lock(person)
        stored = self._locked(tx, known.id)
        try:
            signed = stored.recovery.with_signature(custodian, assertion, now)
        except NotACustodian:
            return None
        until = paris_day(now + self._kept) if signed.confirmed else None
        tx.recoveries.put(replace(stored, recovery=signed), until)
        withdrawn = self._withdraw(tx, person, now) if signed.confirmed else 0
        tx.journal.append(Entry(Kind.RECOVERY_SIGNED, now, person, actor))
        for _ in range(withdrawn):
            tx.journal.append(Entry(Kind.PASSKEY_WITHDRAWN, now, person, actor, "lost"))
        return signed

    def _withdraw(self, tx: VerifierTransaction, person: bytes, now: datetime) -> int:
        held = tx.passkeys.stored_of(person)
        for passkey in held:
            tx.passkeys.put(replace(passkey, passkey=replace(passkey.passkey, withdrawn_at=now)))
        return len(held)

    def _end(self, tx: VerifierTransaction, person: bytes, now: datetime) -> bool:
        """End what waits. One that two bodies confirmed stays."""
        ended = False
        for found in tx.recoveries.of_person(person):
            stored = tx.recoveries.lock(found.id)
            if stored and stored.recovery.state(now) is RecoveryState.WAITING:
                tx.recoveries.put(replace(stored, recovery=stored.recovery.closed(now)))
                ended = True
        return ended

    def _locked(self, tx: VerifierTransaction, recovery_id: bytes) -> StoredRecovery:
        stored = tx.recoveries.lock(recovery_id)
        if stored is None:
            raise Denied(Detail.UNKNOWN_HANDLE)
        return stored

    def _custodian(self, subject: Subject) -> Custodian:
        try:
            return find_custodian(self._custodians, subject.issuer, subject.subject)
        except NotACustodian:
            self._refuse(Detail.NOT_A_CUSTODIAN, self._passkeys.person(subject))

    def _refuse(self, detail: Detail, actor: bytes) -> NoReturn:
        with self._uow("note_refusal") as tx:
            tx.journal.append(Entry(Kind.RECOVERY_REFUSED, self._clock.now(), actor=actor, reason=detail.value))
        raise Denied(detail)


def replaced_at(tx: VerifierTransaction, person: bytes) -> datetime | None:
    """When custodians last withdrew somebody's passkeys; None if never (or so long ago that no consent is left)."""
    confirmed = [stored.recovery.confirmed for stored in tx.recoveries.of_person(person)]
    return max((datetime.fromisoformat(at) for at in confirmed if at), default=None)


def _touch(recovery: Recovery, subject: Subject) -> Touch:
    """What this custodian's passkey signs: whom they met, and who they are. It can be checked for ever."""
    who = hashlib.sha256(f"{subject.issuer}|{subject.subject}".encode()).digest()
    return Touch(RECOVERY, recovery.digest() + who, lasting=True)
