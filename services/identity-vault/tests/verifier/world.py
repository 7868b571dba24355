"""Everything around one verifier: who issues tokens, what frames intake makes, who reports, who holds a passkey."""

import hashlib
import json
import secrets
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import psycopg
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from chassis.clock import FixedClock
from chassis.sealing import age, padding, statements
from chassis.sealing.receipts import locator
from chassis.sealing.statements import Statement, text_hash
from chassis.signing import public_half
from identity_vault.domain.journal import Entry, parse
from identity_vault.entrypoints.verifier import Verifier
from identity_vault.gateways.key_folder import KeyFolder
from identity_vault.gateways.openbao_reads import OpenBaoReads
from paravent.identity_vault.v1 import disclosure_pb2 as wire
from paravent.identity_vault.v1 import record_pb2
from paravent.identity_vault.v1.reporter_pb2 import ReporterQuery, ReporterServiceViewRequest, ReporterView
from paravent.identity_vault.v1.sealing_pb2 import SealRequest
from paravent_rpc.identity_vault.v1.custody_pb2_grpc import CustodyServiceStub
from paravent_rpc.identity_vault.v1.disclosure_pb2_grpc import DisclosureServiceStub, PasskeyServiceStub
from paravent_rpc.identity_vault.v1.reporter_pb2_grpc import ReporterServiceStub
from paravent_rpc.identity_vault.v1.sealing_pb2_grpc import SealingServiceStub
from tests.support.authenticator import Authenticator

SERVER, SEALER = "verifier.identity-vault.paravent", "sealer.identity-vault.paravent"
DISCLOSER, PORTAL, PUMP = "discloser.identity-vault.paravent", "web.intake.paravent", "sealpump.intake.paravent"
ORIGIN = "http://localhost:8100"
# A Tuesday, in office hours.
NOON = datetime(2026, 11, 24, 11, 0, tzinfo=UTC)
JEANNE = record_pb2.Identity(given_name="Jeanne", family_name="Marin", position="Agent", email="jeanne@example.org")
SENTENCE = "J'accepte que cette personne sache qui je suis."


@cache
def _signing_key() -> RSAKey:
    """One for all issuers: to make an RSA key takes longer than most tests."""
    return RSAKey.generate_key(2048, parameters={"kid": "k1", "alg": "RS256", "use": "sig"})


class Issuer:
    """An identity provider: its discovery document, its keys, and any token that a test wants."""

    def __init__(self) -> None:
        self.key = _signing_key()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def token(self, subject: str, now: datetime, *, key: RSAKey | None = None, **claims: Any) -> str:
        at = int(now.timestamp())
        content = {"iss": self.url, "aud": "identity-vault", "sub": subject, "iat": at, "exp": at + 3600, "nonce": "n"}
        content = {name: value for name, value in (content | {"name": "Paul"} | claims).items() if value is not None}
        signing = key or self.key
        return jwt.encode({"alg": "RS256", "kid": signing.kid}, content, signing, algorithms=["RS256"])

    def stop(self) -> None:
        self._server.shutdown()
        self._thread.join(5)
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        issuer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                discovery = {"issuer": issuer.url, "jwks_uri": f"{issuer.url}/jwks"}
                known = {
                    "/.well-known/openid-configuration": discovery,
                    "/jwks": KeySet([issuer.key]).as_dict(private=False),
                }
                body = json.dumps(known[self.path]).encode()
                self.send_response(200)
                self.send_header("content-type", "application/json")
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_args: Any) -> None: ...

        return Handler


@dataclass
class Frames:
    """Builds frames as intake does."""

    transport: str
    period: str
    verifier: str
    discloser: str

    def frame(self, letter: Any, where: bytes | None = None, sealed_record: bytes | None = None) -> SealRequest:
        layer = record_pb2.TransportLayer(
            version=1,
            locator=where or secrets.token_bytes(32),
            sealed_record=sealed_record or secrets.token_bytes(4096),
            to_verifier=age.seal_fixed(self.verifier, padding.pad(letter.SerializeToString(), 2048), 2688),
            to_linker=secrets.token_bytes(1152),
            to_courier=secrets.token_bytes(1152),
        )
        return SealRequest(
            record=age.seal_fixed(self.transport, layer.SerializeToString(), 10_240), key_period=self.period
        )

    def inner(self, ref: bytes, identity: record_pb2.Identity | None) -> bytes:
        layer = record_pb2.DiscloserLayer(version=1, ref=ref, identity=identity)
        layer.padding = bytes(2048 - 3 - layer.ByteSize())
        return age.seal_fixed(self.discloser, layer.SerializeToString(), 3072)

    def sealed_record(self, ref: bytes, key: bytes, inner: bytes) -> bytes:
        layer = record_pb2.VerifierLayer(version=1, ref=ref, reporter_key=key, inner=inner)
        return age.seal_fixed(self.verifier, layer.SerializeToString(), 4096)


@dataclass
class Reporter:
    """Somebody who reported. `seed`: what the receipt gives to sign with."""

    issuer: str
    ref: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    seed: bytes = field(default_factory=lambda: secrets.token_bytes(32))

    @property
    def key(self) -> bytes:
        return public_half(self.seed)

    def registration(self) -> record_pb2.VerifierLetter:
        said = record_pb2.Registration(ref=self.ref, reporter_key=self.key)
        return record_pb2.VerifierLetter(registration=said)

    def consent(self, at: datetime, subject: str = "referent-1", **values: Any) -> Statement:
        content = {
            "issuer": self.issuer,
            "subject": subject,
            "name": "Paul Durand",
            "body": "CDG 62",
            "purpose": "meeting",
            "case_label": "2026-017",
            "regime": "avdhas",
            "fields": ["name", "contact"],
            "until": (at + timedelta(days=30)).date().isoformat(),
            "text": text_hash(SENTENCE),
        }
        return Statement(statements.CONSENT, self.ref, at, content | values)

    def says(self, kind: str, at: datetime, **values: Any) -> Statement:
        return Statement(kind, self.ref, at, values)


class World:
    """Everything around one verifier."""

    def __init__(self, verifier: Verifier, clock: FixedClock, issuer: Issuer, frames: Frames, reads: OpenBaoReads,
                 owner_url: str, discloser_keys: KeyFolder) -> None:  # fmt: skip
        self.verifier = verifier
        self.clock = clock
        self.issuer = issuer
        self.frames = frames
        self.reads = reads
        self._owner_url = owner_url
        self._discloser_keys = discloser_keys
        self.address = ""
        self.sealer: SealingServiceStub = None  # type: ignore[assignment]
        self.disclosure: DisclosureServiceStub = None  # type: ignore[assignment]
        self.passkeys: PasskeyServiceStub = None  # type: ignore[assignment]
        self.reporters: ReporterServiceStub = None  # type: ignore[assignment]
        self.custody: CustodyServiceStub = None  # type: ignore[assignment]

    def token(self, subject: str = "referent-1", **claims: Any) -> str:
        return self.issuer.token(subject, self.clock.now(), **claims)

    def wait(self, **span: float) -> None:
        self.clock.advance(timedelta(**span))

    def file(self, identity: record_pb2.Identity | None = JEANNE, *, record_key: bytes | None = None) -> Reporter:
        """A report is filed, sealed and registered. `record_key`: the key inside the record, when it lies."""
        reporter = Reporter(self.issuer.url)
        inner = self.frames.inner(reporter.ref, identity)
        sealed = self.frames.sealed_record(reporter.ref, record_key or reporter.key, inner)
        self.sealer.Seal(self.frames.frame(reporter.registration(), locator(reporter.ref, 0), sealed))
        self.letters()
        return reporter

    def send(self, reporter: Reporter, statement: Statement, *, seed: bytes | None = None) -> Statement:
        """A statement arrives. `seed`: who signs, when it is not the reporter."""
        return self.deliver(statement.signed(seed or reporter.seed)) or statement

    def deliver(self, signed: record_pb2.SignedStatement, *record: bytes) -> None:
        self.sealer.Seal(self.frames.frame(record_pb2.VerifierLetter(statement=signed), *record))
        self.letters()

    def agree(self, reporter: Reporter, subject: str = "referent-1", **values: Any) -> Statement:
        """The reporter agrees, and the delay passes."""
        statement = self.send(reporter, reporter.consent(self.clock.now(), subject, **values))
        self.wait(hours=24)
        return statement

    def add_name(self, reporter: Reporter, number: int, identity: record_pb2.Identity) -> None:
        inner = self.frames.inner(reporter.ref, identity)
        sealed = self.frames.sealed_record(reporter.ref, reporter.key, inner)
        digest = hashlib.sha256(inner).digest()
        said = reporter.says(statements.NAME_ADDED, self.clock.now(), number=number, inner=digest)
        self.deliver(said.signed(reporter.seed), locator(reporter.ref, number), sealed)

    def letters(self) -> None:
        while self.verifier.letters.work():
            pass

    def handle(self, subject: str = "referent-1") -> str:
        listed = self.disclosure.ListConsents(wire.ListConsentsRequest(id_token=self.token(subject)))
        return listed.consents[0].handle

    def states(self, subject: str = "referent-1") -> list[str]:
        listed = self.disclosure.ListConsents(wire.ListConsentsRequest(id_token=self.token(subject)))
        return [consent.state for consent in listed.consents]

    def register(self, authenticator: Authenticator, subject: str = "referent-1", assertion: str = "") -> str:
        request = wire.BeginRegistrationRequest(id_token=self.token(subject), assertion=assertion)
        options = self.passkeys.BeginRegistration(request).options
        made = authenticator.create(options)
        finish = wire.FinishRegistrationRequest(id_token=self.token(subject), credential=made)
        return self.passkeys.FinishRegistration(finish).ready_at

    def ready(self, subject: str = "referent-1") -> Authenticator:
        """A passkey that may be used."""
        authenticator = Authenticator()
        self.register(authenticator, subject)
        self.wait(hours=48)
        return authenticator

    def touch(self, authenticator: Authenticator, purpose: str, subject: str = "referent-1") -> str:
        request = wire.BeginAssertionRequest(id_token=self.token(subject), purpose=purpose)
        return authenticator.get(self.passkeys.BeginAssertion(request).options)

    def begin(self, authenticator: Authenticator, subject: str = "referent-1", handle: str = "") -> Any:
        handle = handle or self.handle(subject)
        assertion = self.touch(authenticator, f"consent:{handle}", subject)
        return self.disclosure.BeginDisclosure(
            wire.BeginDisclosureRequest(id_token=self.token(subject), handle=handle, assertion=assertion)
        )

    def read(self, begun: Any) -> list[tuple[str, bytes]]:
        """What the discloser reads from OpenBao, let through by the verifier."""
        with self.reads.reading() as reading:
            accessors = [reading.request(path) for path in begun.paths]
            self.disclosure.ApproveReads(
                wire.ApproveReadsRequest(disclosure_id=begun.disclosure_id, accessors=accessors)
            )
            return list(reading.collect())

    def remove(self, disclosure_id: bytes, records: list[tuple[str, bytes]]) -> Any:
        stored = [wire.StoredRecord(path=path, body=body) for path, body in records]
        return self.disclosure.RemoveLayer(wire.RemoveLayerRequest(disclosure_id=disclosure_id, records=stored))

    def show(self, authenticator: Authenticator, subject: str = "referent-1") -> record_pb2.DiscloserLayer:
        """The whole way, as the discloser goes it."""
        begun = self.begin(authenticator, subject)
        removed = self.remove(begun.disclosure_id, self.read(begun))
        layer = record_pb2.DiscloserLayer.FromString(age.open_fixed(self._discloser_keys.secret("2026"), removed.inner))
        assert layer.ref == removed.ref
        return layer

    def view(self, reporter: Reporter) -> ReporterView:
        pair = age.new_identity()
        query = ReporterQuery(ref=reporter.ref, reply_to=pair.recipient).SerializeToString()
        sealed = age.seal_fixed(self.frames.verifier, padding.pad(query, 512), 1152)
        answer = self.reporters.View(ReporterServiceViewRequest(query=sealed)).view
        return ReporterView.FromString(padding.unpad(age.open(pair.secret, answer)))

    def journal(self) -> list[Entry]:
        """All of it, oldest first."""
        rows = self.sql("SELECT entry FROM journal ORDER BY segment, seq")
        return [parse(json.loads(bytes(entry))) for (entry,) in rows]

    def told(self) -> list[tuple[str, str]]:
        """Kind and reason of each entry of the journal."""
        return [(entry.kind.value, entry.reason) for entry in self.journal()]

    def sql(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        with psycopg.connect(self._owner_url) as owner:
            cursor = owner.execute(query, values)
            return cursor.fetchall() if cursor.description else []
