"""Who lost their only passkey: two custodians of two bodies meet them, the lost one counts no more, a new one waits."""

import pytest

from chassis.sealing import statements
from paravent.identity_vault.v1 import custody_pb2
from paravent.identity_vault.v1 import disclosure_pb2 as wire
from tests.support.authenticator import Authenticator
from tests.support.custodians import COLLEAGUE, FIRST, SECOND, Custodians, custodian_rows

THIRD = "gardien-4"


@pytest.fixture
def world(start_verifier, issuer):
    rows = custodian_rows(issuer.url)
    rows.append({"issuer": issuer.url, "subject": THIRD, "name": THIRD, "body": "Tiers de confiance"})
    return start_verifier(custodians=rows)


@pytest.fixture
def custodians(world):
    made = Custodians.of(world)
    made.keys[THIRD] = world.ready(THIRD)
    return made


@pytest.fixture
def lost(world, custodians):
    """The passkey of somebody who says that they lost it."""
    return world.ready()


def ask(world, subject: str = "referent-1", **claims) -> str:
    return world.passkeys.AskRecovery(wire.AskRecoveryRequest(id_token=world.token(subject, **claims))).code


def waiting(world, subject: str = FIRST) -> list:
    request = custody_pb2.ListRecoveriesRequest(id_token=world.token(subject))
    return list(world.custody.ListRecoveries(request).recoveries)


def touch(world, custodians, subject: str, code: str, handle: str = "") -> tuple[str, str]:
    handle = handle or waiting(world, subject)[0].handle
    request = custody_pb2.BeginConfirmationRequest(id_token=world.token(subject), handle=handle, code=code)
    return handle, custodians.keys[subject].get(world.custody.BeginConfirmation(request).options)


def confirm(world, custodians, subject: str, code: str) -> str:
    handle, assertion = touch(world, custodians, subject, code)
    return send(world, subject, handle, assertion)


def send(world, subject: str, handle: str, assertion: str) -> str:
    request = custody_pb2.ConfirmRecoveryRequest(id_token=world.token(subject), handle=handle, assertion=assertion)
    return world.custody.ConfirmRecovery(request).state


def recovered(world, custodians, subject: str = "referent-1") -> None:
    code = ask(world, subject)
    assert confirm(world, custodians, FIRST, code) == "waiting"
    assert confirm(world, custodians, SECOND, code) == "confirmed"


def held(world, subject: str = "referent-1") -> wire.ListPasskeysResponse:
    return world.passkeys.ListPasskeys(wire.ListPasskeysRequest(id_token=world.token(subject)))


def test_two_custodians_let_a_new_passkey_in_and_it_waits(world, custodians, lost, refused):
    world.agree(world.file())
    recovered(world, custodians)
    with refused("bad-passkey"):
        world.begin(lost)
    new = Authenticator()
    world.register(new)
    with refused("passkey-waits"):
        world.begin(new)
    world.wait(hours=48)
    world.show(new)
    told = [entry for entry in world.told() if entry[0].startswith(("recovery", "passkey"))]
    assert told[-5:] == [
        ("recovery_asked", ""),
        ("recovery_signed", ""),
        ("recovery_signed", ""),
        ("passkey_withdrawn", "lost"),
        ("passkey_registered", ""),
    ]


def test_a_new_passkey_needs_a_sign_in_of_just_now(world, custodians, lost, refused):
    recovered(world, custodians)
    old = world.token()
    world.wait(minutes=7)
    with refused("bad-id-token"):
        world.passkeys.BeginRegistration(wire.BeginRegistrationRequest(id_token=old))
    world.register(Authenticator())
    assert not held(world).HasField("recovery")


def test_to_ask_needs_a_sign_in_of_just_now(world, lost, refused):
    old = world.token()
    world.wait(minutes=7)
    with refused("bad-id-token"):
        world.passkeys.AskRecovery(wire.AskRecoveryRequest(id_token=old))


def test_one_custodian_alone_changes_nothing(world, custodians, lost, refused):
    code = ask(world)
    confirm(world, custodians, FIRST, code)
    with refused("not-a-custodian"):
        touch(world, custodians, FIRST, code)
    assert (held(world).recovery.state, held(world).recovery.signatures) == ("waiting", 1)
    assert [one.ready for one in held(world).passkeys] == [True]
    with refused("bad-passkey"):
        world.register(Authenticator())


def test_two_custodians_of_one_body_are_one(world, custodians, lost, refused):
    code = ask(world)
    confirm(world, custodians, FIRST, code)
    with refused("not-a-custodian"):
        touch(world, custodians, COLLEAGUE, code)


def test_only_who_was_told_the_code_confirms(world, custodians, lost, refused):
    code = ask(world)
    with refused("bad-order"):
        touch(world, custodians, FIRST, "AAAA-AAAA")
    handle, _ = touch(world, custodians, FIRST, code)
    with refused("bad-passkey"):
        send(world, SECOND, handle, touch(world, custodians, FIRST, code)[1])
    assert ("recovery_refused", "bad-order") in world.told()
    assert code.encode() not in b"".join(bytes(row) for (row,) in world.sql("SELECT sealed FROM recoveries"))


def test_a_code_is_read_however_it_is_typed(world, custodians, lost):
    code = ask(world)
    touch(world, custodians, FIRST, f" {code.lower().replace('-', ' ')} ")


def test_after_ten_wrong_codes_it_must_be_asked_again(world, custodians, lost, refused):
    ask(world)
    handle = waiting(world)[0].handle
    for _ in range(10):
        with refused("bad-order"):
            touch(world, custodians, FIRST, "AAAA-AAAA", handle)
    assert waiting(world) == []
    assert world.told()[-1] == ("recovery_ended", "wrong-codes")
    recovered(world, custodians)


def test_asking_again_ends_what_was_asked_before(world, custodians, lost, refused):
    first = ask(world)
    confirm(world, custodians, FIRST, first)
    second = ask(world)
    assert first != second
    assert len(waiting(world)) == 1
    with refused("bad-order"):
        touch(world, custodians, FIRST, first)
    assert confirm(world, custodians, FIRST, second) == "waiting"


def test_custodians_sign_in_fifteen_days(world, custodians, lost, refused):
    code = ask(world)
    confirm(world, custodians, FIRST, code)
    handle = waiting(world, SECOND)[0].handle
    world.wait(days=15, minutes=1)
    assert waiting(world) == []
    with refused("not-a-custodian"):
        touch(world, custodians, SECOND, code, handle)


def test_somebody_else_confirms_nothing(world, custodians, lost, refused):
    code = ask(world)
    handle = waiting(world)[0].handle
    custodians.keys["referent-2"] = world.ready("referent-2")
    with refused("not-a-custodian"):
        touch(world, custodians, "referent-2", code, handle)
    with refused("not-a-custodian"):
        waiting(world, "referent-2")


def test_a_custodian_who_lost_theirs_is_met_by_two_others(world, custodians, refused):
    code = ask(world, FIRST)
    with refused("not-a-custodian"):
        touch(world, custodians, FIRST, code)
    assert confirm(world, custodians, COLLEAGUE, code) == "waiting"
    assert confirm(world, custodians, THIRD, code) == "confirmed"
    with refused("bad-passkey"):
        custodians.sign(custodians.create(custodians.block(world.file().ref), SECOND), FIRST)


def test_whose_passkey_is_not_lost_says_so_with_a_touch(world, custodians, lost, refused):
    """Whoever is signed in as somebody may ask in their name: the one who has the passkey ends it."""
    ask(world)
    request = wire.TakeRecoveryBackRequest(id_token=world.token(), assertion=world.touch(lost, "passkey"))
    with refused("bad-passkey"):
        world.passkeys.TakeRecoveryBack(request)
    assertion = world.touch(lost, "not-lost")
    world.passkeys.TakeRecoveryBack(wire.TakeRecoveryBackRequest(id_token=world.token(), assertion=assertion))
    assert waiting(world) == []
    assert world.told()[-1] == ("recovery_ended", "owner")


def test_who_has_no_passkey_has_none_to_lose(world, custodians, refused):
    with refused("bad-passkey"):
        ask(world, "referent-9")


def test_a_registration_begun_with_a_passkey_that_is_gone_is_not_finished(world, custodians, lost, refused):
    """Whoever found the lost one begins in time: the new one of its owner does not open the door for theirs."""
    begun = wire.BeginRegistrationRequest(id_token=world.token(), assertion=world.touch(lost, "passkey"))
    made = Authenticator().create(world.passkeys.BeginRegistration(begun).options)
    recovered(world, custodians)
    finish = wire.FinishRegistrationRequest(id_token=world.token(), credential=made)
    with refused("bad-passkey"):
        world.passkeys.FinishRegistration(finish)
    world.register(Authenticator())
    with refused("bad-passkey"):
        world.passkeys.FinishRegistration(finish)


def test_a_passkey_that_was_withdrawn_does_not_come_back(world, custodians, lost, refused):
    recovered(world, custodians)
    with refused("bad-passkey"):
        world.register(lost)


def test_reporters_whose_agreement_may_still_be_opened_see_it(world, custodians, lost):
    open_one, used, back = world.file(), world.file(), world.file()
    world.agree(used)
    world.show(lost)
    statement = world.agree(back)
    world.send(back, back.says(statements.WITHDRAWAL, world.clock.now(), consent=statement.id))
    world.agree(open_one)
    other = world.file()
    world.agree(other, "referent-2")
    recovered(world, custodians)
    (entry,) = (entry for entry in world.view(open_one).entries if entry.kind == "passkey")
    assert (entry.state, entry.addressee_name) == ("replaced", "Paul Durand")
    for reporter in (used, back, other):
        assert "passkey" not in [entry.kind for entry in world.view(reporter).entries]
    later = world.file()
    world.wait(minutes=1)
    world.agree(later)
    assert [entry.kind for entry in world.view(later).entries] == ["consent"], "it was agreed afterwards"


class TestTakenAway:
    """A passkey is taken away by its owner, with a touch of another one."""

    @pytest.fixture
    def two(self, world, lost):
        second = Authenticator()
        world.register(second, assertion=world.touch(lost, "passkey"))
        world.wait(hours=48)
        return lost, second

    def _remove(self, world, handle: str, authenticator, subject: str = "referent-1") -> None:
        assertion = world.touch(authenticator, f"removal:{handle}", subject)
        request = wire.RemovePasskeyRequest(id_token=world.token(subject), handle=handle, assertion=assertion)
        world.passkeys.RemovePasskey(request)

    def test_a_touch_of_the_other_one_takes_it_away(self, world, two, refused):
        first, second = two
        _newest, oldest = held(world).passkeys
        self._remove(world, oldest.handle, second)
        assert len(held(world).passkeys) == 1
        world.agree(world.file())
        with refused("bad-passkey"):
            world.begin(first)
        world.show(second)
        assert ("passkey_withdrawn", "owner") in world.told()

    def test_its_own_touch_does_not(self, world, two, refused):
        _first, second = two
        newest, _oldest = held(world).passkeys
        with refused("bad-passkey"):
            self._remove(world, newest.handle, second)
        assert len(held(world).passkeys) == 2

    def test_the_last_one_stays(self, world, lost, refused):
        (only,) = held(world).passkeys
        with refused("bad-passkey"):
            self._remove(world, only.handle, lost)

    def test_one_that_waits_is_taken_away_by_one_in_use(self, world, lost):
        world.register(Authenticator(), assertion=world.touch(lost, "passkey"))
        newest, _ = held(world).passkeys
        self._remove(world, newest.handle, lost)
        assert [one.ready for one in held(world).passkeys] == [True]

    def test_one_that_waits_takes_none_away(self, world, lost, refused):
        waits = Authenticator()
        world.register(waits, assertion=world.touch(lost, "passkey"))
        _, oldest = held(world).passkeys
        with refused("passkey-waits"):
            self._remove(world, oldest.handle, waits)

    def test_somebody_elses_is_out_of_reach(self, world, two, refused):
        other = world.ready("referent-2")
        handle = held(world).passkeys[0].handle
        with refused("unknown-handle"):
            self._remove(world, handle, other, "referent-2")
