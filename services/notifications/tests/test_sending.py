"""From the queue to the mail server: once, kept until taken, folded by person."""

import threading
import uuid
from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from local_platform.ports import free_port
from notifications.domain.delivery import Delivery, Kind
from notifications.usecases import receiving

EMAIL = "claire.exemple@mairie.example.org"


@pytest.fixture
def known(uow):
    """A person who can be written to."""
    with uow("test") as tx:
        receiving.keep_contact(tx, "p-1", 1, EMAIL)


def attend(uow, person_id: str = "p-1", times: int = 1) -> None:
    with uow("test") as tx:
        for _ in range(times):
            receiving.call_attention(tx, person_id)


def drain(sending) -> None:
    while sending.send_next():
        pass


def test_a_person_whom_something_awaits_gets_one_mail(uow, sending, mailbox, known, rows):
    attend(uow)
    drain(sending)
    [mail] = mailbox.messages
    assert mail.recipients == [EMAIL]
    assert mail.subject == "Une information vous attend"
    assert "https://bureau.example.org/" in mail.text.split()
    assert [(row.status, row.due_at) for row in rows()] == [("sent", None)]


def test_what_waits_for_one_person_at_the_same_time_is_one_mail(uow, sending, mailbox, known, rows):
    attend(uow, times=3)
    drain(sending)
    assert len(mailbox.messages) == 1
    assert [row.status for row in rows()] == ["sent"] * 3


def test_what_comes_after_a_mail_is_another_mail(uow, sending, mailbox, known):
    attend(uow)
    drain(sending)
    attend(uow)
    drain(sending)
    assert len(mailbox.messages) == 2


def test_two_persons_get_a_mail_each(uow, sending, mailbox, known):
    with uow("test") as tx:
        receiving.keep_contact(tx, "p-2", 1, "b@example.org")
    attend(uow)
    attend(uow, "p-2")
    drain(sending)
    assert sorted(mail.recipients[0] for mail in mailbox.messages) == ["b@example.org", EMAIL]


def test_a_mail_waits_for_an_address(uow, sending, mailbox):
    attend(uow)
    drain(sending)
    assert mailbox.messages == []
    with uow("test") as tx:
        receiving.keep_contact(tx, "p-1", 1, EMAIL)
    drain(sending)
    assert len(mailbox.messages) == 1


def test_an_older_address_does_not_replace_a_newer_one(uow):
    with uow("test") as tx:
        receiving.keep_contact(tx, "p-1", 2, "new@example.org")
        receiving.keep_contact(tx, "p-1", 1, "old@example.org")
        assert tx.contacts.email("p-1") == "new@example.org"


def test_an_invitation_is_mailed_with_its_link_and_the_secret_is_forgotten(uow, sending, mailbox, known, rows):
    with uow("test") as tx:
        receiving.invite(tx, "p-1", "one-time-secret")
    drain(sending)
    [mail] = mailbox.messages
    assert "https://conventions.example.org/invitation/one-time-secret" in mail.text
    assert [(row.status, row.token) for row in rows()] == [("sent", None)]


def write(uow, kind: Kind, *tokens: str) -> None:
    with uow("test") as tx:
        for token in tokens:
            receiving.write_letter(tx, "p-1", kind, token)


def test_letters_of_one_kind_with_links_of_their_own_are_mails_of_their_own(uow, sending, mailbox, known, rows):
    write(uow, Kind.CALL, "first-link", "second-link")
    drain(sending)
    opened = sorted(word for mail in mailbox.messages for word in mail.text.split() if "/espace/entrer/" in word)
    assert opened == [f"https://conventions.example.org/espace/entrer/{name}-link" for name in ("first", "second")]
    assert [(row.status, row.token) for row in rows()] == [("sent", None)] * 2


def test_letters_without_a_link_are_folded_by_kind(uow, sending, mailbox, known):
    write(uow, Kind.REFERENT_DESIGNATED, "", "", "with-link")
    write(uow, Kind.INVOICE, "")
    attend(uow)
    drain(sending)
    assert len(mailbox.messages) == 4
    assert sum("/espace/entrer/with-link" in mail.text for mail in mailbox.messages) == 1


def test_a_mail_refused_for_now_is_tried_again_later_under_the_same_id(uow, sending, mailbox, known, clock, rows):
    mailbox.refuse(2)
    attend(uow)
    drain(sending)
    [row] = rows()
    assert (row.status, row.attempts, row.code) == ("waiting", 1, "451")
    assert row.due_at == clock.now() + timedelta(seconds=10)
    clock.advance(timedelta(seconds=10))
    drain(sending)
    clock.advance(timedelta(seconds=19))
    drain(sending)
    assert mailbox.messages == []
    clock.advance(timedelta(seconds=1))
    drain(sending)
    [mail] = mailbox.messages
    assert mail.message["Message-ID"] == f"<{row.id.hex}@example.org>"


def test_without_a_server_mails_wait(uow, sending, sending_to, mailbox, known, clock, rows):
    attend(uow)
    drain(sending_to(free_port()))
    assert [(row.status, row.code) for row in rows()] == [("waiting", "ConnectionRefusedError")]
    clock.advance(timedelta(seconds=10))
    drain(sending)
    assert len(mailbox.messages) == 1


def test_a_mail_that_is_refused_for_good_is_told_by_its_code_alone(uow, sending_to, server_saying, known, rows, capsys):
    attend(uow)
    drain(sending_to(server_saying(f"550 5.1.1 No such mailbox {EMAIL}")))
    assert [(row.status, row.code) for row in rows()] == [("refused", "550")]
    logged = capsys.readouterr().out
    assert '"mail.refused"' in logged
    assert EMAIL not in logged


@pytest.mark.parametrize("odd", ["a..b@example.org", "a@", "@example.org", "a@b@c", "a\r\nBcc: x@example.org"])
def test_an_address_that_no_mailbox_has_does_not_stop_the_queue(uow, sending, mailbox, known, rows, odd):
    with uow("test") as tx:
        receiving.keep_contact(tx, "p-2", 1, odd)
    attend(uow, "p-2")
    attend(uow)
    drain(sending)
    assert [mail.recipients for mail in mailbox.messages] == [[EMAIL]]
    assert sorted(row.code or "" for row in rows()) == ["", "address"]


def test_two_senders_never_take_the_same_mail(uow, sending, mailbox, known):
    with uow("test") as tx:
        for number in range(20):
            receiving.keep_contact(tx, f"p-{number}", 2, f"p{number}@example.org")
            receiving.call_attention(tx, f"p-{number}")
    senders = [threading.Thread(target=drain, args=(sending,)) for _ in range(3)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    assert sorted(mail.recipients[0] for mail in mailbox.messages) == sorted(f"p{n}@example.org" for n in range(20))


def test_a_mail_tells_nothing_of_the_machine_or_of_the_person(uow, sending, mailbox, known):
    attend(uow)
    drain(sending)
    message = mailbox.messages[0].message
    assert str(message["From"]) == "Espace de travail <ne-pas-repondre@example.org>"
    assert str(message["To"]) == EMAIL
    assert message["Auto-Submitted"] == "auto-generated"
    assert sorted(name.lower() for name in message) == sorted(
        ["from", "to", "subject", "date", "message-id", "auto-submitted", "x-auto-response-suppress", "mime-version"]
        + ["content-type", "content-transfer-encoding", *(["x-peer"] if "x-peer" in message else [])]
        + (["x-mailfrom", "x-rcptto"] if "x-mailfrom" in message else [])
    )


def test_a_settled_invitation_cannot_keep_its_secret(uow):
    from sqlalchemy import update

    from notifications.store.tables import deliveries

    with uow("test") as tx:
        tx.deliveries.add(Delivery(uuid.uuid4(), Kind.INVITATION, "p-1", token="secret"))
    with pytest.raises(IntegrityError), uow("test") as tx:
        tx.session.execute(update(deliveries).values(status="sent", due_at=None))
