"""Only the reporter says where the reporter is reached."""

import secrets
from datetime import timedelta

import pytest

from identity_vault.usecases.linking import WAITS
from paravent.identity_vault.v1.record_pb2 import LinkerLetter, SignedStatement

EMAIL, OTHER = "nora.exemple@boite.example.org", "nora@ailleurs.example.org"


def statement(signed: SignedStatement) -> LinkerLetter:
    return LinkerLetter(statement=signed)


def recipients(mailbox) -> list[str]:
    return [recipient for mail in mailbox.messages for recipient in mail.recipients]


def test_an_address_given_later_replaces_the_first_which_is_forgotten(world, reporter, mailbox):
    nora, new = world.arrive(reporter(EMAIL)), secrets.token_bytes(16)
    world.work_off(statement(nora.gives(new, world.clock.now())), nora.address(OTHER, new))
    world.ring(nora)
    world.batch()
    assert recipients(mailbox) == [OTHER]
    assert len(world.rows("contacts")["contacts"]) == 1


def test_an_address_that_is_taken_back_gets_no_mail_and_is_forgotten(world, reporter, mailbox):
    nora = world.arrive(reporter(EMAIL))
    world.ring(nora)
    world.work_off(statement(nora.takes_back(world.clock.now())))
    assert world.state(nora) == "none"
    world.batch()
    assert (mailbox.messages, world.rows("contacts", "mails")) == ([], {"contacts": [], "mails": []})


def test_a_ticket_under_way_is_void_once_the_address_is_taken_back(world, reporter, mailbox):
    nora = world.arrive(reporter(EMAIL))
    world.ring(nora)
    mailbox.refuse(1)
    world.batch()
    world.work_off(statement(nora.takes_back(world.clock.now())))
    world.batch()
    world.batch()
    assert mailbox.messages == []


def test_an_address_that_arrives_after_it_was_taken_back_is_not_kept(world, reporter):
    nora, new = world.arrive(reporter(EMAIL)), secrets.token_bytes(16)
    given = nora.gives(new, world.clock.now())
    world.work_off(statement(nora.takes_back(world.clock.now() + timedelta(minutes=1))))
    world.work_off(statement(given))
    world.batch()
    world.work_off(nora.address(OTHER, new))
    assert world.state(nora) == "none"
    assert world.rows("contacts")["contacts"] == []


@pytest.mark.parametrize("kind", ["gives", "takes_back"])
def test_a_forged_statement_is_refused(world, reporter, mailbox, kind):
    nora, mallory = world.arrive(reporter(EMAIL)), secrets.token_bytes(32)
    at = world.clock.now()
    forged = nora.gives(b"m" * 16, at, mallory) if kind == "gives" else nora.takes_back(at, mallory)
    world.work_off(statement(forged), nora.address("mallory@example.org", b"m" * 16))
    altered = nora.gives(b"m" * 16, at)
    altered.statement = altered.statement.replace(b'"kind":"contact"', b'"kind": "contact"')
    world.work_off(statement(altered))
    world.ring(nora)
    world.batch()
    assert recipients(mailbox) == [EMAIL]


def test_a_statement_is_used_once(world, reporter, mailbox):
    nora, new = world.arrive(reporter()), secrets.token_bytes(16)
    given = nora.gives(new, world.clock.now())
    world.work_off(statement(given), nora.address(OTHER, new))
    assert world.state(nora) == "kept"
    world.work_off(statement(nora.takes_back(world.clock.now() + timedelta(minutes=1))))
    world.work_off(statement(given), statement(given))
    assert world.state(nora) == "none"


def test_a_statement_waits_for_its_registration(world, reporter):
    nora, new = reporter(), secrets.token_bytes(16)
    world.work_off(statement(nora.gives(new, world.clock.now())), nora.address(OTHER, new))
    assert world.state(nora) == "none"
    world.arrive(nora)
    assert world.state(nora) == "kept"


def test_a_statement_whose_registration_never_comes_is_given_up_with_its_address(world, reporter):
    nora, new = reporter(), secrets.token_bytes(16)
    world.work_off(statement(nora.gives(new, world.clock.now())), nora.address(OTHER, new))
    world.clock.advance(timedelta(days=WAITS + 1))
    world.linker.tidy()
    world.batch()
    assert world.rows("link_statements", "contacts") == {"link_statements": [], "contacts": []}


def test_the_first_registration_stays(world, reporter, mailbox):
    nora = world.arrive(reporter(EMAIL))
    world.arrive(reporter("mallory@example.org", ref=nora.ref))
    world.ring(nora)
    world.batch()
    assert recipients(mailbox) == [EMAIL]
    assert len(world.rows("contacts")["contacts"]) == 1


def test_a_letter_that_no_key_opens_stays_and_stops_nothing(world, reporter):
    import psycopg

    with psycopg.connect(world.address.app_url) as sealer:
        sealer.execute("INSERT INTO linker_letters VALUES (%s, %s)", (bytes(16), bytes(1152)))
    nora = world.arrive(reporter(EMAIL))
    assert world.state(nora) == "kept"
    assert [row[0] for row in world.rows("linker_letters")["linker_letters"]] == [bytes(16)]
