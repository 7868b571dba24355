"""Words that take the place of others: how tests replace them, and see what then waits for whom."""

import re
from html import unescape

import pytest
from sqlalchemy import text

from chassis.sealing import age, padding, receipts, statements
from chassis.sealing.age import CannotOpen
from chassis.sealing.receipts import Receipt, ReporterKeys
from chassis.sealing.statements import BadStatement
from paravent.identity_vault.v1.record_pb2 import LinkerLetter, TransportLayer, VerifierLayer, VerifierLetter
from paravent.intake.v1.content_pb2 import ReporterMessage
from paravent.intake.v1.events_pb2 import ReporterSpoke


@pytest.fixture
def keys_of(pepper):
    def derive(words: list[str]) -> ReporterKeys:
        return receipts.derive(Receipt.parse(" ".join(words)), pepper)

    return derive


@pytest.fixture
def replaced(browser):
    """Replace words; answers the new ones. The browser shows the page that says so."""

    def replace(words: list[str]) -> list[str]:
        browser.enter(words)
        browser.get("/suivi/cle")
        new = list(browser.words)
        assert send(browser, words).status_code == 200
        assert "Vos mots sont remplacés" in browser.page
        assert browser.words == new
        return new

    return replace


def send(browser, words: list[str], **changes: str):
    form = {"jeton": browser.field("jeton"), "etat": browser.field("etat"), "note": "oui", "recepisse": " ".join(words)}
    return browser.post("/suivi/cle", **{name: value for name, value in (form | changes).items() if value})


def says(browser) -> str:
    return re.sub(r"\s+", " ", unescape(browser.page).replace("\u00a0", " "))


@pytest.fixture
def sealed(database):
    """Every envelope that waits for a reporter."""

    def read() -> list[bytes]:
        tables = {"reports": "reporter_envelope", "notices": "envelope", "messages": "envelope"}
        with database.engine.connect() as connection:
            return [
                envelope
                for table, column in tables.items()
                for envelope in connection.execute(text(f"SELECT {column} FROM {table}")).scalars()
            ]

    return read


@pytest.fixture
def frames(database, vault):
    """The prompt frames that wait: (verifier's letter, linker's letter, the record's key)."""

    def opened(record: bytes):
        layer = TransportLayer.FromString(age.open_fixed(vault.transport.secret, record))
        verifier = padding.unpad(age.open_fixed(vault.verifier.secret, layer.to_verifier))
        linker = padding.unpad(age.open_fixed(vault.linker.secret, layer.to_linker))
        inside = VerifierLayer.FromString(age.open_fixed(vault.verifier.secret, layer.sealed_record))
        return VerifierLetter.FromString(verifier), LinkerLetter.FromString(linker), inside.reporter_key

    def read():
        with database.engine.connect() as connection:
            rows = connection.execute(text("SELECT record FROM vault_queue WHERE prompt")).scalars().all()
        return [opened(record) for record in rows]

    return read


@pytest.fixture
def said(frames):
    """The statements for the verifier, each with the key, of those given, that signed it."""

    def read(*keys: bytes) -> list[tuple[statements.Statement, bytes]]:
        signed = [letter.statement for letter, _, _ in frames() if letter.HasField("statement")]
        return [(statements.read(one), next(key for key in keys if holds(one, key))) for one in signed]

    return read


def holds(signed, key: bytes) -> bool:
    try:
        statements.verify(signed, key)
    except BadStatement:
        return False
    return True


def opens(envelope: bytes, identity: str) -> bool:
    try:
        age.open(identity, envelope)
    except CannotOpen:
        return False
    return True


def heard(told, casework) -> list[ReporterMessage]:
    """What casework is told by the reporter, held like everything else of theirs."""
    events = told(ReporterSpoke)
    assert all(held for _, held in events)
    opened = [padding.unpad(age.open(casework.month.secret, event.envelope)) for event, _ in events]
    return [ReporterMessage.FromString(message) for message in opened]
