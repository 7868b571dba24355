"""A mail reaches the reporter, says nothing, and leaves once."""

from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from chassis.testing import eventually
from identity_vault.usecases.mailing import ATTEMPTS
from paravent.identity_vault.v1.reach_pb2 import NotifyRequest

EMAIL = "nora.exemple@boite.example.org"
TELLING = ("signal", "harc", "discrimin", "violence", "victime", "dossier", "référent", "paravent", "report", "mots")


def test_a_reporter_who_left_an_address_gets_one_neutral_mail(world, reporter, mailbox):
    nora = world.arrive(reporter(EMAIL))
    silent = world.arrive(reporter())
    for _ in range(3):
        world.ring(nora, silent)
    assert mailbox.messages == []
    world.batch()
    (mail,) = mailbox.messages
    assert mail.recipients == [EMAIL]
    assert mail.message["Date"] == "Tue, 24 Nov 2026 12:00:00 +0000"
    assert mail.message["From"] == "Service de messages <info@messagerie.example.org>"
    assert mail.message.get_content_type() == "text/plain"
    assert [word for word in mail.text.split() if word.startswith("http")] == ["https://portail.example.org/"]
    said = (str(mail.message).replace(EMAIL, "") + mail.text).lower()
    assert not [word for word in TELLING if word in said.replace("x-auto-response", "")]
    assert nora.ref.hex() not in said
    assert nora.contact.hex() not in said
    assert (world.state(nora), world.state(silent)) == ("sent", "none")
    assert [row for row in world.rows("rings")["rings"] if row[1]] == []


def test_what_the_caller_sees_and_what_is_stored_are_the_same_with_and_without_an_address(world, reporter):
    nora, silent, unknown = world.arrive(reporter(EMAIL)), world.arrive(reporter()), reporter()
    sizes = {len(row[1]) for row in world.rows("links")["links"]}
    assert len(sizes) == 1
    for each in (nora, silent, unknown):
        assert (
            world.reach_as("opener.casework.paravent").Notify(NotifyRequest(rings=[world.ring_frame(each)])).ByteSize()
            == 0
        )
    assert len(world.rows("rings")["rings"]) == 3


def test_a_ring_and_a_ticket_count_once(world, reporter, mailbox):
    nora = world.arrive(reporter(EMAIL))
    frame = world.ring_frame(nora)
    opener = world.reach_as("opener.casework.paravent")
    opener.Notify(NotifyRequest(rings=[frame, frame]))
    world.batch()
    world.clock.advance(timedelta(days=2))
    opener.Notify(NotifyRequest(rings=[frame]))
    world.batch()
    assert len(mailbox.messages) == 1
    tickets = [(b"t" * 16, nora.contact)]
    for _ in range(2):
        world.courier.mailing.deliver(tickets)
        world.batch()
    assert len(mailbox.messages) == 2


def test_a_contact_gets_one_mail_a_day(world, reporter, mailbox):
    nora = world.arrive(reporter(EMAIL))
    for _ in range(3):
        world.ring(nora)
        world.batch()
    assert len(mailbox.messages) == 1
    world.clock.advance(timedelta(days=1))
    world.batch()
    assert len(mailbox.messages) == 2


def test_a_ring_whose_frame_is_broken_does_not_stop_the_others(world, reporter, mailbox):
    nora = world.arrive(reporter(EMAIL))
    frames = [bytes(1152), b"short", world.frame(b"not a ring"), world.ring_frame(nora)]
    world.reach_as("opener.casework.paravent").Notify(NotifyRequest(rings=frames))
    world.batch()
    assert len(mailbox.messages) == 1


def test_a_ring_waits_three_days_for_its_registration(world, reporter, mailbox):
    early, never = reporter(EMAIL), reporter()
    world.ring(early, never)
    world.batch()
    world.arrive(early)
    world.batch()
    assert len(mailbox.messages) == 1
    world.clock.advance(timedelta(days=3))
    world.batch()
    assert all(tag is None for _, tag, _ in world.rows("rings")["rings"])


def test_while_the_courier_is_away_tickets_wait(world, reporter, mailbox):
    nora = world.arrive(reporter(EMAIL))
    port = world.courier_server.port
    world.courier_server.stop(0)
    world.ring(nora)
    world.linker.batch()
    assert len(world.rows("link_tickets")["link_tickets"]) == 1
    world.courier._settings.courier_port = port
    world.courier_server = world.courier.serve()
    eventually(lambda: (world.batch(), mailbox.messages)[1], within=20, every=0.5)
    world.courier_server.stop(0)
    assert world.rows("link_tickets")["link_tickets"] == []


def test_a_mail_that_is_put_off_is_tried_with_the_next_batches(world, reporter, mailbox):
    nora = world.arrive(reporter(EMAIL))
    world.ring(nora)
    mailbox.refuse(1)
    world.batch()
    assert (mailbox.messages, world.state(nora)) == ([], "kept")
    ((row, *_),) = world.rows("mails")["mails"]
    world.batch()
    assert (len(mailbox.messages), world.state(nora)) == (1, "sent")
    assert bytes(row).hex() not in str(mailbox.messages[0].message)  # what mail servers keep finds no row


def test_a_mail_that_is_put_off_five_times_is_given_up(world, reporter, mailbox):
    nora = world.arrive(reporter(EMAIL))
    world.ring(nora)
    mailbox.refuse(ATTEMPTS)
    for _ in range(ATTEMPTS):
        assert world.state(nora) == "kept"
        world.batch()
    assert (mailbox.messages, world.state(nora), world.rows("mails")["mails"]) == ([], "bounced", [])


def test_an_address_that_cannot_be_written_is_told_as_bounced(world, reporter, mailbox):
    nobody = world.arrive(reporter("a@b@c..example"))
    world.ring(nobody)
    world.batch()
    assert (mailbox.messages, world.state(nobody)) == ([], "bounced")


def returned(to: str, action: str = "failed", status: str = "5.1.1") -> bytes:
    """What a mail server sends back (RFC 3464)."""
    text = f"""From: MAILER-DAEMON@boite.example.org
To: {to}
Subject: Undelivered Mail
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

It did not work.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; boite.example.org

Final-Recipient: rfc822; {EMAIL}
Action: {action}
Status: {status}

--b--
"""
    assert isinstance(message_from_bytes(text.encode(), policy=policy.default), EmailMessage)
    return text.replace("\n", "\r\n").encode()


@pytest.fixture
def bounces(world, address, courier_settings):
    from chassis.db import Database
    from identity_vault.entrypoints.courier import bounces_of
    from identity_vault.reach_settings import BounceSettings

    database = Database(address.process_urls["courier"], name="bounces")
    keys = {name: getattr(courier_settings, name) for name in ("database_url", "index_key", "data_key")}
    yield bounces_of(BounceSettings(**keys), database)
    database.close()


def test_a_mail_that_comes_back_is_seen_in_the_follow_up_space(world, reporter, mailbox, bounces):
    nora = world.arrive(reporter(EMAIL))
    world.ring(nora)
    world.batch()
    sender = mailbox.messages[0].sender
    assert sender.startswith("retour+")
    assert sender.endswith("@messagerie.example.org")
    assert bounces.take(returned(sender, "delayed", "4.4.1")) is False
    assert bounces.take(returned("retour+" + "0" * 32 + "@messagerie.example.org")) is False
    assert bounces.take(f"To: {sender}\r\n\r\nJe suis en vacances".encode()) is False
    assert world.state(nora) == "sent"
    assert bounces.take(returned(sender)) is True
    assert world.state(nora) == "bounced"
    assert bounces.take(returned(sender)) is False
    world.clock.advance(timedelta(days=2))
    world.ring(nora)
    world.batch()
    assert len(mailbox.messages) == 1
