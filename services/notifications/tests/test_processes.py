"""Worker and sender as they run: events in, mails out."""

import os
import signal
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from google.protobuf.message import Message

from chassis.bus import connections, topology
from chassis.bus.envelope import Envelope
from chassis.bus.parked import ParkedQueue
from chassis.bus.publisher import Publisher, outgoing
from chassis.signing import EventSigner, public_half
from chassis.testing import eventually
from paravent.billing.v1.events_pb2 import (
    LETTER_KIND_CALL,
    ContactChanged,
    InvitationIssued,
    LetterAsked,
    ReferentDesignated,
)
from paravent.casework.v1.events_pb2 import ATTENTION_REASON_NEW_CASE, AttentionNeeded
from tests.support.public_facts import CDG, designated

SEED = bytes(range(32))
EMAIL = "claire.exemple@mairie.example.org"


@dataclass
class Producers:
    """Billing and casework, as far as notifications can tell."""

    amqp_url: str

    def tell(self, event: Message, *, signed: bool = False, event_id: uuid.UUID | None = None) -> None:
        kind, payload = event.DESCRIPTOR.full_name, event.SerializeToString()
        event_id, producer = event_id or uuid.uuid4(), kind.split(".")[1]
        signature = EventSigner(SEED).sign(event_id, kind, payload) if signed else None
        with connections.connect(self.amqp_url) as connection:
            message = outgoing(Envelope(event_id, producer, kind, payload, signature))
            sent = Publisher(connection).publish(f"{producer}.events", [message])
        assert not sent.unroutable

    def parked(self) -> list[Any]:
        return ParkedQueue(self.amqp_url, "notifications").list()


@pytest.fixture
def producers(fresh_vhost: Callable[[], Any]) -> Producers:
    url = fresh_vhost().amqp_url
    topology.declare(
        url, "notifications", [ContactChanged, InvitationIssued, LetterAsked, ReferentDesignated, AttentionNeeded]
    )
    return Producers(url)


@pytest.fixture
def logs(tmp_path: Path, database, address, mailbox, producers: Producers) -> Iterator[Callable[[], str]]:
    """Both processes run; answers what they have written."""
    secrets = tmp_path / "secrets"
    secrets.mkdir()
    (secrets / "notifications_database_url").write_text(address.app_url)
    (secrets / "notifications_amqp_url").write_text(producers.amqp_url)
    (tmp_path / "billing.pub").write_text(public_half(SEED).hex())
    environment = {
        "PATH": os.environ["PATH"],
        "PARAVENT_SECRETS": str(secrets),
        "NOTIFICATIONS_STATE_DIR": str(tmp_path),
        "NOTIFICATIONS_TRUSTED_SIGNERS": f'{{"billing": "{tmp_path / "billing.pub"}"}}',
        "NOTIFICATIONS_SMTP_HOST": mailbox.host,
        "NOTIFICATIONS_SMTP_PORT": str(mailbox.port),
        "NOTIFICATIONS_SMTP_FROM": "ne-pas-repondre@example.org",
        "NOTIFICATIONS_OFFICE_URL": "https://bureau.example.org/",
        "NOTIFICATIONS_INVITATION_URL": "https://conventions.example.org/invitation",
        "NOTIFICATIONS_BILLING_URL": "https://conventions.example.org/",
        "NOTIFICATIONS_SPACE_URL": "https://conventions.example.org/espace/entrer",
        "NOTIFICATIONS_RETRY_FIRST": "PT0.2S",
        "NOTIFICATIONS_POLL_SECONDS": "0.1",
    }
    log = tmp_path / "processes.log"
    with log.open("w") as output:
        running = [
            subprocess.Popen(
                [sys.executable, "-m", "notifications", role], env=environment, stdout=output, stderr=subprocess.STDOUT
            )
            for role in ("worker", "sender")
        ]
        try:
            yield log.read_text
        finally:
            for process in running:
                process.send_signal(signal.SIGTERM)
            assert [process.wait(20) for process in running] == [0, 0]


def test_events_become_mails_once_although_the_server_says_later_twice(logs, producers: Producers, mailbox):
    mailbox.refuse(2)
    attention = uuid.uuid4()
    for _ in range(2):
        producers.tell(AttentionNeeded(person_id="p-1", reason=ATTENTION_REASON_NEW_CASE), event_id=attention)
    producers.tell(ContactChanged(person_id="p-1", version=1, email=EMAIL), signed=True)
    eventually(lambda: mailbox.messages, within=30)
    producers.tell(InvitationIssued(person_id="p-1", token="one-time-secret"), signed=True)
    eventually(lambda: len(mailbox.messages) == 2, within=30)
    producers.tell(LetterAsked(person_id="p-1", kind=LETTER_KIND_CALL, token="space-secret"), signed=True)
    eventually(lambda: len(mailbox.messages) == 3, within=30)
    assert [mail.subject for mail in mailbox.messages] == [
        "Une information vous attend",
        "Votre accès à un espace de travail",
        "Effectif de votre collectivité : votre déclaration est attendue",
    ]
    assert "https://conventions.example.org/espace/entrer/space-secret" in mailbox.messages[2].text.split()
    assert producers.parked() == []
    for secret in (EMAIL, "p-1", "one-time-secret", "space-secret"):
        assert secret not in logs()


def test_an_address_that_billing_did_not_sign_is_parked(logs, producers: Producers, mailbox):
    producers.tell(ContactChanged(person_id="p-1", version=9, email="attacker@example.org"))
    eventually(lambda: len(producers.parked()) == 1, within=30)
    assert EMAIL not in logs()


def test_an_address_that_would_smuggle_a_header_is_parked_and_so_is_a_public_fact_that_may_name_a_person(
    logs, producers: Producers, uow
):
    producers.tell(ContactChanged(person_id="p-1", version=1, email="a@b.fr\nBcc: x@y.fr"), signed=True)
    producers.tell(designated(), signed=True)
    producers.tell(designated(name="maxime.essai@example.org"), signed=True)
    eventually(lambda: len(producers.parked()) == 2, within=30)
    assert {message.reason for message in producers.parked()} == {"address", "name"}
    with uow("read") as tx:
        assert len(eventually(lambda: tx.public_events.after(CDG, 0, [], 10).bodies, within=30)) == 1
    assert "maxime.essai" not in logs()
