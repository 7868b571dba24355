"""A record is stored once, whatever happens, and every record looks like every other."""

import base64
import secrets
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime

import grpc
import psycopg
import pytest
from pydantic import SecretStr

from chassis import keysets
from chassis.clock import FixedClock
from chassis.sealing import age, padding
from chassis.signing import public_half
from identity_vault.domain.record import InvalidRecord
from identity_vault.gateways.openbao import connect
from identity_vault.usecases.bodies import unlock
from paravent.identity_vault.v1.record_pb2 import DiscloserLayer, Identity, LinkerLetter, VerifierLayer, VerifierLetter
from paravent.identity_vault.v1.sealing_pb2 import (
    GetKeySetRequest,
    LocateRequest,
    RetireTransportKeysRequest,
    SealRequest,
)

VERIFIER = "verifier.identity-vault.paravent"


def refusal(call) -> tuple[grpc.StatusCode, str]:
    with pytest.raises(grpc.RpcError) as caught:
        call()
    return caught.value.code(), caught.value.details()


def test_a_record_is_stored_under_a_path_that_its_locator_does_not_tell(vault, new_writer, stored):
    writer = new_writer()
    vault.Seal(writer.record())
    (path,) = stored()
    assert len(path) == 64
    assert path != writer.locator.hex()


def test_the_same_record_twice_is_one_record(vault, new_writer, stored, root, sealed):
    request = new_writer().record()
    for _ in range(3):
        vault.Seal(request)
    (path,) = stored()
    metadata = root.secrets.kv.v2.read_secret_metadata(path, mount_point="identities")["data"]
    assert metadata["current_version"] == 1
    assert sealed.take() == 1


def test_a_record_sent_by_many_threads_at_once_is_one_record(vault, new_writer, stored, sealed, rows):
    request = new_writer().record()
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(vault.Seal, [request] * 16))
    assert len(stored()) == 1
    assert sealed.take() == 1
    assert rows() == dict.fromkeys(EMPTY, 1)


def test_each_process_finds_its_letter_and_opens_no_other(vault, new_writer, key_settings, database, rows):
    writer = new_writer()
    vault.Seal(writer.record())
    keys = {
        "verifier": key_settings.verifier_keys_dir,
        "linker": key_settings.linker_keys_dir,
        "courier": key_settings.courier_keys_dir,
    }
    opened = {}
    for reader in keys:
        with psycopg.connect(database.process_urls[reader]) as own:
            ((frame,),) = own.execute(f"SELECT frame FROM {reader}_letters").fetchall()
        for other, folder in keys.items():
            secret = (folder / "2026.key").read_text().strip()
            if other == reader:
                opened[reader] = padding.unpad(age.open_fixed(secret, bytes(frame)))
            else:
                with pytest.raises(age.CannotOpen):
                    age.open_fixed(secret, bytes(frame))
    assert VerifierLetter.FromString(opened["verifier"]).registration.ref == writer.ref
    assert LinkerLetter.FromString(opened["linker"]).registration.ref == writer.ref
    assert opened["courier"] == b""


def test_a_crash_before_the_record_is_created_is_mended_by_sending_again(
    settings, start, connect_as, new_writer, stored, rows, key_of
):
    """Key and letters are there, the record is not: OpenBao went away in between, or the sealer did."""
    request = new_writer().record()
    cut = connect_as(start(settings.model_copy(update={"openbao_address": "http://127.0.0.1:9"})).port)
    assert refusal(lambda: cut.Seal(request)) == (grpc.StatusCode.UNAVAILABLE, "store-away")
    assert (rows(), stored()) == (dict.fromkeys(EMPTY, 1), [])
    with psycopg.connect(settings.database_url.get_secret_value()) as app:
        ((drawn,),) = app.execute("SELECT key FROM record_keys").fetchall()
    connect_as(start(settings).port).Seal(request)
    assert rows() == dict.fromkeys(EMPTY, 1)
    (path,) = stored()
    assert key_of(path) == bytes(drawn)


def test_letters_that_were_worked_off_do_not_come_back_when_a_record_is_sent_again(vault, new_writer, database, rows):
    request = new_writer().record()
    vault.Seal(request)
    with psycopg.connect(database.process_urls["verifier"]) as verifier:
        verifier.execute("DELETE FROM verifier_letters")
    vault.Seal(request)
    assert rows() == dict.fromkeys(EMPTY, 1) | {"verifier_letters": 0}


def test_while_the_database_is_away_the_caller_is_told_to_come_back(settings, start, connect_as, new_writer, stored):
    away = settings.model_copy(update={"database_url": SecretStr("postgresql://nobody@127.0.0.1:9/none")})
    stub = connect_as(start(away).port)
    assert refusal(lambda: stub.Seal(new_writer().record())) == (grpc.StatusCode.UNAVAILABLE, "store-away")
    assert stored() == []


def test_an_anonymous_record_has_the_size_of_one_with_a_name(vault, new_writer, stored, root):
    named = Identity(given_name="Camille", family_name="Exemple", phone="0600000000", email="camille@example.org")
    requests = [new_writer().record(), new_writer().record(named)]
    assert {len(request.record) for request in requests} == {10_240}
    for request in requests:
        vault.Seal(request)
    bodies = [
        root.secrets.kv.v2.read_secret_version(path, mount_point="identities", raise_on_deleted_version=True)
        for path in stored()
    ]
    assert len({len(body["data"]["data"]["record"]) for body in bodies}) == 1


def body_of(root, path: str) -> bytes:
    answer = root.secrets.kv.v2.read_secret_version(path, mount_point="identities", raise_on_deleted_version=True)
    assert answer["data"]["data"]["version"] == 2
    return base64.b64decode(answer["data"]["data"]["record"])


def test_what_openbao_holds_opens_only_under_the_record_s_own_key(
    vault, new_writer, stored, root, key_of, key_settings
):
    for _ in range(2):
        vault.Seal(new_writer().record(Identity(given_name="Camille")))
    one, other = stored()
    body = body_of(root, one)
    for path, key in ((one, key_of(other)), (other, key_of(one)), (one, bytes(32))):
        with pytest.raises(InvalidRecord):
            unlock(path, key, body)
    verifier = (key_settings.verifier_keys_dir / "2026.key").read_text().strip()
    with pytest.raises(age.CannotOpen):
        age.open_fixed(verifier, body)
    assert VerifierLayer.FromString(age.open_fixed(verifier, unlock(one, key_of(one), body))).inner


def test_what_is_stored_opens_for_nobody_alone(vault, new_writer, stored, root, key_settings, key_of):
    writer = new_writer()
    vault.Seal(writer.record(Identity(given_name="Camille")))
    (path,) = stored()
    body = unlock(path, key_of(path), body_of(root, path))
    transport, verifier, discloser = (
        next(folder.glob("2026*.key")).read_text().strip()
        for folder in (key_settings.transport_keys_dir, key_settings.verifier_keys_dir, key_settings.discloser_keys_dir)
    )
    for alone in (transport, discloser):
        with pytest.raises(age.CannotOpen):
            age.open_fixed(alone, body)
    middle = VerifierLayer.FromString(age.open_fixed(verifier, body))
    for other in (transport, verifier):
        with pytest.raises(age.CannotOpen):
            age.open_fixed(other, middle.inner)
    inner = DiscloserLayer.FromString(age.open_fixed(discloser, middle.inner))
    assert (inner.ref, inner.identity.given_name) == (writer.ref, "Camille")


EMPTY = dict.fromkeys(("record_keys", "verifier_letters", "linker_letters", "courier_letters"), 0)


@pytest.fixture
def rows(database):
    """How many rows stand in each table that a Seal writes to."""

    def count() -> dict[str, int]:
        with psycopg.connect(database.owner_url) as owner:
            return {table: owner.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in EMPTY}

    return count


@pytest.fixture
def key_of(database):
    """The key of a record, as the verifier reads it."""

    def read(path: str) -> bytes:
        with psycopg.connect(database.process_urls["verifier"]) as verifier:
            return bytes(verifier.execute("SELECT key FROM record_keys WHERE path = %s", [path]).fetchone()[0])

    return read


INVALID = (grpc.StatusCode.INVALID_ARGUMENT, "invalid-record")


@pytest.mark.parametrize("size", [0, 1, 5120, 10_239, 10_241, 100_000])
def test_a_frame_of_another_size_is_refused(vault, new_writer, stored, size):
    request = SealRequest(record=secrets.token_bytes(size), key_period=new_writer().record().key_period)
    assert refusal(lambda: vault.Seal(request)) == INVALID
    assert stored() == []


def test_a_frame_that_does_not_open_is_refused(vault, new_writer):
    request = new_writer().record()
    altered = bytearray(request.record)
    altered[1000] ^= 1
    for frame in (bytes(altered), secrets.token_bytes(10_240), bytes(10_240), b"\xff" * 10_240):
        assert refusal(lambda f=frame: vault.Seal(SealRequest(record=f, key_period=request.key_period))) == INVALID


@pytest.mark.parametrize(
    "wrong",
    [
        {"locator": b"short"},
        {"locator": b""},
        {"sealed_record": bytes(4095)},
        {"to_verifier": bytes(2687)},
        {"to_linker": b""},
        {"to_courier": bytes(1153)},
        {"version": 2},
    ],
)
def test_a_layer_with_a_wrong_part_is_refused(vault, new_writer, stored, wrong, rows):
    assert refusal(lambda: vault.Seal(new_writer().record(**wrong))) == INVALID
    assert stored() == []
    assert rows() == EMPTY


def test_a_frame_that_holds_something_else_is_refused(vault, new_writer):
    writer = new_writer()
    frame = age.seal_fixed(writer.transport(), secrets.token_bytes(300), 10_240)
    assert refusal(lambda: vault.Seal(SealRequest(record=frame, key_period="2026-11-22"))) == INVALID


@pytest.mark.parametrize("period", ["", "2026-11", "../verifier/2026", "20261122", "2026-11-22\n", "hier"])
def test_a_period_that_is_no_day_is_refused(vault, new_writer, period):
    request = new_writer().record()
    request.key_period = period
    assert refusal(lambda: vault.Seal(request)) == INVALID


def test_a_day_without_a_key_is_told_apart(vault, new_writer):
    request = new_writer().record()
    request.key_period = "2020-01-01"
    assert refusal(lambda: vault.Seal(request)) == (grpc.StatusCode.FAILED_PRECONDITION, "unknown-period")


def retire(vault, before: str) -> None:
    vault.RetireTransportKeys(RetireTransportKeysRequest(before=before))


def test_transport_keys_that_nothing_waits_for_are_destroyed(settings, start, connect_as, new_writer, key_settings):
    """It is the 25th, nothing older than the 24th waits: the keys of the 22nd and 23rd go."""
    clock = FixedClock(datetime(2026, 11, 25, 9, tzinfo=UTC))
    vault = connect_as(start(settings, clock).port)
    request = new_writer().record()
    vault.Seal(request)
    retire(vault, "2026-11-24")
    left = sorted(path.name for path in key_settings.transport_keys_dir.glob("*.key"))
    assert left == ["2026-11-24.key", "2026-11-25.key"]
    assert refusal(lambda: vault.Seal(request)) == (grpc.StatusCode.FAILED_PRECONDITION, "key-retired")
    retire(vault, "2026-11-24")


@pytest.mark.parametrize(
    ("today", "before", "left"),
    [(22, "2099-01-01", 4), (23, "2026-11-23", 4), (24, "2026-11-24", 3), (24, "2026-11-22", 4), (28, "2026-11-23", 3)],
)
def test_no_transport_key_is_destroyed_before_its_time(settings, start, connect_as, key_settings, today, before, left):
    """Neither one that something may wait for, nor one that is not two days old, whatever the pump says."""
    vault = connect_as(start(settings, FixedClock(datetime(2026, 11, today, 9, tzinfo=UTC))).port)
    retire(vault, before)
    assert len(list(key_settings.transport_keys_dir.glob("*.key"))) == left


@pytest.mark.parametrize("before", ["", "hier", "2026-11", "20261122"])
def test_a_day_that_is_none_destroys_nothing(vault, key_settings, before):
    assert refusal(lambda: retire(vault, before)) == INVALID
    assert len(list(key_settings.transport_keys_dir.glob("*.key"))) == 4


def test_the_verifier_learns_where_a_record_stands_from_its_locator(
    vault_port, connect_locator, new_writer, vault, stored
):
    writer = new_writer()
    vault.Seal(writer.record())
    locating = connect_locator(vault_port, VERIFIER)
    paths = locating.Locate(LocateRequest(locators=[secrets.token_bytes(32), writer.locator])).paths
    assert paths[1:] == stored()
    assert paths[0] != paths[1]


@pytest.mark.parametrize("locators", [[b""], [bytes(31)], [bytes(32)] * 9])
def test_locators_of_another_form_or_too_many_are_refused(vault_port, connect_locator, locators):
    locating = connect_locator(vault_port, VERIFIER)
    assert refusal(lambda: locating.Locate(LocateRequest(locators=locators))) == INVALID


def test_a_key_file_that_others_may_read_is_not_used(vault, new_writer, key_settings):
    (key_settings.transport_keys_dir / "2026-11-22.key").chmod(0o644)
    assert refusal(lambda: vault.Seal(new_writer().record()))[0] == grpc.StatusCode.FAILED_PRECONDITION


def test_nothing_is_logged_about_a_record(vault, new_writer, capfd):
    vault.Seal(new_writer().record())
    refusal(lambda: vault.Seal(SealRequest(record=b"x", key_period="2026-11-22")))
    assert capfd.readouterr().out == ""


def test_the_key_set_is_the_signed_one(vault):
    answer = vault.GetKeySet(GetKeySetRequest())
    keys = keysets.verify(
        answer.signed_key_set, public_half(bytes(range(32))), issuer="identity-vault", today=date(2026, 11, 23)
    )
    assert len(keys.keys) == 4 + 4


def test_without_a_key_set_the_sealer_says_that_it_is_not_ready(vault, key_settings):
    key_settings.key_set.unlink()
    assert refusal(lambda: vault.GetKeySet(GetKeySetRequest())) == (grpc.StatusCode.UNAVAILABLE, "not-ready")


def test_while_openbao_is_away_the_caller_is_told_to_come_back(settings, start, connect_as, new_writer):
    away = settings.model_copy(update={"openbao_address": "http://127.0.0.1:9"})
    stub = connect_as(start(away).port)
    assert refusal(lambda: stub.Seal(new_writer().record())) == (grpc.StatusCode.UNAVAILABLE, "store-away")


def test_a_token_that_is_revoked_is_replaced(vault, new_writer, stored, root):
    request = new_writer().record()
    vault.Seal(request)
    revoke_all_tokens(root)
    vault.Seal(request)
    vault.Seal(new_writer().record())
    assert len(stored()) == 2


def revoke_all_tokens(root) -> None:
    root.sys.revoke_prefix("auth/approle/login")


def test_a_sealer_whose_rights_were_taken_away_says_so_and_stores_nothing(vault, new_writer, stored, root, capsys):
    vault.Seal(new_writer().record())
    root.sys.create_or_update_policy(
        "identity-vault-sealer", 'path "sys/capabilities-self" { capabilities = ["update"] }'
    )
    assert refusal(lambda: vault.Seal(new_writer().record())) == (grpc.StatusCode.UNAVAILABLE, "store-away")
    assert '"records.denied"' in capsys.readouterr().out
    assert len(stored()) == 1


def test_a_sealer_whose_credentials_were_taken_away_says_so(vault, new_writer, root):
    vault.Seal(new_writer().record())
    root.auth.approle.delete_role("identity-vault-sealer")
    revoke_all_tokens(root)
    assert refusal(lambda: vault.Seal(new_writer().record())) == (grpc.StatusCode.UNAVAILABLE, "store-away")


def test_a_short_lived_token_is_renewed_before_it_ends(settings, new_writer, root, stored):
    root.auth.approle.create_or_update_approle("identity-vault-sealer", token_ttl=120, token_max_ttl=600)
    records = connect(settings)
    session = records._session
    first = session.client().token
    session._renew_at = float("-inf")
    assert session.client().token == first
    session._renew_at = session._ends_at = float("-inf")
    assert session.client().token != first


def test_threads_share_one_login(settings, root):
    records = connect(settings)
    tokens = []
    threads = [threading.Thread(target=lambda: tokens.append(records._session.client().token)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(tokens) == 8
    assert len(set(tokens)) == 1
