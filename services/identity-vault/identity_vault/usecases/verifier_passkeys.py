"""Passkeys of addressees and custodians, and the touches that they give: each for one purpose of one person, once."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from chassis.clock import Clock
from chassis.db import UnitOfWork
from chassis.idtokens import Subject
from chassis.rpc.calls import Detail
from identity_vault.domain.journal import Entry, Kind
from identity_vault.domain.passkeys import Passkey
from identity_vault.domain.tags import Tags
from identity_vault.store.addressees import StoredPasskey
from identity_vault.store.verifier_transaction import VerifierTransaction
from identity_vault.usecases.shortlived import ShortLived
from identity_vault.usecases.verifier_ports import Authenticators, BadCredential, Denied

CHALLENGE_LIFE = timedelta(minutes=2)
PASSKEY = "passkey"
_LABEL = b"paravent/touch/v1"
# Passkeys of one person.
_MOST = 20


@dataclass(frozen=True, slots=True)
class Touch:
    """What a touch is for: a kind ("consent", "order", "passkey") and the bytes that it binds (an id, an order).

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
    """A registration under way. `known`: how many passkeys the person had; a touch of one of them was given if any."""

    person: bytes = field(repr=False)
    known: int


class Passkeys:
    """Registers passkeys and checks touches. Challenges are in memory: a restart asks for a new touch."""

    def __init__(
        self,
        uow: UnitOfWork[VerifierTransaction],
        authenticators: Authenticators,
        tags: Tags,
        clock: Clock,
        *,
        delay: timedelta,
    ) -> None:
        """`delay`: between registering a passkey and its first use."""
        self._uow = uow
        self._authenticators = authenticators
        self._tags = tags
        self._clock = clock
        self._delay = delay
        self._asked: ShortLived[_Asked] = ShortLived(CHALLENGE_LIFE)
        self._creations: ShortLived[_Creation] = ShortLived(CHALLENGE_LIFE)

    def person(self, subject: Subject) -> bytes:
        return self._tags.person(subject.issuer, subject.subject)

    def held_by(self, person: bytes) -> list[Passkey]:
        """Newest first."""
        with self._uow("list_passkeys") as tx:
            return tx.passkeys.of_person(person)

    def ask(self, person: bytes, touch: Touch) -> str:
        """Options for a touch. Raises Denied: no passkey, or none that may be used yet."""
        ready = self._ready(self.held_by(person))
        challenge = touch.challenge()
        self._asked.put(_Asked(person, touch), self._clock.now(), challenge)
        return self._authenticators.request_options(challenge, allowed=[passkey.id for passkey in ready])

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

    def begin_registration(self, subject: Subject, assertion: str) -> str:
        """Options for a new passkey. With one already, a touch of it for "passkey" is needed. Raises Denied."""
        person = self.person(subject)
        held = self.held_by(person)
        if held:
            self._ready(held)
            self.check(person, Touch(PASSKEY), assertion)
        if len(held) >= _MOST:
            raise Denied(Detail.LIMIT_REACHED)
        challenge = Touch("registration").challenge()
        self._creations.put(_Creation(person, len(held)), self._clock.now(), challenge)
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
            # Two first registrations at once: the second one would do without a touch.
            if len(tx.passkeys.of_person(stored.person_tag)) != creation.known or not tx.passkeys.add(stored):
                raise Denied(Detail.BAD_PASSKEY)
            tx.journal.append(Entry(Kind.PASSKEY_REGISTERED, now, actor=stored.person_tag))

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
