"""Linker and courier on one real database, each under its own role, talking over mutual TLS, mailing to a sink."""

import secrets
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import grpc
import psycopg
import pytest
from pydantic import SecretStr

from chassis.clock import FixedClock
from chassis.db import Database
from chassis.rpc import Server, channel
from chassis.sealing import age, padding
from chassis.sealing.statements import CONTACT, CONTACT_WITHDRAWN, Statement
from chassis.signing import public_half
from identity_vault.entrypoints.courier import CourierProcess
from identity_vault.entrypoints.linker import Linker
from identity_vault.gateways.courier import CourierGateway
from identity_vault.gateways.key_folder import KeyFolder
from identity_vault.gateways.smtp import mail_server
from identity_vault.reach_settings import CourierSettings, LinkerSettings
from identity_vault.usecases.calling import NotAListener
from paravent.identity_vault.v1.reach_pb2 import ContactView, NotifyRequest, Ring, ViewContactRequest
from paravent.identity_vault.v1.record_pb2 import (
    CallBack,
    ContactAddress,
    CourierLetter,
    LinkerLetter,
    LinkRegistration,
    SignedStatement,
)
from paravent.identity_vault.v1.reporter_pb2 import ReporterQuery
from paravent_rpc.identity_vault.v1.reach_pb2_grpc import ReachServiceStub

MIGRATIONS = Path(__file__).parents[2] / "migrations"
LINKER, COURIER = "linker.identity-vault.paravent", "courier.identity-vault.paravent"
OPENER, PORTAL = "opener.casework.paravent", "web.intake.paravent"
ISSUER = "https://idp.example.org"
NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
FRONT = "https://portail.example.org/"


@dataclass
class Reporter:
    """Somebody who reported, and may have left an address."""

    email: str = ""
    ref: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    seed: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    contact: bytes = field(default_factory=lambda: secrets.token_bytes(16))

    def registration(self) -> LinkerLetter:
        contact = self.contact if self.email else b""
        said = LinkRegistration(ref=self.ref, reporter_key=public_half(self.seed), contact_id=contact)
        return LinkerLetter(registration=said)

    def address(self, email: str = "", contact: bytes = b"") -> CourierLetter:
        return CourierLetter(address=ContactAddress(contact_id=contact or self.contact, email=email or self.email))

    def gives(self, contact: bytes, at: datetime, seed: bytes | None = None) -> SignedStatement:
        return Statement(CONTACT, self.ref, at, {"contact_id": contact}).signed(seed or self.seed)

    def takes_back(self, at: datetime, seed: bytes | None = None) -> SignedStatement:
        return Statement(CONTACT_WITHDRAWN, self.ref, at).signed(seed or self.seed)


class Tokens:
    """Stands for the identity provider's signature, which chassis checks: a token is its subject."""

    def subject(self, id_token: str, now: datetime) -> tuple[str, str]:
        if not id_token.startswith("signed:"):
            raise NotAListener
        return ISSUER, id_token.removeprefix("signed:")


@dataclass
class World:
    """Both processes, their database as its owner sees it, and everybody who talks to them."""

    linker: Linker
    courier: CourierProcess
    linker_server: Server
    courier_server: Server
    clock: FixedClock
    address: Any
    keys: dict[str, str]
    reach_as: Callable[[str], ReachServiceStub]

    def leave(self, *letters: LinkerLetter | CourierLetter) -> None:
        """As the sealer does, under its own role."""
        with psycopg.connect(self.address.app_url) as sealer:
            for letter in letters:
                box = "linker" if isinstance(letter, LinkerLetter) else "courier"
                frame = age.seal_fixed(self.keys[box], padding.pad(letter.SerializeToString(), 512), 1152)
                sealer.execute(f"INSERT INTO {box}_letters VALUES (%s, %s)", (secrets.token_bytes(16), frame))

    def work_off(self, *letters: LinkerLetter | CourierLetter) -> None:
        self.leave(*letters)
        while self.linker.postman.work() + self.courier.postman.work():
            pass

    def arrive(self, reporter: Reporter) -> Reporter:
        """A report is filed: both letters of its frame, worked off."""
        self.work_off(reporter.registration(), reporter.address() if reporter.email else CourierLetter())
        return reporter

    def ring_frame(self, reporter: Reporter, ring_id: bytes | None = None) -> bytes:
        ring = Ring(ref=reporter.ref, ring_id=ring_id or secrets.token_bytes(16))
        return self.frame(ring.SerializeToString())

    def frame(self, content: bytes) -> bytes:
        return age.seal_fixed(self.keys["linker"], padding.pad(content, 512), 1152)

    def ring(self, *reporters: Reporter) -> None:
        frames = [self.ring_frame(reporter) for reporter in reporters]
        self.reach_as(OPENER).Notify(NotifyRequest(rings=frames))

    def batch(self) -> None:
        """The hour has come; the courier sends all that is due."""
        self.linker.batch()
        while self.courier.mailing.send_next():
            pass

    def state(self, reporter: Reporter) -> str:
        """What the reporter's follow-up space shows."""
        pair = age.new_identity()
        query = ReporterQuery(ref=reporter.ref, reply_to=pair.recipient).SerializeToString()
        sealed = self.reach_as(PORTAL).ViewContact(ViewContactRequest(query=self.frame(query))).view
        return ContactView.FromString(padding.unpad(age.open(pair.secret, sealed))).state

    def rows(self, *tables: str) -> dict[str, list[tuple[Any, ...]]]:
        """Everything in these tables, as the owner."""
        with psycopg.connect(self.address.owner_url) as owner:
            return {table: owner.execute(f"SELECT * FROM {table}").fetchall() for table in tables}


@pytest.fixture
def address(migrated_database):
    return migrated_database("identity-vault", MIGRATIONS, vault=True)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOON)


@pytest.fixture
def folders(tmp_path) -> dict[str, Path]:
    for box in ("linker", "courier"):
        KeyFolder(tmp_path / box).ensure("2026")
    return {box: tmp_path / box for box in ("linker", "courier")}


@pytest.fixture
def linker_settings(address, certificates, folders, tmp_path) -> LinkerSettings:
    return LinkerSettings(
        database_url=SecretStr(address.process_urls["linker"]),
        index_key=SecretStr("11" * 32),
        data_key=SecretStr("22" * 32),
        linker_port=0,
        linker_keys_dir=folders["linker"],
        courier_address="127.0.0.1:1",
        courier_hours="every:3600",
        poll_seconds=0.1,
        tls=certificates.issue(LINKER),
        state_dir=tmp_path / "state",
    )


@pytest.fixture
def courier_settings(address, certificates, folders, mailbox, tmp_path) -> CourierSettings:
    return CourierSettings(
        database_url=SecretStr(address.process_urls["courier"]),
        index_key=SecretStr("33" * 32),
        data_key=SecretStr("44" * 32),
        courier_port=0,
        courier_keys_dir=folders["courier"],
        smtp_host=mailbox.host,
        smtp_port=mailbox.port,
        smtp_security="none",
        smtp_from="info@messagerie.example.org",
        smtp_return="retour@messagerie.example.org",
        smtp_timeout=5,
        portal_url=FRONT,
        oidc_issuer=ISSUER,
        listeners=[f"{ISSUER}|ecoute-1|cdg-62", f"{ISSUER}|ecoute-2|cdg-62", f"{ISSUER}|ecoute-60|cdg-60"],
        poll_seconds=0.1,
        tls=certificates.issue(COURIER),
        state_dir=tmp_path / "state",
    )


@pytest.fixture
def world(address, clock, folders, linker_settings, courier_settings, certificates) -> Iterator[World]:
    databases = [Database(address.process_urls[name], name=name) for name in ("linker", "courier")]
    server = mail_server(courier_settings, clock)
    courier = CourierProcess(courier_settings, databases[1], KeyFolder(folders["courier"]), server, Tokens(), clock)
    courier_server = courier.serve()
    gateway = CourierGateway(f"127.0.0.1:{courier_server.port}", linker_settings.tls, COURIER)
    linker = Linker(linker_settings, databases[0], KeyFolder(folders["linker"]), gateway, clock)
    linker_server = linker.serve()
    opened: list[grpc.Channel] = []

    def reach_as(name: str) -> ReachServiceStub:
        opened.append(channel(f"127.0.0.1:{linker_server.port}", certificates.issue(name), LINKER))
        return ReachServiceStub(opened[-1])

    keys = {box: dict(KeyFolder(folder).public_halves())["2026"] for box, folder in folders.items()}
    yield World(linker, courier, linker_server, courier_server, clock, address, keys, reach_as)
    for made in opened:
        made.close()
    gateway.close()
    for made_server in (linker_server, courier_server):
        made_server.stop(0)
    for database in databases:
        database.close()


@pytest.fixture
def asked() -> Callable[..., CourierLetter]:
    """A call-back that somebody asked for."""

    def make(phone: str = "06 39 98 00 01", hour: str = "2026-11-24T14", cdg: str = "cdg-62") -> CourierLetter:
        ticket = secrets.token_bytes(16)
        return CourierLetter(call_back=CallBack(ticket=ticket, phone=phone, cdg_id=cdg, hour=hour, means="phone"))

    return make


@pytest.fixture
def reporter() -> type[Reporter]:
    return Reporter


@pytest.fixture
def stop() -> threading.Event:
    return threading.Event()
