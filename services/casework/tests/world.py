"""A small CdG, its people and its reporters, who seal as intake does."""

import hashlib
import io
import secrets
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

from sqlalchemy import select

from casework.domain.people import Staff
from casework.gateways.month_keys import MonthKeyFolder
from casework.gateways.notices import NoticeSigner
from casework.store import tables
from casework.store.transaction import Transaction
from casework.usecases import receiving
from casework.usecases.copying import Copying
from casework.usecases.desk import Desk
from casework.usecases.hearing import open_messages
from casework.usecases.joining import open_voices
from casework.usecases.keys import Publishing, publish_keys
from casework.usecases.opening import Opening, open_reports
from casework.usecases.screening import release
from casework.usecases.vault_keys import VaultBook
from chassis.blobs import random_name
from chassis.clock import FixedClock
from chassis.db import Database, UnitOfWork
from chassis.keysets import certify, publish
from chassis.sealing import age, padding
from chassis.sealing.notices import open_notice
from chassis.signing import EventSigner
from paravent.billing.v1 import events_pb2 as billing
from paravent.casework.v1 import events_pb2 as told
from paravent.casework.v1.content_pb2 import Notice
from paravent.intake.v1 import content_pb2 as intake
from paravent.intake.v1.events_pb2 import ReporterSpoke, ReportSubmitted, VoiceJoined
from paravent.keys.v1.keys_pb2 import KeyUse, PublicKey

ROOT_SEED, VAULT_ISSUING_SEED, ISSUING_SEED = (secrets.token_bytes(32) for _ in range(3))
EVENT_SEED = secrets.token_bytes(32)
LINKER, VERIFIER = age.new_identity(), age.new_identity()
VAULT_URL = "http://localhost:9/"
PORTAL_URL = "https://portail.example.org"
CDG = "cdg-62"
ISSUER = "https://id.example.org"
NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


def vault_key_set(version: int = 1, *, root: bytes = ROOT_SEED, linker: str = LINKER.recipient) -> bytes:
    """What identity-vault publishes: the public keys of its linker and verifier, behind a root key."""
    begins, ends = date(2026, 1, 1), date(2027, 12, 31)
    certificate = certify(root, "identity-vault", VAULT_ISSUING_SEED, valid_from=begins, valid_until=ends)
    keys = [
        PublicKey(use=KeyUse.KEY_USE_VAULT_LINKER, period="2026", value=linker),
        PublicKey(use=KeyUse.KEY_USE_VAULT_VERIFIER, period="2026", value=VERIFIER.recipient),
    ]
    return publish(certificate, VAULT_ISSUING_SEED, version, keys)


@dataclass
class Reporter:
    """Somebody who filed, with what the receipt would give them."""

    report_id: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    ref: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    keys: age.Identity = field(default_factory=age.new_identity)


@dataclass
class World:
    """The CdG, its people and its queue."""

    database: Database
    uow: UnitOfWork[Transaction]
    clock: FixedClock
    keys_dir: Path
    opening: Opening
    desk: Desk
    copying: Copying
    notices: NoticeSigner
    vault: VaultBook
    issuer: str = ISSUER

    def member(self, member_id: str, band: str = "20-49", name: str = "Commune d'Essai") -> str:
        event = billing.MembershipChanged(
            member_id=member_id,
            version=1,
            name=name,
            cdg_id=CDG,
            size_band=band,
            from_day="2026-01-01",
            cdg_name="Centre de gestion du Pas-de-Calais",
        )
        with self.uow("test") as tx:
            receiving.record_membership(tx, event)
        return member_id

    def habilitate(
        self,
        person_id: str,
        role: str,
        member_id: str = "",
        *,
        version: int = 1,
        cdg_id: str = CDG,
        valid_from: str = "2026-01-01T00:00:00Z",
        valid_until: str = "",
    ) -> Staff | None:
        event = billing.HabilitationBound(
            habilitation_id=f"h-{person_id}-{role}-{member_id}",
            version=version,
            person_id=person_id,
            issuer=self.issuer,
            subject=person_id,
            role=billing.HabilitationRole.Value(f"HABILITATION_ROLE_{role.upper()}"),
            cdg_id=cdg_id,
            member_id=member_id,
            valid_from=valid_from,
            valid_until=valid_until,
        )
        with self.uow("test") as tx:
            receiving.record_habilitation(tx, event)
        return self.staff(person_id)

    def staff(self, person_id: str) -> Staff | None:
        with self.uow("test") as tx:
            return tx.people.staff(self.issuer, person_id)

    def reporter(self) -> Reporter:
        return Reporter()

    def content(
        self, reporter: Reporter, member_id: str, identity_choice: str = "anonymous", **answers
    ) -> intake.ReportContent:
        given = {"regime": "avdhas", "acts": ["HARCELEMENT_MORAL"], "what": "Ce qui s'est passé.", **answers}
        report = intake.ReportContent(
            ref=reporter.ref,
            member_id=member_id,
            answers=intake.Answers(**given),
            reporter_recipient=reporter.keys.recipient,
            identity_choice=identity_choice,
        )
        report.submitted_at.FromDatetime(self.clock.now())
        return report

    def send(self, reporter: Reporter, report: intake.ReportContent) -> None:
        """As the worker receives it."""
        self.queue(
            ReportSubmitted(
                report_id=reporter.report_id,
                cdg_id=CDG,
                key_period="2026-11",
                envelope=self.seal(report.SerializeToString()),
            )
        )

    def queue(self, event: ReportSubmitted) -> None:
        with self.uow("test") as tx:
            receiving.receive_report(tx, event)

    def file(self, member_id: str, files: list[intake.SealedFile] | None = None, **answers) -> Reporter:
        """Somebody files a report."""
        reporter = Reporter()
        report = self.content(reporter, member_id, **answers)
        report.files.extend(files or [])
        self.send(reporter, report)
        return reporter

    def speak(
        self,
        reporter: Reporter,
        text: str = "",
        read: list[bytes] | None = None,
        answer: intake.IdentityAnswer | None = None,
        at: datetime | None = None,
        decides: str = "",
    ) -> bytes:
        message = intake.ReporterMessage(text=text) if text else intake.ReporterMessage(answer=answer)
        if decides:
            message.proceeding.CopyFrom(intake.ProceedingDecision(decision=decides, text=bytes(32)))
        if read:
            message.read.notice_ids.extend(read)
        message.written_at.FromDatetime(at or self.clock.now())
        message_id = secrets.token_bytes(16)
        event = ReporterSpoke(
            report_id=reporter.report_id,
            cdg_id=CDG,
            key_period="2026-11",
            message_id=message_id,
            envelope=self.seal(message.SerializeToString()),
        )
        with self.uow("test") as tx:
            receiving.receive_message(tx, event)
        return message_id

    def join(self, joined: Reporter, *, decides: str = "agreed", role: str = "victim", **changes: object) -> Reporter:
        """Somebody uses a code: the victim of a witness's report, or the reporter of an oral one. `changes`: to Voice.

        `joined`: the report, with the `ref` that its code's offer told.
        """
        voice = Reporter()
        said = intake.Voice(
            ref=voice.ref, role=role, proof=joined.ref, recipient=voice.keys.recipient, identity_choice="confidential"
        )
        said.joined_at.FromDatetime(self.clock.now())
        if role == "victim":
            said.proceeding.CopyFrom(intake.ProceedingDecision(decision=decides, text=bytes(32)))
        for name, value in changes.items():
            setattr(said, name, value)
        self.queue_voice(voice, joined.report_id, said)
        return voice

    def queue_voice(self, voice: Reporter, joins: bytes, said: intake.Voice, cdg_id: str = CDG) -> None:
        event = VoiceJoined(
            report_id=voice.report_id,
            joins=joins,
            cdg_id=cdg_id,
            key_period="2026-11",
            envelope=self.seal(said.SerializeToString()),
        )
        with self.uow("test") as tx:
            receiving.receive_voice(tx, event)

    def publish_months(self, root: bytes = ROOT_SEED) -> None:
        """As `keys` does: the public halves, behind the deployment's root key."""
        today = self.clock.now().date()
        ends = today.replace(year=today.year + 2)
        certificate = certify(root, "casework", ISSUING_SEED, valid_from=today, valid_until=ends)
        signer = EventSigner(secrets.token_bytes(32))
        uow = self.database.unit_of_work(partial(Transaction, clock=self.clock, signer=signer))
        publishing = Publishing(MonthKeyFolder(self.keys_dir), self.notices.public_key, certificate, ISSUING_SEED)
        publish_keys(uow, publishing, [CDG], 2)

    def seal(self, data: bytes) -> bytes:
        recipient = MonthKeyFolder(self.keys_dir).make(CDG, "2026-11")
        return age.seal(recipient, padding.pad_to_bucket(data))

    def put_file(self, data: bytes, name: str = "capture-de-Jeanne.png", media_type: str = "image/png"):
        """A blob in intake's store, and what the report says of it."""
        identity, blob = age.new_identity(), random_name()
        with self.copying.intake.writer(blob) as target:
            age.seal_stream(identity.recipient, io.BytesIO(padding.pad_to_bucket(data)), target)
        return intake.SealedFile(
            blob=blob,
            key=identity.secret,
            name=name,
            media_type=media_type,
            size=len(data),
            sha256=hashlib.sha256(data).digest(),
        )

    def release(self, reporter: Reporter, *, implicated=(), withheld=(), **texts: str):
        """The screener releases the case of a report; answers its id."""
        self.open_all()
        case_id = self.case_of(reporter).case_id
        release(self.uow, self.desk, self.staff("screener-1"), case_id, texts, implicated, withheld)
        return case_id

    def open_all(self) -> None:
        while sum(step(self.uow, self.opening, 10) for step in (open_reports, open_voices, open_messages)):
            pass

    def events(self, kind: type) -> list:
        """What the outbox tells, of one type."""
        query = select(tables.outbox.c.payload).where(tables.outbox.c.type == kind.DESCRIPTOR.full_name)
        with self.database.engine.connect() as connection:
            return [kind.FromString(payload) for payload in connection.scalars(query)]

    def told(self, reporter: Reporter) -> list[Notice]:
        """The notices that a reporter can open and trust."""
        mine = [e for e in self.events(told.ReporterNotified) if e.report_id == reporter.report_id]
        signers = [self.notices.public_key(CDG)]
        return [
            open_notice(e.envelope, report_id=e.report_id, signers=signers, identity=reporter.keys.secret) for e in mine
        ]

    def rows(self, table) -> list:
        with self.database.engine.connect() as connection:
            return connection.execute(select(table)).all()

    def case_of(self, reporter: Reporter):
        query = select(tables.cases).where(tables.cases.c.report_id == reporter.report_id)
        with self.database.engine.connect() as connection:
            return connection.execute(query).first()
