"""What comes with frames, in any order: registrations, covers, statements of every kind."""

import secrets
from datetime import timedelta

import pytest

from chassis.clock import paris_day
from chassis.sealing import statements
from chassis.sealing.receipts import locator
from chassis.signing import public_half
from identity_vault.domain.tags import Tags
from paravent.identity_vault.v1.record_pb2 import Identity, Registration, VerifierLetter

TAGS = Tags(bytes.fromhex("01" * 32))
OTHER = Identity(given_name="Autre", family_name="Personne")


def waiting(world) -> int:
    return world.sql("SELECT count(*) FROM waiting_statements")[0][0]


def test_covers_register_like_reports(world):
    """Random bytes, which are not even a key: the row has the size of any other."""
    world.file()
    cover = Registration(ref=secrets.token_bytes(16), reporter_key=secrets.token_bytes(32))
    world.sealer.Seal(world.frames.frame(VerifierLetter(registration=cover)))
    world.letters()
    sizes = world.sql("SELECT octet_length(tag), octet_length(sealed) FROM registrations")
    assert len(sizes) == 2
    assert len(set(sizes)) == 1
    assert world.sql("SELECT count(*) FROM verifier_letters") == [(0,)]
    assert world.told() == []


def test_a_row_is_found_by_the_keyed_hash_of_ref_alone(world):
    reporter = world.file()
    assert [bytes(tag) for (tag,) in world.sql("SELECT tag FROM registrations")] == [TAGS.report(reporter.ref)]


def test_a_statement_that_comes_before_its_registration_waits_for_it(world):
    reporter = world.file()
    world.sql("DELETE FROM registrations")
    consent = world.send(reporter, reporter.consent(world.clock.now()))
    assert (world.states(), waiting(world)) == ([], 1)
    world.wait(days=1)
    world.sealer.Seal(world.frames.frame(reporter.registration()))
    world.letters()
    assert (world.states(), waiting(world)) == (["effective"], 0)
    assert world.view(reporter).entries[0].consent_id == consent.id


def test_what_waits_carries_a_day_and_no_time(world):
    reporter = world.file()
    world.sql("DELETE FROM registrations")
    world.send(reporter, reporter.consent(world.clock.now()))
    kinds = world.sql("SELECT data_type FROM information_schema.columns WHERE table_name = 'waiting_statements'")
    assert sorted(kind for (kind,) in kinds) == ["bytea", "bytea", "bytea", "date"]


def test_a_statement_without_a_registration_is_given_up_after_three_days(world):
    reporter = world.file()
    world.sql("DELETE FROM registrations")
    world.send(reporter, reporter.consent(world.clock.now()))
    world.wait(days=3)
    world.verifier.letters.tidy()
    assert waiting(world) == 1
    world.wait(days=1)
    world.verifier.letters.tidy()
    assert waiting(world) == 0
    assert world.told() == [("consent_refused", "unknown-key")]


def test_a_withdrawal_that_overtakes_its_consent_is_not_lost(world):
    reporter = world.file()
    consent = reporter.consent(world.clock.now())
    world.send(reporter, reporter.says(statements.WITHDRAWAL, world.clock.now(), consent=consent.id))
    world.wait(hours=20)
    world.send(reporter, consent)
    assert world.states() == ["withdrawn"]
    assert waiting(world) == 0


def test_everything_may_come_in_the_opposite_order(world):
    reporter = world.file()
    world.sql("DELETE FROM registrations")
    consent = reporter.consent(world.clock.now())
    world.send(reporter, reporter.says(statements.HASTENING, world.clock.now(), consent=consent.id))
    world.send(reporter, consent)
    world.sealer.Seal(world.frames.frame(reporter.registration()))
    world.letters()
    assert world.states() == ["effective"]


def test_a_statement_counts_once(world):
    reporter = world.file()
    consent = world.send(reporter, reporter.consent(world.clock.now()))
    world.send(reporter, reporter.says(statements.WITHDRAWAL, world.clock.now(), consent=consent.id))
    world.send(reporter, consent)
    assert world.states() == ["withdrawn"]
    assert world.told()[-1] == ("consent_refused", "replayed")


def test_an_id_used_for_something_else_is_used(world):
    reporter = world.file()
    consent = world.send(reporter, reporter.consent(world.clock.now()))
    again = statements.Statement(statements.NAME_WITHDRAWN, reporter.ref, world.clock.now(), {}, consent.id)
    world.send(reporter, again)
    assert world.told()[-1] == ("consent_refused", "replayed")


def test_a_statement_and_its_journal_entry_are_one_transaction(world):
    """Without a journal nothing is applied, and the letter stays."""
    reporter = world.file()
    world.sql("ALTER TABLE journal RENAME TO journal_away")
    with pytest.raises(Exception, match="journal"):
        world.send(reporter, reporter.consent(world.clock.now()))
    assert world.sql("SELECT count(*) FROM consents") == [(0,)]
    assert world.sql("SELECT count(*) FROM verifier_letters") == [(1,)]
    world.sql("ALTER TABLE journal_away RENAME TO journal")
    world.letters()
    assert world.states() == ["pending"]


def test_a_consent_signed_too_long_ago_or_in_the_future_is_refused(world):
    reporter = world.file()
    old = reporter.consent(world.clock.now())
    world.wait(days=7, minutes=1)
    world.send(reporter, old)
    world.send(reporter, reporter.consent(world.clock.now() + timedelta(minutes=2)))
    assert world.states() == []
    assert world.told() == [("consent_refused", "bad-statement")] * 2


@pytest.mark.parametrize(
    "wrong",
    [
        {"until": "2099-01-01"},
        {"regime": "other"},
        {"subject": ""},
        {"issuer": ""},
        {"name": ""},
        {"body": ""},
        {"text": b"short"},
    ],
)
def test_a_consent_with_a_wrong_part_is_refused(world, wrong):
    reporter = world.file()
    world.send(reporter, reporter.consent(world.clock.now(), **wrong))
    assert world.states() == []
    assert world.told() == [("consent_refused", "bad-statement")]


def test_a_consent_whose_last_day_has_passed_is_refused(world):
    reporter = world.file()
    today = world.clock.now()
    world.send(reporter, reporter.consent(today, until="2026-11-23"))
    assert world.told() == [("consent_refused", "expired")]


def test_what_takes_back_is_never_too_old(world):
    reporter = world.file()
    consent = reporter.consent(world.clock.now())
    withdrawal = reporter.says(statements.WITHDRAWAL, world.clock.now(), consent=consent.id)
    world.send(reporter, consent)
    world.wait(days=8)
    world.send(reporter, withdrawal)
    assert world.states() == ["withdrawn"]


def test_a_withdrawal_after_the_disclosure_changes_nothing(world):
    reporter = world.file()
    authenticator = world.ready()
    consent = world.agree(reporter)
    world.show(authenticator)
    world.send(reporter, reporter.says(statements.WITHDRAWAL, world.clock.now(), consent=consent.id))
    assert world.states() == ["used"]
    assert world.told()[-1] == ("consent_refused", "used")


def test_another_reporter_withdraws_and_hastens_nothing(world):
    mine, theirs = world.file(), world.file()
    consent = world.send(mine, mine.consent(world.clock.now()))
    for kind in (statements.WITHDRAWAL, statements.HASTENING):
        world.send(theirs, theirs.says(kind, world.clock.now(), consent=consent.id))
    assert world.states() == ["pending"]


@pytest.mark.parametrize("kind", [statements.CONTACT, statements.CONTACT_WITHDRAWN])
def test_what_is_for_the_linker_is_refused_here(world, kind):
    reporter = world.file()
    values = {"contact_id": bytes(16)} if kind == statements.CONTACT else {}
    world.send(reporter, reporter.says(kind, world.clock.now(), **values))
    assert world.told() == [("consent_refused", "bad-statement")]


# --- names --------------------------------------------------------------------------------------------------------


def test_a_number_is_taken_once(world):
    reporter = world.file(None)
    world.add_name(reporter, 1, OTHER)
    again = reporter.says(statements.NAME_ADDED, world.clock.now(), number=1, inner=secrets.token_bytes(32))
    world.send(reporter, again)
    assert world.told() == [("name_added", ""), ("consent_refused", "bad-statement")]


def test_another_record_under_the_number_of_a_name_is_refused(world, refused):
    """The statement names the digest of what was sealed: whoever wrote the record first changes nothing."""
    authenticator = world.ready()
    reporter = world.file(None)
    said = reporter.says(statements.NAME_ADDED, world.clock.now(), number=1, inner=secrets.token_bytes(32))
    inner = world.frames.inner(reporter.ref, OTHER)
    sealed = world.frames.sealed_record(reporter.ref, reporter.key, inner)
    world.deliver(said.signed(reporter.seed), locator(reporter.ref, 1), sealed)
    world.agree(reporter)
    begun = world.begin(authenticator)
    with refused("record-mismatch"):
        world.remove(begun.disclosure_id, world.read(begun))


# --- keys ---------------------------------------------------------------------------------------------------------


def test_a_new_key_signs_after_the_delay_and_the_old_one_no_more(world):
    authenticator = world.ready()
    reporter, seed = world.file(), secrets.token_bytes(32)
    replaced = reporter.says(statements.KEY_REPLACED, world.clock.now(), key=public_half(seed))
    world.send(reporter, replaced)
    world.send(reporter, reporter.consent(world.clock.now()), seed=seed)
    assert world.told()[-1] == ("consent_refused", "bad-statement")
    world.wait(hours=24)
    world.send(reporter, reporter.consent(world.clock.now()))
    assert world.told()[-1] == ("consent_refused", "bad-statement")
    world.send(reporter, reporter.consent(world.clock.now()), seed=seed)
    assert world.states() == ["pending"]
    world.wait(hours=24)
    assert world.show(authenticator).identity.given_name == "Jeanne"


def test_the_old_key_withdraws_a_replacement_in_time(world):
    reporter, seed = world.file(), secrets.token_bytes(32)
    replaced = reporter.says(statements.KEY_REPLACED, world.clock.now(), key=public_half(seed))
    world.send(reporter, replaced)
    world.wait(hours=23)
    world.send(reporter, reporter.says(statements.WITHDRAWAL, world.clock.now(), consent=replaced.id))
    world.wait(hours=2)
    world.send(reporter, reporter.consent(world.clock.now()), seed=seed)
    assert world.states() == []
    world.send(reporter, reporter.consent(world.clock.now()))
    assert world.states() == ["pending"]


def test_a_replacement_is_not_hurried_by_an_old_date(world):
    """Its delay counts from when it came: whoever holds a stolen receipt cannot date it back."""
    reporter, seed = world.file(), secrets.token_bytes(32)
    signed_at = world.clock.now()
    world.wait(days=6)
    world.send(reporter, reporter.says(statements.KEY_REPLACED, signed_at, key=public_half(seed)))
    world.send(reporter, reporter.consent(world.clock.now()), seed=seed)
    assert world.states() == []


def test_one_replacement_at_a_time(world):
    reporter = world.file()
    for _ in range(2):
        key = public_half(secrets.token_bytes(32))
        world.send(reporter, reporter.says(statements.KEY_REPLACED, world.clock.now(), key=key))
    assert world.told() == [("key_replaced", ""), ("consent_refused", "bad-statement")]


# --- what is stored -----------------------------------------------------------------------------------------------


def test_nothing_that_was_signed_can_be_read_in_the_tables(world):
    reporter = world.file()
    world.agree(reporter)
    world.ready()
    marks = [reporter.ref, reporter.key, b"Paul Durand", b"CDG 62", b"referent-1", b"2026-017"]
    for table in ("registrations", "consents", "spent_statements", "disclosure_counts", "passkeys", "journal"):
        for row in world.sql(f"SELECT * FROM {table}"):
            held = b"".join(bytes(value) for value in row if isinstance(value, bytes | memoryview))
            assert not [mark for mark in marks if mark in held]


def test_a_letter_that_no_key_opens_stays_and_stops_nobody(world):
    world.sql("INSERT INTO verifier_letters VALUES (%s, %s)", bytes(16), bytes(2688))
    reporter = world.file()
    world.send(reporter, reporter.consent(world.clock.now()))
    assert world.states() == ["pending"]
    assert world.sql("SELECT count(*) FROM verifier_letters") == [(1,)]


def test_counts_of_long_ago_are_forgotten(world):
    old = paris_day(world.clock.now())
    world.sql("INSERT INTO disclosure_counts VALUES (%s, %s, 1)", old, bytes(32))
    world.wait(days=41)
    world.verifier.letters.tidy()
    assert world.sql("SELECT * FROM disclosure_counts") == []
