"""The whole way on real servers, and every way that is closed."""

import secrets

from chassis.sealing import statements
from paravent.identity_vault.v1 import disclosure_pb2 as wire
from paravent.identity_vault.v1.record_pb2 import Identity

OTHER = Identity(given_name="Autre", family_name="Personne")


def test_an_identity_is_shown_once_to_the_person_whom_the_reporter_named(world, refused):
    reporter = world.file()
    authenticator = world.ready()
    world.agree(reporter)
    layer = world.show(authenticator)
    assert (layer.ref, layer.identity.given_name) == (reporter.ref, "Jeanne")
    assert world.states() == ["used"]
    with refused("used"):
        world.begin(authenticator)
    entries = [entry for entry in world.told() if entry[0].startswith("disclosure")]
    assert entries == [("disclosure", "meeting"), ("disclosure_refused", "used")]


def test_what_the_addressee_reads_is_what_the_reporter_signed(world):
    reporter = world.file()
    world.send(reporter, reporter.consent(world.clock.now(), purpose="protection", case_label="2026-099"))
    listed = world.disclosure.ListConsents(wire.ListConsentsRequest(id_token=world.token()))
    (consent,) = listed.consents
    assert (consent.addressee_name, consent.addressee_body) == ("Paul Durand", "CDG 62")
    assert (consent.purpose, consent.case_label, consent.regime) == ("protection", "2026-099", "avdhas")
    assert list(consent.fields) == ["name", "contact"]
    assert consent.signed_at == "2026-11-24T11:00:00Z"
    assert consent.effective_at == "2026-11-25T11:00:00Z"
    assert consent.valid_until == "2026-12-24T23:59:59+01:00"
    assert (consent.state, listed.passkey_ready, listed.passkey_ready_at) == ("pending", False, "")


def test_nobody_else_sees_the_consent_and_each_answer_has_another_handle(world):
    world.agree(world.file())
    assert world.states("referent-2") == []
    assert world.handle() != world.handle()


# --- the state of the consent -------------------------------------------------------------------------------------


def test_before_its_delay_a_consent_opens_nothing(world, refused):
    authenticator = world.ready()
    reporter = world.file()
    world.send(reporter, reporter.consent(world.clock.now()))
    world.wait(hours=23, minutes=59)
    with refused("not-yet"):
        world.begin(authenticator)
    world.wait(minutes=1)
    assert world.show(authenticator).identity.given_name == "Jeanne"


def test_a_reporter_may_shorten_the_delay(world):
    authenticator = world.ready()
    reporter = world.file()
    consent = world.send(reporter, reporter.consent(world.clock.now()))
    world.wait(minutes=1)
    world.send(reporter, reporter.says(statements.HASTENING, world.clock.now(), consent=consent.id))
    assert world.states() == ["effective"]
    assert world.show(authenticator).identity.given_name == "Jeanne"


def test_a_withdrawn_consent_opens_nothing(world, refused):
    authenticator = world.ready()
    reporter = world.file()
    consent = world.agree(reporter)
    world.send(reporter, reporter.says(statements.WITHDRAWAL, world.clock.now(), consent=consent.id))
    with refused("withdrawn"):
        world.begin(authenticator)


def test_an_expired_consent_opens_nothing(world, refused):
    authenticator = world.ready()
    world.agree(world.file())
    world.wait(days=30)
    with refused("expired"):
        world.begin(authenticator)


def test_a_name_withdrawn_is_disclosed_by_no_consent(world, refused):
    authenticator = world.ready()
    reporter = world.file()
    world.agree(reporter)
    world.send(reporter, reporter.says(statements.NAME_WITHDRAWN, world.clock.now()))
    with refused("no-name"):
        world.begin(authenticator)
    world.agree(reporter)
    with refused("no-name"):
        world.begin(authenticator)


def test_a_name_added_later_is_the_one_that_is_shown(world):
    authenticator = world.ready()
    reporter = world.file(None)
    world.add_name(reporter, 1, OTHER)
    world.agree(reporter)
    assert world.show(authenticator).identity.given_name == "Autre"


def test_a_name_added_after_a_withdrawal_needs_a_new_consent(world, refused):
    authenticator = world.ready()
    reporter = world.file()
    world.agree(reporter)
    world.send(reporter, reporter.says(statements.NAME_WITHDRAWN, world.clock.now()))
    world.wait(minutes=1)
    world.add_name(reporter, 1, OTHER)
    with refused("no-name"):
        world.begin(authenticator)
    world.agree(reporter)
    assert world.show(authenticator).identity.given_name == "Autre"


# --- a casework that lies -----------------------------------------------------------------------------------------


def test_a_statement_forged_with_another_key_is_refused(world):
    """Casework knows `ref`; the reporter's key it does not have."""
    reporter = world.file()
    world.send(reporter, reporter.consent(world.clock.now()), seed=secrets.token_bytes(32))
    assert world.states() == []
    assert world.told()[-1] == ("consent_refused", "bad-statement")


def test_a_consent_of_another_report_does_not_reach_this_one(world):
    """Signed by a reporter, about the `ref` of another."""
    victim, liar = world.file(), world.file()
    forged = victim.consent(world.clock.now()).signed(liar.seed)
    world.deliver(forged)
    assert world.states() == []


def test_a_key_registered_second_signs_nothing(world):
    reporter = world.file()
    thief = secrets.token_bytes(32)
    pretended = type(reporter)(reporter.issuer, reporter.ref, thief)
    world.sealer.Seal(world.frames.frame(pretended.registration()))
    world.letters()
    world.send(reporter, reporter.consent(world.clock.now()), seed=thief)
    assert world.states() == []
    assert ("registration_conflict", "") in world.told()


def test_a_key_registered_first_by_a_thief_opens_no_record(world, refused):
    """The key inside the record is another one: the registration alone is not believed."""
    authenticator = world.ready()
    reporter = world.file(record_key=secrets.token_bytes(32))
    world.agree(reporter)
    begun = world.begin(authenticator)
    with refused("record-mismatch"):
        world.remove(begun.disclosure_id, world.read(begun))
    assert world.states() == ["used"]


# --- a discloser that lies ----------------------------------------------------------------------------------------


def test_without_a_begun_disclosure_no_layer_is_removed(world, refused):
    authenticator = world.ready()
    world.agree(world.file())
    begun = world.begin(authenticator)
    records = world.read(begun)
    with refused("unknown-handle"):
        world.remove(secrets.token_bytes(16), records)
    assert ("disclosure_refused", "unknown-handle") in world.told()


def test_a_layer_is_removed_once(world, refused):
    authenticator = world.ready()
    world.agree(world.file())
    begun = world.begin(authenticator)
    records = world.read(begun)
    world.remove(begun.disclosure_id, records)
    with refused("unknown-handle"):
        world.remove(begun.disclosure_id, records)


def test_a_disclosure_is_stale_after_two_minutes(world, refused):
    authenticator = world.ready()
    world.agree(world.file())
    begun = world.begin(authenticator)
    records = world.read(begun)
    world.wait(minutes=2)
    with refused("unknown-handle"):
        world.remove(begun.disclosure_id, records)
    assert world.states() == ["used"]


def test_another_records_body_is_not_opened(world, refused):
    """The discloser begins with one consent and hands in the record of another report, under either path."""
    authenticator = world.ready()
    first = world.file()
    world.agree(first)
    begun = world.begin(authenticator)
    ((other_path, other_body),) = world.read(begun)
    for path_of in (lambda begun: begun.paths[0], lambda _: other_path):
        world.agree(world.file(OTHER))
        begun = world.begin(authenticator)
        with refused("record-mismatch"):
            world.remove(begun.disclosure_id, [(path_of(begun), other_body)])


def test_no_record_or_two_give_nothing(world, refused):
    authenticator = world.ready()
    for records, detail in (([], "no-record"), ([("a" * 64, b""), ("b" * 64, b"")], "record-mismatch")):
        world.agree(world.file())
        begun = world.begin(authenticator)
        with refused(detail):
            world.remove(begun.disclosure_id, records)


def test_reads_of_other_records_are_not_let_through(world, refused):
    authenticator = world.ready()
    world.agree(world.file())
    first = world.begin(authenticator)
    world.agree(world.file(OTHER))
    second = world.begin(authenticator)
    with world.reads.reading() as reading:
        accessor = reading.request(first.paths[0])
        for accessors in ([accessor], [accessor, accessor], []):
            request = wire.ApproveReadsRequest(disclosure_id=second.disclosure_id, accessors=accessors)
            with refused("record-mismatch"):
                world.disclosure.ApproveReads(request)


def test_reads_without_a_disclosure_are_not_let_through(world, refused):
    with refused("unknown-handle"):
        world.disclosure.ApproveReads(wire.ApproveReadsRequest(disclosure_id=bytes(16), accessors=["a" * 24]))


def test_an_erased_record_opens_no_more(world, refused):
    authenticator = world.ready()
    world.agree(world.file())
    begun = world.begin(authenticator)
    records = world.read(begun)
    world.sql("DELETE FROM record_keys WHERE path = %s", begun.paths[0])
    with refused("no-record"):
        world.remove(begun.disclosure_id, records)


def test_a_verifier_that_starts_again_goes_on_with_the_disclosure_once(world, start_verifier, refused):
    authenticator = world.ready()
    world.agree(world.file())
    begun = world.begin(authenticator)
    records = world.read(begun)
    again = start_verifier()
    assert again.states() == ["used"]
    again.remove(begun.disclosure_id, records)
    with refused("unknown-handle"):
        world.remove(begun.disclosure_id, records)


def test_a_sealer_away_leaves_the_consent_used(world, start_verifier, refused):
    authenticator = world.ready()
    world.agree(world.file())
    alone = start_verifier(sealer_address="127.0.0.1:9")
    with refused("store-away"):
        alone.begin(authenticator)
    assert world.states() == ["used"]


def test_two_openings_at_once_use_a_consent_once(world):
    from concurrent.futures import ThreadPoolExecutor

    import grpc

    authenticator = world.ready()
    world.agree(world.file())
    handle = world.handle()
    touches = [world.touch(authenticator, f"consent:{handle}") for _ in range(4)]
    token = world.token()

    def begin(assertion: str) -> str:
        request = wire.BeginDisclosureRequest(id_token=token, handle=handle, assertion=assertion)
        try:
            world.disclosure.BeginDisclosure(request)
        except grpc.RpcError as error:
            return error.details()
        return "begun"

    with ThreadPoolExecutor(4) as pool:
        # Touches that are overtaken by a later one have an old counter.
        outcomes = sorted(pool.map(begin, touches))
    assert outcomes.count("begun") == 1
    assert set(outcomes) <= {"begun", "used", "bad-passkey"}
    assert [entry for entry in world.told() if entry[0] == "disclosure"] == [("disclosure", "meeting")]
