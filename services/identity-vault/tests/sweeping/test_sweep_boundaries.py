"""What the sweep's own credentials may not do, tried with them."""

import hvac
import psycopg
import pytest

from identity_vault.domain.record import path_of
from local_platform import openbao_bootstrap
from paravent.identity_vault.v1.record_pb2 import Identity
from tests.support import sweeps


@pytest.fixture
def token(root, bao) -> hvac.Client:
    """OpenBao as the sweep sees it."""
    held = openbao_bootstrap.credentials(root, "identity-vault-sweep")
    token = openbao_bootstrap.log_in(bao.url, held, namespace=root.adapter.namespace)
    return hvac.Client(url=bao.url, token=token, namespace=root.adapter.namespace)


CHANGED = {"record": "changed"}
FORBIDDEN = {
    "list records": lambda kv: kv.list_secrets("", mount_point="identities"),
    "see when a record was made": lambda kv: kv.read_secret_metadata("a", mount_point="identities"),
    "see when a copy was made": lambda kv: kv.read_secret_metadata("a", mount_point="identities-stage"),
    "overwrite a record": lambda kv: kv.create_or_update_secret("a", CHANGED, cas=1, mount_point="identities"),
    "overwrite a copy": lambda kv: kv.create_or_update_secret("a", CHANGED, cas=1, mount_point="identities-stage"),
    "delete a version": lambda kv: kv.delete_latest_version_of_secret("a", mount_point="identities"),
    "destroy a version": lambda kv: kv.destroy_secret_versions("a", [1], mount_point="identities"),
    "configure the records": lambda kv: kv.configure(max_versions=5, mount_point="identities"),
    "configure the stage": lambda kv: kv.configure(max_versions=5, mount_point="identities-stage"),
}


def test_the_sweeps_token_can_change_nothing_in_its_place_and_list_no_records(token, root):
    for mount in sweeps.MOUNTS:
        token.secrets.kv.v2.create_or_update_secret("a", {"record": "first"}, cas=0, mount_point=mount)
    for attempt in FORBIDDEN.values():
        with pytest.raises(hvac.exceptions.Forbidden):
            attempt(token.secrets.kv.v2)
    assert sweeps.places(root, "a") == {mount: {"record": "first"} for mount in sweeps.MOUNTS}


def test_the_sweeps_token_opens_nothing_else(token):
    for path in ("sys/policies/acl/identity-vault-sweep", "casework-transit/keys/case-keys", "auth/approle/role"):
        with pytest.raises(hvac.exceptions.Forbidden):
            token.read(path)


def test_the_sweeps_token_lets_no_read_through(root, bao, token, filed):
    (path,) = filed(1)
    held = openbao_bootstrap.credentials(root, "identity-vault-discloser")
    of_discloser = openbao_bootstrap.log_in(bao.url, held, namespace=root.adapter.namespace)
    discloser = hvac.Client(url=bao.url, token=of_discloser, namespace=root.adapter.namespace)
    accessor = discloser.read(f"identities/data/{path}")["wrap_info"]["accessor"]
    for step in ("authorize", "request"):
        with pytest.raises(hvac.exceptions.Forbidden):
            token.write(f"sys/control-group/{step}", accessor=accessor)


def test_what_a_sweep_that_is_taken_over_reads_holds_no_part_of_an_identity_and_no_key_is_in_its_reach(
    token, database, vault, new_writer, settings
):
    writer = new_writer()
    vault.Seal(writer.record(Identity(given_name="Jeanne", family_name="Marin")))
    path = path_of(writer.locator, settings.path_key_bytes())
    body = token.secrets.kv.v2.read_secret_version(path, mount_point="identities", raise_on_deleted_version=True)
    assert set(body["data"]["data"]) == {"version", "record"}
    assert not any(known in str(body) for known in ("Jeanne", "Marin", writer.ref.hex(), writer.locator.hex()))
    with psycopg.connect(database.owner_url) as owner:
        (key,) = owner.execute("SELECT key FROM record_keys WHERE path = %s", (path,)).fetchone()
    assert bytes(key).hex() not in str(body)


FORBIDDEN_SQL = (
    "SELECT key FROM record_keys",
    "SELECT * FROM record_keys",
    "UPDATE record_keys SET path = path",
    "UPDATE record_keys SET key = key",
    "DELETE FROM record_keys",
    "INSERT INTO record_keys VALUES ('', '')",
    "SELECT * FROM registrations",
    "SELECT * FROM erasures",
    "SELECT * FROM journal",
    "SELECT * FROM seal_counts",
    "DELETE FROM sweeps",
    "UPDATE sweeps SET begun_on = begun_on",
    "CLUSTER record_keys USING record_keys_pkey",
    "CREATE TABLE t ()",
)


def test_the_sweeps_database_role_sees_paths_and_no_keys(database):
    with psycopg.connect(database.process_urls["sweep"], autocommit=True) as sweep:
        for statement in FORBIDDEN_SQL:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                sweep.execute(statement)


FUNCTIONS = ("date_rows_alike", "put_rows_in_order")


def test_no_other_role_moves_rows(database):
    others = {name: url for name, url in database.process_urls.items() if name != "sweep"}
    for url in (database.app_url, *others.values()):
        with psycopg.connect(url, autocommit=True) as other:
            for function in FUNCTIONS:
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    other.execute(f"SELECT {function}('record_keys')")


def test_only_the_rows_that_came_with_frames_are_moved(database):
    with psycopg.connect(database.process_urls["sweep"], autocommit=True) as sweep:
        for function in FUNCTIONS:
            for table in ("journal", "record_keys; DROP TABLE journal", ""):
                with pytest.raises(psycopg.errors.RaiseException):
                    sweep.execute(f"SELECT {function}(%s)", (table,))


def test_a_secret_id_that_was_forgotten_ends_by_itself(root):
    role = root.auth.approle.read_role("identity-vault-sweep")["data"]
    assert 0 < role["secret_id_ttl"] <= 72 * 3600


def test_once_its_secret_id_is_destroyed_the_sweep_cannot_log_in(root, bao):
    held = openbao_bootstrap.credentials(root, "identity-vault-sweep")
    root.auth.approle.destroy_secret_id("identity-vault-sweep", held.secret_id)
    assert openbao_bootstrap.log_in(bao.url, held, namespace=root.adapter.namespace) is None
