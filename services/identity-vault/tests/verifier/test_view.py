"""What a reporter sees, through intake: consents, attempts, names, keys; sealed both ways, one size."""

import secrets

import pytest

from chassis.sealing import age, padding, statements
from chassis.signing import public_half
from paravent.identity_vault.v1.record_pb2 import Identity
from paravent.identity_vault.v1.reporter_pb2 import ReporterQuery, ReporterServiceViewRequest

OTHER = Identity(given_name="Autre", family_name="Personne")


def entries(world, reporter) -> list[tuple[str, str]]:
    return [(entry.kind, entry.state) for entry in world.view(reporter).entries]


def test_a_reporter_sees_a_consent_through_its_life(world):
    reporter = world.file()
    authenticator = world.ready()
    consent = world.send(reporter, reporter.consent(world.clock.now()))
    assert entries(world, reporter) == [("consent", "pending")]
    world.wait(hours=24)
    world.show(authenticator)
    (entry,) = world.view(reporter).entries
    assert (entry.state, entry.consent_id, entry.addressee_name) == ("used", consent.id, "Paul Durand")
    assert (entry.addressee_body, entry.purpose, entry.case_label) == ("CDG 62", "meeting", "2026-017")
    assert entry.disclosed_at == "2026-11-27T11:00:00Z"


def test_a_reporter_sees_every_attempt_that_was_refused(world, refused):
    authenticator = world.ready()
    reporter = world.file()
    world.send(reporter, reporter.consent(world.clock.now()))
    world.wait(hours=1)
    with refused("not-yet"):
        world.begin(authenticator)
    attempt, consent = world.view(reporter).entries
    assert (attempt.kind, attempt.state, attempt.signed_at) == ("refused", "not-yet", "2026-11-26T12:00:00Z")
    assert (consent.state, consent.disclosed_at) == ("pending", "")


def test_a_disclosure_that_failed_half_way_is_used_and_not_disclosed(world, refused):
    authenticator = world.ready()
    reporter = world.file()
    world.agree(reporter)
    begun = world.begin(authenticator)
    with refused("no-record"):
        world.remove(begun.disclosure_id, [])
    consent = next(entry for entry in world.view(reporter).entries if entry.kind == "consent")
    assert (consent.state, consent.disclosed_at) == ("used", "")
    assert ("refused", "no-record") in entries(world, reporter)


def test_names_and_keys(world):
    reporter = world.file(None)
    assert not world.view(reporter).named
    world.add_name(reporter, 1, OTHER)
    assert world.view(reporter).named
    world.wait(minutes=1)
    world.send(reporter, reporter.says(statements.NAME_WITHDRAWN, world.clock.now()))
    view = world.view(reporter)
    assert (view.named, view.name_withdrawn) == (False, True)
    world.wait(minutes=1)
    key = public_half(secrets.token_bytes(32))
    replaced = world.send(reporter, reporter.says(statements.KEY_REPLACED, world.clock.now(), key=key))
    assert entries(world, reporter) == [("key", "pending"), ("name", "withdrawn"), ("name", "added")]
    assert world.view(reporter).entries[0].consent_id == replaced.id
    world.wait(hours=24)
    assert entries(world, reporter)[0] == ("key", "effective")


def test_nobody_sees_another_report(world):
    mine, theirs = world.file(), world.file()
    world.agree(theirs)
    assert entries(world, mine) == []


def test_answers_have_one_size_and_an_unknown_report_has_an_empty_one(world):
    reporter = world.file()
    nobody = type(reporter)(reporter.issuer)
    assert entries(world, nobody) == []
    for number in range(3):
        world.agree(reporter, case_label=f"2026-{number:03}")
    sizes = {answer_size(world, one) for one in (reporter, nobody)}
    # age adds a stanza of random size to each ciphertext, whatever it holds.
    assert max(sizes) - min(sizes) < 1024
    assert min(sizes) > 32_768


def answer_size(world, reporter) -> int:
    query = ReporterQuery(ref=reporter.ref, reply_to=age.new_identity().recipient).SerializeToString()
    return len(ask(world, age.seal_fixed(world.frames.verifier, padding.pad(query, 512), 1152)))


def ask(world, query: bytes) -> bytes:
    return world.reporters.View(ReporterServiceViewRequest(query=query)).view


def test_a_view_shows_the_newest_that_fit(world):
    reporter = world.file()
    last = [world.agree(reporter, body="B" * 300, name="N" * 300) for _ in range(45)][-1]
    shown = world.view(reporter).entries
    assert 30 < len(shown) < 45
    assert shown[0].consent_id == last.id


@pytest.mark.parametrize("fault", ["garbage", "not padded", "short ref", "no recipient", "other key"])
def test_a_question_of_another_form_is_refused(world, refused, fault):
    reporter = world.file()
    asked = ReporterQuery(ref=reporter.ref, reply_to=age.new_identity().recipient)
    if fault == "short ref":
        asked.ref = b"short"
    if fault == "no recipient":
        asked.reply_to = "age1nobody"
    content = asked.SerializeToString()
    data = content + b"\x01" if fault == "not padded" else padding.pad(content, 512)
    recipient = age.new_identity().recipient if fault == "other key" else world.frames.verifier
    query = secrets.token_bytes(1152) if fault == "garbage" else age.seal_fixed(recipient, data, 1152)
    with refused("invalid-record"):
        ask(world, query)
