"""OpenBao: each process that logs in does the one or two things that it is there for, and is refused the rest."""

import secrets

import hvac
import pytest
import requests

from local_platform import openbao_bootstrap as bootstrap
from tests.support import stores

_VAULT = ("sealer", "verifier", "discloser", "eraser")
PROCESSES = {f"identity-vault-{role}": f"identity-vault.{role}" for role in _VAULT}
PROCESSES |= {"casework-opener": "casework.opener", "casework-web": "casework.web"}
# Runs once a year: its secret id is drawn then, and no process of the demo has one.
SWEEP = "identity-vault-sweep"
PLAIN = "cGFyYXZlbnQ="
KEY = "casework-transit/{}/case-keys"

# What is tried: name -> method, path, body. RECORD stands for a record that exists, ACCESSOR for a read of it that
# waits to be let through.
ACTS: dict[str, tuple[str, str, dict]] = {
    "create a record": ("POST", "identities/data/NEW", {"data": {"record": PLAIN}, "options": {"cas": 0}}),
    "read a record": ("GET", "identities/data/RECORD", {}),
    "read an old version": ("GET", "identities/data/RECORD?version=1", {}),
    "change a record": ("POST", "identities/data/RECORD", {"data": {"record": PLAIN}, "options": {"cas": 1}}),
    "put over a record": ("PUT", "identities/data/RECORD", {"data": {"record": PLAIN}, "options": {"cas": 0}}),
    "patch a record": ("PATCH", "identities/data/RECORD", {"data": {"record": PLAIN}, "options": {"cas": 1}}),
    "delete a record": ("DELETE", "identities/data/RECORD", {}),
    "delete a version": ("POST", "identities/delete/RECORD", {"versions": [1]}),
    "bring a version back": ("POST", "identities/undelete/RECORD", {"versions": [1]}),
    "destroy a version": ("PUT", "identities/destroy/RECORD", {"versions": [1]}),
    "list records": ("LIST", "identities/metadata", {}),
    "list records under data": ("LIST", "identities/data", {}),
    "see when a record was made": ("GET", "identities/metadata/RECORD", {}),
    "change a record's metadata": ("POST", "identities/metadata/RECORD", {"max_versions": 9}),
    "erase a record": ("DELETE", "identities/metadata/RECORD", {}),
    "see a record's fields": ("GET", "identities/subkeys/RECORD", {}),
    "stage a copy": ("POST", "identities-stage/data/NEW", {"data": {"record": PLAIN}, "options": {"cas": 0}}),
    "read a copy": ("GET", "identities-stage/data/NEW", {}),
    "change a copy": ("POST", "identities-stage/data/NEW", {"data": {"record": PLAIN}, "options": {"cas": 1}}),
    "list copies": ("LIST", "identities-stage/metadata", {}),
    "see when a copy was made": ("GET", "identities-stage/metadata/NEW", {}),
    "change how copies are kept": ("POST", "identities-stage/config", {"cas_required": False}),
    "erase a copy": ("DELETE", "identities-stage/metadata/NEW", {}),
    "see how records are kept": ("GET", "identities/config", {}),
    "change how records are kept": ("POST", "identities/config", {"cas_required": False}),
    "wrap a case key": ("POST", KEY.format("encrypt"), {"plaintext": PLAIN}),
    "unwrap a case key": ("POST", KEY.format("decrypt"), {"ciphertext": "WRAPPED"}),
    "wrap anew": ("POST", KEY.format("rewrap"), {"ciphertext": "WRAPPED"}),
    "draw a data key": ("POST", "casework-transit/datakey/plaintext/case-keys", {}),
    "draw a wrapped key": ("POST", "casework-transit/datakey/wrapped/case-keys", {}),
    "hash": ("POST", KEY.format("hmac"), {"input": PLAIN}),
    "sign": ("POST", KEY.format("sign"), {"input": PLAIN}),
    "see the key": ("GET", KEY.format("keys"), {}),
    "list keys": ("LIST", "casework-transit/keys", {}),
    "make a key": ("POST", "casework-transit/keys/other", {}),
    "make a key by using it": ("POST", "casework-transit/encrypt/other", {"plaintext": PLAIN}),
    "import a key": ("POST", "casework-transit/keys/other/import", {"ciphertext": PLAIN}),
    "use another key": ("POST", "casework-transit/decrypt/other", {"ciphertext": "vault:v1:AAAA"}),
    "turn the key over": ("POST", "casework-transit/keys/case-keys/rotate", {}),
    "trim the key": ("POST", "casework-transit/keys/case-keys/trim", {"min_available_version": 1}),
    "let the key leave": ("POST", "casework-transit/keys/case-keys/config", {"exportable": True}),
    "let the key be deleted": ("POST", "casework-transit/keys/case-keys/config", {"deletion_allowed": True}),
    "delete the key": ("DELETE", KEY.format("keys"), {}),
    "delete the key softly": ("DELETE", "casework-transit/keys/case-keys/soft-delete", {}),
    "export the key": ("GET", "casework-transit/export/encryption-key/case-keys", {}),
    "back the key up": ("GET", "casework-transit/backup/case-keys", {}),
    "restore a key": ("POST", "casework-transit/restore/other", {"backup": PLAIN}),
    "let keys be made by using them": ("POST", "casework-transit/config/keys", {"disable_upsert": False}),
    "read the storage": ("GET", "sys/raw/core/mounts", {}),
    "copy the storage": ("GET", "sys/storage/raft/snapshot", {}),
    "see policies": ("LIST", "sys/policies/acl", {}),
    "read a policy": ("GET", "sys/policies/acl/identity-vault-sealer", {}),
    "change a policy": ("POST", "sys/policies/acl/casework-web", {"policy": 'path "*" { capabilities = ["sudo"] }'}),
    "see audit devices": ("GET", "sys/audit", {}),
    "end an audit device": ("DELETE", "sys/audit/file", {}),
    "hash as the audit does": ("POST", "sys/audit-hash/file", {"input": PLAIN}),
    "see mounts": ("GET", "sys/mounts", {}),
    "mount": ("POST", "sys/mounts/other", {"type": "kv"}),
    "unmount": ("DELETE", "sys/mounts/identities", {}),
    "move a mount": ("POST", "sys/remount", {"from": "identities", "to": "other"}),
    "see logins": ("GET", "sys/auth", {}),
    "add a login": ("POST", "sys/auth/userpass", {"type": "userpass"}),
    "seal the server": ("POST", "sys/seal", {}),
    "turn the server's key over": ("POST", "sys/rotate", {}),
    "see leases": ("LIST", "sys/leases/lookup/auth/approle/login", {}),
    "see what others may": ("POST", "sys/capabilities", {"token": "OTHER", "path": "identities/data/x"}),
    "see what one may": ("POST", "sys/capabilities-self", {"path": "identities/data/x"}),
    "see one's own token": ("GET", "auth/token/lookup-self", {}),
    "renew one's own token": ("POST", "auth/token/renew-self", {}),
    "see another token": ("POST", "auth/token/lookup", {"token": "OTHER"}),
    "see all tokens": ("LIST", "auth/token/accessors", {}),
    "make a token": ("POST", "auth/token/create", {"policies": ["identity-vault-sealer"]}),
    "make an orphan token": ("POST", "auth/token/create-orphan", {}),
    "see roles": ("LIST", "auth/approle/role", {}),
    "see a role's id": ("GET", "auth/approle/role/identity-vault-sealer/role-id", {}),
    "draw another's secret": ("POST", "auth/approle/role/identity-vault-sealer/secret-id", {}),
    "draw one's own secret": ("POST", "auth/approle/role/casework-web/secret-id", {}),
    "change a role": ("POST", "auth/approle/role/casework-web", {"token_policies": ["root"]}),
    "see what waits to be let through": ("POST", "sys/control-group/request", {"accessor": "ACCESSOR"}),
    "let a read through": ("POST", "sys/control-group/authorize", {"accessor": "ACCESSOR"}),
    "see who lets reads through": ("GET", "identity/group/name/consent-verifiers", {}),
    "become one who lets reads through": (
        "POST",
        "identity/group/name/consent-verifiers",
        {"member_entity_ids": ["ENTITY"]},
    ),
    "see an entity": ("GET", "identity/entity/name/identity-vault-discloser", {}),
    "change an entity": ("POST", "identity/entity/name/identity-vault-verifier", {"policies": ["root"]}),
    "log in as another": ("POST", "identity/entity-alias", {"name": "other", "canonical_id": "ENTITY"}),
    "make an entity": ("POST", "identity/entity", {"name": "other"}),
    "keep something aside": ("POST", "cubbyhole/other", {"value": PLAIN}),
    "wrap a value": ("POST", "sys/wrapping/wrap", {"value": PLAIN}),
    "trace requests": ("GET", "sys/pprof/goroutine", {}),
    "see counters": ("GET", "sys/internal/counters/tokens", {}),
    # Last, since nothing is granted afterwards.
    "end one's own token": ("POST", "auth/token/revoke-self", {}),
}
OF_ONE_S_OWN = {"see one's own token", "renew one's own token"}
GRANTED = {
    "identity-vault-sealer": {"create a record", "see what one may", *OF_ONE_S_OWN},
    "identity-vault-verifier": {"see what waits to be let through", "let a read through", *OF_ONE_S_OWN},
    # Its reads are held back: what is answered holds nothing of the record.
    "identity-vault-discloser": {
        "read a record",
        "read an old version",
        "read a copy",
        "end one's own token",
        *OF_ONE_S_OWN,
    },
    "identity-vault-eraser": {"destroy a version", "erase a record", "erase a copy", *OF_ONE_S_OWN},
    SWEEP: {
        *("create a record", "read a record", "read an old version", "erase a record", "see what one may"),
        *("stage a copy", "read a copy", "list copies", "erase a copy"),
        *OF_ONE_S_OWN,
    },
    "casework-opener": {"wrap a case key", "unwrap a case key", *OF_ONE_S_OWN},
    "casework-web": {"unwrap a case key", *OF_ONE_S_OWN},
}


def held_by(demo, role: str) -> bootstrap.Credentials:
    """What the process has in its folder of secrets; the sweep's are drawn for it."""
    if role == SWEEP:
        return bootstrap.credentials(stores.vault_client(demo), role)
    folder, prefix = demo.secrets(PROCESSES[role]), PROCESSES[role].split(".")[0].replace("-", "_")
    return bootstrap.Credentials(
        (folder / f"{prefix}_openbao_role_id").read_text(), (folder / f"{prefix}_openbao_secret_id").read_text()
    )


@pytest.fixture(scope="module")
def root(demo) -> hvac.Client:
    return stores.vault_client(demo)


@pytest.fixture(scope="module")
def known(demo, root, cases) -> dict[str, str]:
    """What stands for the words in capitals: a record of a real report, and what somebody else holds."""
    other = root.auth.token.create(policies=["default"], ttl="5m")["auth"]["client_token"]
    wrapped = root.write("casework-transit/encrypt/case-keys", plaintext=PLAIN)["data"]["ciphertext"]
    entity = root.read("identity/entity/name/identity-vault-discloser")["data"]["id"]
    yield {"RECORD": stores.record_paths(demo)[0], "OTHER": other, "WRAPPED": wrapped, "ENTITY": entity}
    root.auth.token.revoke(other)


@pytest.fixture
def accessor(demo, server, known) -> str:
    """Of a read that the discloser asked for, and that waits for its minute."""
    token = bootstrap.log_in(server, held_by(demo, "identity-vault-discloser"))
    held = hvac.Client(url=server, token=token).read(f"identities/data/{known['RECORD']}")
    return held["wrap_info"]["accessor"]


@pytest.fixture
def sacrificed(demo, server, root) -> str:
    """A record for those that may destroy some."""
    path = secrets.token_hex(32)
    token = bootstrap.log_in(server, held_by(demo, "identity-vault-sealer"))
    sealer = hvac.Client(url=server, token=token)
    sealer.secrets.kv.v2.create_or_update_secret(path, {"record": PLAIN}, cas=0, mount_point="identities")
    yield path
    root.delete(f"identities/metadata/{path}")


@pytest.fixture(scope="module")
def server(demo, root, known):
    """Every try must leave the server as it was; covers may come meanwhile."""
    before = {path: root.read(f"identities/metadata/{path}")["data"] for path in stores.record_paths(demo)}
    yield demo.state["openbao"]["url"]
    after = {path: root.read(f"identities/metadata/{path}")["data"] for path in before}
    assert after == before
    assert bootstrap.check(root) == []


def attempt(url: str, token: str, act: str, known: dict[str, str], *, held_back: bool = True) -> int:
    """The status that OpenBao answers with. A read that is answered holds nothing of its record (`held_back`)."""
    method, path, body = ACTS[act]
    for word, value in known.items():
        path = path.replace(word, value)
        body = {name: value if content == word else content for name, content in body.items()}
    headers = {"X-Vault-Token": token} if token else {}
    if method == "PATCH":
        headers["Content-Type"] = "application/merge-patch+json"
    answer = requests.request(method, f"{url}/v1/{path}", json=body or None, headers=headers, timeout=10)
    if act.startswith("read ") and answer.ok and held_back:
        assert answer.json()["data"] is None
        assert answer.json()["wrap_info"]["token"]
    return answer.status_code


@pytest.mark.parametrize("role", GRANTED)
def test_a_process_is_granted_what_it_is_there_for_and_refused_all_else(
    demo, server, root, known, role, accessor, sacrificed
):
    token = bootstrap.log_in(server, held_by(demo, role))
    new = f"boundary-{secrets.token_hex(8)}"
    words = known | {"NEW": new, "ACCESSOR": accessor}
    if role in ("identity-vault-eraser", SWEEP):
        words["RECORD"] = sacrificed
    found = {act: attempt(server, token, act, words, held_back=role != SWEEP) for act in ACTS}
    for mount in ("identities", "identities-stage"):
        root.delete(f"{mount}/metadata/{new}")

    assert {act for act, status in found.items() if status < 300} == GRANTED[role]
    assert {act: status for act, status in found.items() if act not in GRANTED[role] and status != 403} == {}


def test_without_a_token_nothing_is_granted(server, known, accessor):
    words = known | {"NEW": "boundary", "ACCESSOR": accessor}
    found = {act: attempt(server, "", act, words) for act in ACTS}

    assert {act: status for act, status in found.items() if status != 403} == {}


def test_the_credentials_of_two_processes_do_not_mix(demo, server):
    for role in GRANTED:
        for other in GRANTED:
            mixed = bootstrap.Credentials(held_by(demo, role).role_id, held_by(demo, other).secret_id)
            assert (bootstrap.log_in(server, mixed) is not None) == (role == other)


def test_a_process_without_a_role_has_neither_credentials_nor_token(demo, manifest, root):
    assert sorted(root.auth.approle.list_roles()["data"]["keys"]) == sorted(GRANTED)
    for spec in [*manifest.processes, *manifest.tasks]:
        names = [path.name for path in demo.secrets(spec.name).iterdir()]
        holds = any("openbao" in name or "token" in name for name in names)
        assert holds == (spec.name in PROCESSES.values()), spec.name


def test_no_process_is_given_a_token_in_its_environment(demo):
    for name in demo.processes:
        with open(f"/proc/{demo.pid(name)}/environ", "rb") as file:
            given = {entry.split(b"=")[0].decode() for entry in file.read().split(b"\0")}
        assert not {word for word in given if "TOKEN" in word or word.startswith(("VAULT_", "BAO_"))}, name
