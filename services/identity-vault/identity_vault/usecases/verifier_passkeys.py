"""Passkeys of addressees and custodians, and the touches that they give: each for one purpose of one person, once."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from chassis.clock import Clock
from chassis.db import UnitOfWork
from chassis.idtokens import Subject
from chassis.rpc.calls import Detail
from chassis.sealing.fields import FieldCipher
from identity_vault.domain.journal import Entry, Kind
from identity_vault.domain.passkeys import Passkey
from identity_vault.domain.recoveries import RecoveryState
from identity_vault.domain.tags import Tags
from identity_vault.store.addressees import StoredPasskey
from identity_vault.store.recoveries import StoredRecovery
from identity_vault.store.verifier_transaction import VerifierTransaction
from identity_vault.usecases.shortlived import Codec, Handles, ShortLived
from identity_vault.usecases.verifier_ports import Authenticators, BadCredential, Denied

CHALLENGE_LIFE = timedelta(minutes=2)
HANDLE_LIFE = timedelta(minutes=10)
PASSKEY = "passkey"
REMOVAL = "removal"
_LABEL = b"paravent/touch/v1"
# Passkeys of one person.
_MOST = 20


@dataclass(frozen=True, slots=True)
class Touch:
    """What a touch is for: a kind ("consent", "order", "passkey"...) and the bytes that it binds (an id, an order).

    `lasting`: the challenge is made of these alone, so that whoever knows them can check the signature for ever.
    """

    kind: str
    content: bytes = field(default=b"", repr=False)
    lasting: bool = False

    def challenge(self) -> bytes:
        """32 bytes that no other purpose gives, and that never come again unless it is lasting."""
        salt = b"" if self.lasting else secrets.token_bytes(32)
        parts = (_LABEL, salt, self.kind.encode(), self.content)
        return hashlib.sha256(b"".join(len(part).to_bytes(8, "big") + part for part in parts)).digest()


@dataclass(frozen=True, slots=True)
class _Asked:
    person: bytes = field(repr=False)
    touch: Touch


@dataclass(frozen=True, slots=True)
class _Creation:
    """A registration under way. `known`: digest of the passkeys that were held; one was touched if there was any."""

    person: bytes = field(repr=False)
    known: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Held:
    """A passkey as its owner sees it."""

    handle: str
    passkey: Passkey


def _asked_out(asked: _Asked) -> dict[str, Any]:
    touch = {"kind": asked.touch.kind, "content": asked.touch.content.hex(), "lasting": asked.touch.lasting}
    return {"person": asked.person.hex(), "touch": touch}


def _asked_in(content: dict[str, Any]) -> _Asked:
    touch = content["touch"]
    bound = Touch(touch["kind"], bytes.fromhex(touch["content"]), touch["lasting"])
    return _Asked(bytes.fromhex(content["person"]), bound)


_ASKED = Codec("touch", _asked_out, _asked_in)
_CREATION: Codec[_Creation] = Codec(
    "registration",
    lambda creation: {"person": creation.person.hex(), "known": creation.known.hex()},
    lambda content: _Creation(bytes.fromhex(content["person"]), bytes.fromhex(content["known"])),
)


class Passkeys:
    """Registers passkeys, takes them away, and checks touches. A challenge counts once, in whichever process."""

    def __init__(
        self,
        uow: UnitOfWork[VerifierTransaction],
        authenticators: Authenticators,
        tags: Tags,
        clock: Clock,
        *,
        delay: timedelta,
        cipher: FieldCipher,
    ) -> None:
        """`delay`: between registering a passkey and its first use. `cipher`: the verifier's data key."""
        self._uow = uow
        self._authenticators = authenticators
        self._tags = tags
        self._clock = clock
        self._delay = delay
        self._asked = ShortLived(uow, tags, CHALLENGE_LIFE, _ASKED)
        self._creations = ShortLived(uow, tags, CHALLENGE_LIFE, _CREATION)
        self._handles = Handles(cipher, PASSKEY, HANDLE_LIFE)

    def person(self, subject: Subject) -> bytes:
        return self._tags.person(subject.issuer, subject.subject)

    def held_by(self, person: bytes) -> list[Passkey]:
        """Newest first."""
        with self._uow("list_passkeys") as tx:
            return tx.passkeys.of_person(person)

    def listed(self, person: bytes) -> list[Held]:
        """Newest first, each under a new handle."""
        now = self._clock.now()
        return [Held(self._handles.make(person, passkey.id, now), passkey) for passkey in self.held_by(person)]

    def ask(self, person: bytes, touch: Touch, *, but: bytes = b"") -> str:
        """Options for a touch of any passkey in use `but` this one. Raises Denied: none may be used yet, or at all."""
        ready = self._ready([passkey for passkey in self.held_by(person) if passkey.id != but])
        challenge = touch.challenge()
        self._asked.put(person, _Asked(person, touch), self._clock.now(), challenge)
        return self._authenticators.request_options(challenge, allowed=[passkey.id for passkey in ready])

    def ask_removal(self, person: bytes, handle: str) -> str:
        """Options for the touch that takes this passkey away: of another one. Raises Denied."""
        gone = self._named(person, handle)
        return self.ask(person, Touch(REMOVAL, gone), but=gone)

    def remove(self, person: bytes, handle: str, assertion: str) -> None:
        """Take a passkey away, after a touch of another one in use. Raises Denied."""
        gone = self._named(person, handle)
        now = self._clock.now()
        if self._credential(assertion) == gone:
            raise Denied(Detail.BAD_PASSKEY)
        self.check(person, Touch(REMOVAL, gone), assertion)
        with self._uow("remove_passkey") as tx:
            tx.passkeys.lock(person)
            stored = tx.passkeys.get(self._tags.credential(gone))
            if stored is None or len(tx.passkeys.of_person(person)) < 2:
                raise Denied(Detail.BAD_PASSKEY)  # gone meanwhile, or the other one is
            tx.passkeys.put(replace(stored, passkey=replace(stored.passkey, withdrawn_at=now)))
            tx.journal.append(Entry(Kind.PASSKEY_WITHDRAWN, now, actor=person, reason="owner"))

    def check(self, person: bytes, touch: Touch, assertion: str) -> None:
        """The person touched one of their passkeys, just now, for this. Raises Denied."""
        now = self._clock.now()
        try:
            challenge = self._authenticators.challenge_of(assertion)
            asked = self._asked.take(challenge, now)
            if asked != _Asked(person, touch):
                raise BadCredential
            with self._uow("check_touch") as tx:
                stored = tx.passkeys.get(self._tags.credential(self._authenticators.credential_of(assertion)))
                if stored is None or stored.person_tag != person:
                    raise BadCredential
                if not stored.passkey.is_ready(now):
                    raise Denied(Detail.PASSKEY_WAITS)
                self._count(tx, stored, assertion, challenge)
        except BadCredential:
            raise Denied(Detail.BAD_PASSKEY) from None

    def begin_registration(self, subject: Subject, assertion: str, *, fresh: bool = True) -> str:
        """Options for a new passkey. With one already, a touch of it for "passkey" is needed.

        `fresh`: did the person sign in just now? After custodians withdrew what was lost, it is needed. Raises Denied.
        """
        person = self.person(subject)
        with self._uow("list_passkeys") as tx:
            held = tx.passkeys.of_person(person)
            recovered = self._recovered(tx, person) is not None
        if held:
            self._ready(held)
            self.check(person, Touch(PASSKEY), assertion)
        elif recovered and not fresh:
            raise Denied(Detail.BAD_ID_TOKEN)
        if len(held) >= _MOST:
            raise Denied(Detail.LIMIT_REACHED)
        challenge = Touch("registration").challenge()
        self._creations.put(person, _Creation(person, _digest(held)), self._clock.now(), challenge)
        known = [passkey.id for passkey in held]
        user = self._tags.user_handle(person)
        return self._authenticators.creation_options(challenge, user=user, name=subject.name, known=known)

    def finish_registration(self, subject: Subject, credential: str) -> datetime:
        """Keep a new passkey; answers when it may be used first. Raises Denied."""
        now = self._clock.now()
        person = self.person(subject)
        try:
            challenge = self._authenticators.challenge_of(credential)
            creation = self._creations.take(challenge, now)
            if creation is None or creation.person != person:
                raise BadCredential
            made = self._authenticators.created(credential, challenge)
        except BadCredential:
            raise Denied(Detail.BAD_PASSKEY) from None
        passkey = Passkey(made.id, made.public_key, made.sign_count, now, now + self._delay)
        self._keep(creation, StoredPasskey(self._tags.credential(made.id), person, passkey), now)
        return passkey.ready_at

    def _keep(self, creation: _Creation, stored: StoredPasskey, now: datetime) -> None:
        with self._uow("keep_passkey") as tx:
            tx.passkeys.lock(stored.person_tag)
            # Two first registrations at once: the second one would do without a touch. The same for one that was begun
            # with a touch of a passkey that is gone.
            held = tx.passkeys.of_person(stored.person_tag)
            if _digest(held) != creation.known or not tx.passkeys.add(stored):
                raise Denied(Detail.BAD_PASSKEY)
            recovered = self._recovered(tx, stored.person_tag)
            if recovered is not None and not held:
                tx.recoveries.put(replace(recovered, recovery=recovered.recovery.used(now)))
            tx.journal.append(Entry(Kind.PASSKEY_REGISTERED, now, actor=stored.person_tag))

    def _recovered(self, tx: VerifierTransaction, person: bytes) -> StoredRecovery | None:
        """What custodians confirmed, and no passkey was registered after."""
        now = self._clock.now()
        found = tx.recoveries.of_person(person)
        return next((one for one in found if one.recovery.state(now) is RecoveryState.CONFIRMED), None)

    def _named(self, person: bytes, handle: str) -> bytes:
        known = self._handles.read(handle, self._clock.now())
        if known is None or known.person != person:
            raise Denied(Detail.UNKNOWN_HANDLE)
        return known.identifier

    def _credential(self, assertion: str) -> bytes:
        try:
            return self._authenticators.credential_of(assertion)
        except BadCredential:
            raise Denied(Detail.BAD_PASSKEY) from None

    def _count(self, tx: VerifierTransaction, stored: StoredPasskey, assertion: str, challenge: bytes) -> None:
        passkey = stored.passkey
        count = self._authenticators.asserted(
            assertion, challenge, public_key=passkey.public_key, sign_count=passkey.sign_count
        )
        tx.passkeys.put(replace(stored, passkey=replace(passkey, sign_count=count)))

    def _ready(self, held: Sequence[Passkey]) -> list[Passkey]:
        ready = [passkey for passkey in held if passkey.is_ready(self._clock.now())]
        if not ready:
            raise Denied(Detail.PASSKEY_WAITS if held else Detail.BAD_PASSKEY)
        return ready


def _digest(held: Sequence[Passkey]) -> bytes:
    """Of whichever passkeys these are."""
    return hashlib.sha256(b"".join(sorted(hashlib.sha256(passkey.id).digest() for passkey in held))).digest()
