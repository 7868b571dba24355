"""The bootstrap of OpenBao: repeatable, and blind to no drift."""

import secrets
from collections.abc import Callable

import hvac
import pytest

from local_platform import openbao_bootstrap as bootstrap
from local_platform.addresses import OpenBaoAddress


@pytest.fixture
def root(bao: OpenBaoAddress) -> hvac.Client:
    """A root client of a namespace of its own."""
    name = f"test-{secrets.token_hex(4)}"
    client = hvac.Client(url=bao.url, token=bao.root_token)
    client.write(f"sys/namespaces/{name}")
    return hvac.Client(url=bao.url, token=bao.root_token, namespace=name)


@pytest.fixture
def ready(root: hvac.Client) -> hvac.Client:
    bootstrap.apply(root)
    return root


def test_an_empty_server_differs(root):
    assert {"mount identities is missing", "no approle login"} <= set(bootstrap.check(root))


def test_applied_once_or_twice_nothing_differs(ready):
    key = ready.secrets.transit.read_key("case-keys", mount_point="casework-transit")
    bootstrap.apply(ready)
    assert bootstrap.check(ready) == []
    assert ready.secrets.transit.read_key("case-keys", mount_point="casework-transit")["data"] == key["data"]


def entity_of(root: hvac.Client, name: str) -> str:
    return root.read(f"identity/entity/name/{name}")["data"]["id"]


DRIFTS: dict[str, Callable[[hvac.Client], object]] = {
    "policy identity-vault-sealer has other rules": lambda root: root.sys.create_or_update_policy(
        "identity-vault-sealer", 'path "identities/*" { capabilities = ["read"] }'
    ),
    "policy backdoor is not ours": lambda root: root.sys.create_or_update_policy(
        "backdoor", 'path "*" { capabilities = ["sudo"] }'
    ),
    "approle casework-web is set otherwise": lambda root: root.auth.approle.create_or_update_approle(
        "casework-web", token_policies=["casework-opener"]
    ),
    "approle backdoor is not ours": lambda root: root.auth.approle.create_or_update_approle("backdoor"),
    "mount casework-transit makes keys by itself": lambda root: root.write(
        "casework-transit/config/keys", disable_upsert=False
    ),
    "mount identities has another configuration": lambda root: root.secrets.kv.v2.configure(
        max_versions=10, mount_point="identities"
    ),
    "mount identities-stage has another configuration": lambda root: root.secrets.kv.v2.configure(
        cas_required=False, max_versions=1, mount_point="identities-stage"
    ),
    "approle identity-vault-sweep is set otherwise": lambda root: root.auth.approle.create_or_update_approle(
        "identity-vault-sweep", token_policies=["identity-vault-sweep"], secret_id_ttl="8760h"
    ),
    "policy identity-vault-sweep has other rules": lambda root: root.sys.create_or_update_policy(
        "identity-vault-sweep", 'path "identities/metadata/*" { capabilities = ["list", "delete"] }'
    ),
    "entity identity-vault-discloser is set otherwise": lambda root: root.write(
        "identity/entity/name/identity-vault-discloser", policies=["identity-vault-verifier"]
    ),
    "entity backdoor is not ours": lambda root: root.write("identity/entity", name="backdoor"),
    "entity identity-vault-eraser is missing": lambda root: root.delete("identity/entity/name/identity-vault-eraser"),
    "group consent-verifiers is set otherwise": lambda root: root.write(
        "identity/group/name/consent-verifiers", member_entity_ids=[entity_of(root, "identity-vault-discloser")]
    ),
    "group backdoor is not ours": lambda root: root.write("identity/group", name="backdoor"),
    "group consent-verifiers is missing": lambda root: root.delete("identity/group/name/consent-verifiers"),
    "anybody can lock a process out": lambda root: root.write_data(
        "sys/auth/approle/tune", data={"user_lockout_config": {"lockout_disable": False}}
    ),
    "login userpass is not ours": lambda root: root.sys.enable_auth_method("userpass"),
    "mount copies is not ours": lambda root: root.sys.enable_secrets_engine("kv", path="copies"),
}


@pytest.mark.parametrize("fault", DRIFTS)
def test_a_drift_is_told_and_a_new_run_mends_what_is_ours(ready, fault):
    DRIFTS[fault](ready)
    assert bootstrap.check(ready) == [fault]
    bootstrap.apply(ready)
    assert [left for left in bootstrap.check(ready) if "not ours" not in left] == []


def test_an_entity_that_a_login_made_before_is_given_its_name(root, bao):
    root.sys.enable_auth_method("approle")
    root.auth.approle.create_or_update_approle("identity-vault-sealer", token_policies=["default"])
    held = bootstrap.credentials(root, "identity-vault-sealer")
    hvac.Client(url=bao.url, namespace=root.adapter.namespace).auth.approle.login(held.role_id, held.secret_id)
    (made,) = root.list("identity/entity/name")["data"]["keys"]
    before = entity_of(root, made)
    bootstrap.apply(root)
    assert bootstrap.check(root) == []
    assert entity_of(root, "identity-vault-sealer") == before


def test_audit_devices_are_seen_from_the_root_namespace(bao, monkeypatch):
    root = hvac.Client(url=bao.url, token=bao.root_token)
    assert [fault for fault in bootstrap.check(root) if "audit" in fault] == []
    monkeypatch.setattr(bootstrap, "AUDIT_DEVICES", {"first", "third"})
    found = [fault for fault in bootstrap.check(root) if "audit" in fault]
    assert found == ["audit device third is missing", "audit device second is not ours"]


def test_the_command_tells_what_differs(root, bao, monkeypatch, capsys):
    monkeypatch.setenv("BAO_ADDR", bao.url)
    monkeypatch.setenv("BAO_TOKEN", bao.root_token)
    monkeypatch.setenv("BAO_NAMESPACE", root.adapter.namespace)
    assert bootstrap.main(["check"]) == 1
    assert "no approle login" in capsys.readouterr().out
    assert bootstrap.main(["apply"]) == bootstrap.main(["check"]) == 0
    assert capsys.readouterr().out == ""
    assert bootstrap.main([]) == 2


def test_credentials_log_in_with_the_one_policy_of_their_role(ready, bao):
    held = bootstrap.credentials(ready, "casework-web")
    token = bootstrap.log_in(bao.url, held, namespace=ready.adapter.namespace)
    client = hvac.Client(url=bao.url, token=token, namespace=ready.adapter.namespace)
    assert client.auth.token.lookup_self()["data"]["policies"] == ["casework-web"]
    assert held.secret_id not in repr(held)


def test_wrong_credentials_do_not_log_in(ready, bao):
    held = bootstrap.credentials(ready, "casework-web")
    wrong = bootstrap.Credentials(held.role_id, "00000000-0000-0000-0000-000000000000")
    assert bootstrap.log_in(bao.url, wrong, namespace=ready.adapter.namespace) is None


def test_wrong_credentials_do_not_lock_a_process_out(ready, bao):
    held = bootstrap.credentials(ready, "identity-vault-sealer")
    wrong = bootstrap.Credentials(held.role_id, "00000000-0000-0000-0000-000000000000")
    for _ in range(8):
        assert bootstrap.log_in(bao.url, wrong, namespace=ready.adapter.namespace) is None
    assert bootstrap.log_in(bao.url, held, namespace=ready.adapter.namespace) is not None


@pytest.mark.parametrize(
    ("role", "path", "allowed"),
    [
        ("casework-opener", "casework-transit/encrypt/case-keys", True),
        ("casework-opener", "casework-transit/encrypt/other", False),
        ("casework-opener", "casework-transit/keys/case-keys/rotate", False),
        ("casework-web", "casework-transit/encrypt/case-keys", False),
        ("casework-web", "identities/data/x", False),
        ("casework-opener", "identities/data/x", False),
        ("identity-vault-sealer", "casework-transit/encrypt/case-keys", False),
    ],
)
def test_each_role_may_do_its_own_work_only(ready, bao, role, path, allowed):
    token = bootstrap.log_in(bao.url, bootstrap.credentials(ready, role), namespace=ready.adapter.namespace)
    client = hvac.Client(url=bao.url, token=token, namespace=ready.adapter.namespace)
    if allowed:
        client.write(path, plaintext="AAAA")
    else:
        with pytest.raises(hvac.exceptions.Forbidden):
            client.write(path, plaintext="AAAA")
