"""Each forbidden thing is tried, with real credentials, and refused."""

import grpc
import hvac
import psycopg
import pytest

from local_platform import openbao_bootstrap
from paravent.identity_vault.v1.sealing_pb2 import GetKeySetRequest, LocateRequest, RetireTransportKeysRequest


@pytest.mark.parametrize("client", ["web.intake.paravent", "web.casework.paravent", "sealer.identity-vault.paravent"])
def test_a_process_that_is_not_on_the_list_can_call_nothing(settings, start, connect_as, new_writer, client, stored):
    stub = connect_as(start(settings).port, client)
    attempts = [lambda: stub.Seal(new_writer().record()), lambda: stub.GetKeySet(GetKeySetRequest())]
    attempts.append(lambda: stub.RetireTransportKeys(RetireTransportKeysRequest(before="2026-11-22")))
    for call in attempts:
        with pytest.raises(grpc.RpcError) as caught:
            call()
        assert caught.value.code() == grpc.StatusCode.PERMISSION_DENIED
    assert stored() == []


def test_the_opener_gets_the_key_set_and_nothing_else(settings, start, connect_as, new_writer, stored):
    stub = connect_as(start(settings).port, "opener.casework.paravent")
    assert stub.GetKeySet(GetKeySetRequest()).signed_key_set
    attempts = [lambda: stub.Seal(new_writer().record())]
    attempts.append(lambda: stub.RetireTransportKeys(RetireTransportKeysRequest(before="2026-11-22")))
    for call in attempts:
        with pytest.raises(grpc.RpcError) as caught:
            call()
        assert caught.value.code() == grpc.StatusCode.PERMISSION_DENIED
    assert stored() == []


@pytest.mark.parametrize(
    "client",
    [
        "sealpump.intake.paravent",
        "web.intake.paravent",
        "opener.casework.paravent",
        "discloser.identity-vault.paravent",
        "linker.identity-vault.paravent",
        "courier.identity-vault.paravent",
        "eraser.identity-vault.paravent",
    ],
)
def test_the_verifier_alone_may_ask_where_a_record_stands(vault_port, connect_locator, client):
    with pytest.raises(grpc.RpcError) as caught:
        connect_locator(vault_port, client).Locate(LocateRequest(locators=[bytes(32)]))
    assert caught.value.code() == grpc.StatusCode.PERMISSION_DENIED


@pytest.fixture
def token(root, bao) -> hvac.Client:
    """OpenBao as the sealer sees it."""
    held = openbao_bootstrap.credentials(root, "identity-vault-sealer")
    token = openbao_bootstrap.log_in(bao.url, held, namespace=root.adapter.namespace)
    return hvac.Client(url=bao.url, token=token, namespace=root.adapter.namespace)


FORBIDDEN = {
    "read": lambda kv: kv.read_secret_version("a", mount_point="identities", raise_on_deleted_version=True),
    "read metadata": lambda kv: kv.read_secret_metadata("a", mount_point="identities"),
    "list": lambda kv: kv.list_secrets("", mount_point="identities"),
    "overwrite": lambda kv: kv.create_or_update_secret("a", {"record": "other"}, mount_point="identities"),
    "overwrite with the version": lambda kv: kv.create_or_update_secret(
        "a", {"record": "other"}, cas=1, mount_point="identities"
    ),
    "patch": lambda kv: kv._adapter.request(
        "patch",
        "/v1/identities/data/a",
        json={"data": {"record": "other"}},
        headers={"Content-Type": "application/merge-patch+json"},
    ),
    "delete": lambda kv: kv.delete_latest_version_of_secret("a", mount_point="identities"),
    "destroy": lambda kv: kv.destroy_secret_versions("a", [1], mount_point="identities"),
    "forget": lambda kv: kv.delete_metadata_and_all_versions("a", mount_point="identities"),
    "configure": lambda kv: kv.configure(max_versions=5, mount_point="identities"),
}


@pytest.mark.parametrize("operation", FORBIDDEN)
def test_the_sealers_token_cannot(operation, token, root):
    token.secrets.kv.v2.create_or_update_secret("a", {"record": "first"}, cas=0, mount_point="identities")
    with pytest.raises(hvac.exceptions.Forbidden):
        FORBIDDEN[operation](token.secrets.kv.v2)
    kept = root.secrets.kv.v2.read_secret_version("a", mount_point="identities", raise_on_deleted_version=True)
    assert kept["data"]["data"] == {"record": "first"}


def test_the_sealers_token_opens_nothing_else(token):
    for path in ("sys/policies/acl/identity-vault-sealer", "casework-transit/keys/case-keys", "auth/approle/role"):
        with pytest.raises(hvac.exceptions.Forbidden):
            token.read(path)


def test_the_sealers_database_role_counts_and_can_neither_read_nor_change_what_it_left(database):
    with psycopg.connect(database.app_url, autocommit=True) as app:
        app.execute("INSERT INTO seal_counts VALUES ('2026-11-22', 1)")
        app.execute("UPDATE seal_counts SET count = count + 1")
        forbidden = ["DELETE FROM seal_counts", "UPDATE seal_counts SET day = '2026-11-23'", "CREATE TABLE t ()"]
        forbidden += ["UPDATE record_keys SET key = key", "DELETE FROM record_keys"]
        for box in ("verifier_letters", "linker_letters", "courier_letters"):
            forbidden += [f"SELECT id FROM {box}", f"UPDATE {box} SET frame = frame", f"DELETE FROM {box}"]
        for statement in forbidden:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                app.execute(statement)
