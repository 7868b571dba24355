"""Several verifiers on one database: any of them goes on with what another began, and each thing counts once."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import grpc
import pytest

from chassis.clock import SystemClock
from chassis.testing import eventually
from identity_vault.gateways.verifier import RemoteVerifier
from identity_vault.usecases.disclosing import VerifierAway
from local_platform.ports import free_port
from paravent.identity_vault.v1 import disclosure_pb2 as wire
from paravent_rpc.identity_vault.v1.disclosure_pb2_grpc import DisclosureServiceStub, PasskeyServiceStub
from tests.support.authenticator import Authenticator

DISCLOSER = "discloser.identity-vault.paravent"
SECRETS = ("database_url", "index_key", "data_key", "openbao_role_id", "openbao_secret_id")
PLAIN = ("verifier_keys_dir", "linker_keys_dir", "sealer_address", "openbao_address", "openbao_namespace")
PLAIN += ("oidc_issuer", "public_origin")


@pytest.fixture
def second(world, start_verifier):
    return start_verifier()


def begin(world, handle: str, assertion: str):
    request = wire.BeginDisclosureRequest(id_token=world.token(), handle=handle, assertion=assertion)
    return world.disclosure.BeginDisclosure(request)


def test_each_step_may_reach_another_verifier(world, second):
    authenticator = world.ready()
    world.agree(world.file())
    handle = world.handle()
    assertion = second.touch(authenticator, f"consent:{handle}")
    begun = begin(world, handle, assertion)
    removed = world.remove(begun.disclosure_id, second.read(begun))
    assert removed.consent.state == "used"


def test_a_restart_between_the_touch_and_the_disclosure_costs_no_consent(world, start_verifier):
    authenticator = world.ready()
    world.agree(world.file())
    handle = world.handle()
    assertion = world.touch(authenticator, f"consent:{handle}")
    again = start_verifier()
    begun = begin(again, handle, assertion)
    assert again.remove(begun.disclosure_id, again.read(begun)).consent.state == "used"


def test_a_registration_begun_with_one_is_finished_with_another(world, second):
    options = world.passkeys.BeginRegistration(wire.BeginRegistrationRequest(id_token=world.token())).options
    made = Authenticator().create(options)
    request = wire.FinishRegistrationRequest(id_token=world.token(), credential=made)
    assert second.passkeys.FinishRegistration(request).ready_at


@pytest.mark.parametrize("turn", range(3))
def test_one_touch_sent_to_both_at_once_counts_once(world, second, turn):
    authenticator = world.ready()
    world.agree(world.file())
    handle = world.handle()
    assertion = world.touch(authenticator, f"consent:{handle}")

    def send(where) -> str:
        try:
            begin(where, handle, assertion)
        except grpc.RpcError as error:
            return error.details()
        return "begun"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(send, [world, second])) == ["bad-passkey", "begun"]
    assert world.states() == ["used"]


def test_a_consent_that_one_used_up_is_used_up_for_the_other(world, second, refused):
    authenticator = world.ready()
    world.agree(world.file())
    handle = world.handle()
    touches = [where.touch(authenticator, f"consent:{handle}") for where in (world, second)]
    begin(world, handle, touches[0])
    with refused("used"):
        begin(second, handle, touches[1])


def test_a_layer_is_removed_once_whichever_is_asked(world, second, refused):
    authenticator = world.ready()
    world.agree(world.file())
    begun = world.begin(authenticator)
    records = world.read(begun)
    second.remove(begun.disclosure_id, records)
    with refused("unknown-handle"):
        world.remove(begun.disclosure_id, records)


def test_handles_say_nothing_to_anybody_else(world, start_verifier, refused):
    """They are sealed: another key reads none, an altered one is none, and each listing has others."""
    world.agree(world.file())
    first, again = world.handle(), world.handle()
    assert first != again
    elsewhere = start_verifier(data_key=type(world.verifier._settings.data_key)("03" * 32))
    for wrong, where in (
        (first, elsewhere),
        (first[:-2] + "00", world),
        ("", world),
        ("zz", world),
        ("00" * 100, world),
    ):
        with refused("unknown-handle"):
            where.passkeys.BeginAssertion(
                wire.BeginAssertionRequest(id_token=where.token(), purpose=f"consent:{wrong}")
            )


def test_what_is_remembered_is_sealed_and_its_rows_carry_a_day(world):
    authenticator = world.ready()
    reporter = world.file()
    world.agree(reporter)
    world.begin(authenticator)
    handle = world.handle()
    world.touch(authenticator, "passkey")
    rows = world.sql("SELECT tag, owner_tag, until, sealed FROM short_lived")
    assert rows
    assert {type(until) for _, _, until, _ in rows} == {date}
    persons = {bytes(tag) for (tag,) in world.sql("SELECT person_tag FROM passkeys")}
    assert all(bytes(owner) not in persons for _, owner, _, _ in rows), "rows do not join those of other tables"
    content = b"".join(bytes(part) for row in rows for part in (row[0], row[1], row[3]))
    for secret in (reporter.ref, b"referent-1", handle.encode(), bytes.fromhex(handle)):
        assert secret not in content


def test_rows_of_yesterday_are_swept(world):
    world.touch(world.ready(), "passkey")
    world.verifier.letters.tidy()
    assert world.sql("SELECT count(*) FROM short_lived") == [(1,)], "what may still count stays"
    world.wait(days=1)
    world.verifier.letters.tidy()
    assert world.sql("SELECT count(*) FROM short_lived") == [(0,)]


def test_a_person_cannot_fill_the_table(world, monkeypatch):
    monkeypatch.setattr("identity_vault.usecases.shortlived._MOST", 5)
    authenticator = world.ready()
    for _ in range(12):
        assertion = world.touch(authenticator, "passkey")
    assert world.sql("SELECT count(*) FROM short_lived")[0][0] <= 6
    world.register(Authenticator(), assertion=assertion)


def test_letters_that_two_verifiers_read_at_once_are_applied_once_each(world, second):
    """A registration and a consent come together: whoever takes which, they find each other."""
    for _ in range(3):
        reporters = []
        worker, world.letters = world.letters, lambda: None
        for _ in range(4):
            reporter = world.file()
            world.send(reporter, reporter.consent(world.clock.now()))
            reporters.append(reporter)
        world.letters = worker
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda where: where.letters(), [world, second]))
        assert all(len(world.view(reporter).entries) == 1 for reporter in reporters)
    assert world.sql("SELECT count(*) FROM waiting_statements") == [(0,)]


def test_the_discloser_waits_for_a_verifier_that_starts_again_once_a_consent_is_used_up(
    world, start_verifier, certificates, monkeypatch
):
    monkeypatch.setattr("identity_vault.gateways.verifier._DEADLINE", 50.0)  # a busy machine
    authenticator = world.ready()
    world.agree(world.file())
    handle = world.handle()
    assertion = world.touch(authenticator, f"consent:{handle}")
    begun = begin(world, handle, assertion)
    records = world.read(begun)
    port = free_port()
    remote = RemoteVerifier(f"127.0.0.1:{port}", certificates.issue(DISCLOSER))
    with pytest.raises(VerifierAway):
        remote.begin(world.token(), handle, assertion)  # nothing is used up yet: told at once
    with ThreadPoolExecutor(1) as pool:
        removed = pool.submit(remote.remove_layer, begun.disclosure_id, records)
        start_verifier(verifier_port=port)
        assert removed.result().agreement.state == "used"
    remote.close()


class TestProcesses:
    """Two real ones."""

    @pytest.fixture
    def clock(self) -> SystemClock:
        return SystemClock()

    @pytest.fixture
    def told(self, verifier_settings, tmp_path):
        folder = tmp_path / "verifier-secrets"
        folder.mkdir()
        for name in SECRETS:
            (folder / f"identity_vault_{name}").write_text(getattr(verifier_settings, name).get_secret_value())
        plain = {name: str(getattr(verifier_settings, name)) for name in PLAIN}
        for name in ("certificate", "key", "authority"):
            plain[f"tls__{name}"] = str(getattr(verifier_settings.tls, name))
        plain |= {"letters_seconds": "0.2", "consent_delay_seconds": "0", "passkey_delay_seconds": "0"}
        return {f"IDENTITY_VAULT_{name.upper()}": value for name, value in plain.items()} | {
            "PARAVENT_SECRETS": str(folder)
        }

    @pytest.fixture
    def run(self, told, tmp_path):
        """A verifier process of its own port; and how to reach it."""
        running = []

        def start(name: str) -> tuple[subprocess.Popen[bytes], str]:
            state, port = tmp_path / name, free_port()
            own = {"IDENTITY_VAULT_VERIFIER_PORT": str(port), "IDENTITY_VAULT_STATE_DIR": str(state)}
            command = [sys.executable, "-m", "identity_vault", "verifier"]
            running.append(subprocess.Popen(command, env=os.environ | told | own, stdout=subprocess.DEVNULL))
            eventually((state / "verifier.alive").exists, within=120)
            return running[-1], f"127.0.0.1:{port}"

        yield start
        for process in running:
            process.kill()
            process.wait()

    def test_a_disclosure_goes_from_one_process_to_another_and_outlives_the_first(self, world, run, channels):
        first, address = run("one")
        _, other = run("two")
        world.letters = lambda: None  # the processes do it

        def reach(where: str) -> None:
            world.disclosure = DisclosureServiceStub(channels(where, DISCLOSER))
            world.passkeys = PasskeyServiceStub(channels(where, DISCLOSER))

        reach(address)
        authenticator = Authenticator()
        world.register(authenticator)
        reporter = world.file()
        world.send(reporter, reporter.consent(world.clock.now()))
        eventually(lambda: world.states() == ["effective"], within=120)
        handle = world.handle()
        assertion = world.touch(authenticator, f"consent:{handle}")
        first.terminate()
        assert first.wait(120) == 0
        reach(other)
        begun = begin(world, handle, assertion)
        assert world.remove(begun.disclosure_id, world.read(begun)).consent.state == "used"
        reporter = world.file()
        world.send(reporter, reporter.consent(world.clock.now()))
        eventually(lambda: len(world.states()) == 2, within=120)
