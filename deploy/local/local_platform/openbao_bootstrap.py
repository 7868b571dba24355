"""What OpenBao must hold: mounts, one key, one group; a policy, an AppRole and an entity for each process that logs in.

`apply` may run again and again; `check` changes nothing and tells what differs. Audit devices and the seal belong to
the server's own settings: `check` only sees that the devices are there. Both take a root client, of the root namespace
or of another (where the audit devices cannot be seen).

    python -m local_platform.openbao_bootstrap {apply|check}      # BAO_ADDR, BAO_TOKEN, BAO_NAMESPACE, BAO_CACERT
"""

import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import hvac
from hvac.exceptions import Forbidden, InvalidPath, InvalidRequest

from local_platform import openbao_identities as identities

POLICIES = Path(__file__).parents[2] / "openbao" / "policies"
# One for each process that logs in; each has the policy of its own name.
APPROLES = (
    "identity-vault-sealer",
    "identity-vault-verifier",
    "identity-vault-discloser",
    "identity-vault-eraser",
    "identity-vault-sweep",
    "casework-opener",
    "casework-web",
)
# No process has it at rest: a secret id is drawn when it is needed.
DRAWN_FOR_USE = {"identity-vault-sweep"}
RECORDS = "identities"
# Where the yearly sweep keeps a record while it makes it anew.
STAGE = "identities-stage"
TRANSIT = "casework-transit"
CASE_KEYS = "case-keys"

_MOUNTS = {RECORDS: ("kv", {"version": "2"}), STAGE: ("kv", {"version": "2"}), TRANSIT: ("transit", {})}
# A record is written once: no second version, and a writer says that it expects none (cas=0).
_RECORDS_CONFIG = {"max_versions": 1, "cas_required": True}
_HOUR = 3600
_TOKENS = {"token_ttl": _HOUR, "token_max_ttl": 24 * _HOUR, "token_no_default_policy": True}
_OWN = {
    # A login of the discloser serves one disclosure.
    "identity-vault-discloser": {"token_ttl": 300, "token_max_ttl": 600},
    # Drawn for one sweep: forgotten, it ends by itself.
    "identity-vault-sweep": {"secret_id_ttl": 72 * _HOUR},
}
# Five wrong logins would keep a process out for a quarter of an hour, whoever made them; a secret id cannot be guessed.
_NO_LOCKOUT = {"user_lockout_config": {"lockout_disable": True}}
_BUILT_IN = {"cubbyhole", "identity", "sys"}
AUDIT_DEVICES = {"first", "second"}


@dataclass(frozen=True)
class Credentials:
    """What a process logs in with; both go into its secrets folder."""

    role_id: str
    secret_id: str = field(repr=False)


def apply(client: hvac.Client) -> None:
    """Bring the server to what this module says. What is right already stays as it is."""
    mounted = _mounted(client)
    for path, (kind, options) in _MOUNTS.items():
        if path not in mounted:
            client.sys.enable_secrets_engine(kind, path=path, options=options)
    for mount in (RECORDS, STAGE):
        _once_ready(lambda mount=mount: client.secrets.kv.v2.configure(mount_point=mount, **_RECORDS_CONFIG))  # type: ignore[misc]
    if not _exists(lambda: client.secrets.transit.read_key(CASE_KEYS, mount_point=TRANSIT)):
        client.secrets.transit.create_key(CASE_KEYS, mount_point=TRANSIT)
    client.write(f"{TRANSIT}/config/keys", disable_upsert=True)
    for name in APPROLES:
        client.sys.create_or_update_policy(name, _policy(name))
    if "approle" not in _logins(client):
        client.sys.enable_auth_method("approle")
    client.write_data("sys/auth/approle/tune", data=_NO_LOCKOUT)
    for name in APPROLES:
        client.auth.approle.create_or_update_approle(name, **_tokens(name))
    identities.apply(client, APPROLES)


def check(client: hvac.Client) -> list[str]:
    """What differs from this module, in words; empty when nothing does. Read-only."""
    faults = [*_mount_faults(client), *_audit_faults(client)]
    if "approle" not in _logins(client):
        return [*faults, "no approle login"]
    if not set(_MOUNTS) <= _mounted(client):
        return faults
    return [
        *faults,
        *_engine_faults(client),
        *_policy_faults(client),
        *_role_faults(client),
        *_login_faults(client),
        *identities.check(client, APPROLES),
    ]


def credentials(client: hvac.Client, role: str) -> Credentials:
    """A new secret id for this AppRole. Those handed out before stay good."""
    role_id = client.auth.approle.read_role_id(role)["data"]["role_id"]
    return Credentials(role_id, client.auth.approle.generate_secret_id(role)["data"]["secret_id"])


def log_in(url: str, held: Credentials, *, namespace: str | None = None) -> str | None:
    """A token for these credentials; None when they are not good (any more)."""
    client = hvac.Client(url=url, namespace=namespace)
    try:
        answer = client.auth.approle.login(held.role_id, held.secret_id, use_token=False)
    except (InvalidRequest, Forbidden):
        return None
    token: str = answer["auth"]["client_token"]
    return token


def _once_ready(request: Callable[[], object]) -> None:
    """A new KV v2 mount prepares itself for a moment, and answers 400 meanwhile. Gives up after 15 s."""
    deadline = time.monotonic() + 15
    while True:
        try:
            request()
        except InvalidRequest:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
        else:
            return


def _tokens(name: str) -> dict[str, Any]:
    return {"token_policies": [name], **_TOKENS, **_OWN.get(name, {})}


def _policy(name: str) -> str:
    return (POLICIES / f"{name}.hcl").read_text()


def _mounted(client: hvac.Client) -> set[str]:
    return {path.rstrip("/") for path in client.sys.list_mounted_secrets_engines()["data"]}


def _logins(client: hvac.Client) -> set[str]:
    return {path.rstrip("/") for path in client.sys.list_auth_methods()["data"]}


def _exists(read: Callable[[], Any]) -> bool:
    try:
        read()
    except InvalidPath:
        return False
    return True


def _mount_faults(client: hvac.Client) -> list[str]:
    mounted = _mounted(client)
    missing = [f"mount {path} is missing" for path in sorted(set(_MOUNTS) - mounted)]
    return missing + [f"mount {path} is not ours" for path in sorted(mounted - set(_MOUNTS) - _BUILT_IN)]


def _engine_faults(client: hvac.Client) -> list[str]:
    keys = client.read(f"{TRANSIT}/config/keys")["data"]
    faults = []
    for mount in (RECORDS, STAGE):
        records = client.secrets.kv.v2.read_configuration(mount_point=mount)["data"]
        if {name: records[name] for name in _RECORDS_CONFIG} != _RECORDS_CONFIG:
            faults.append(f"mount {mount} has another configuration")
    if not keys["disable_upsert"]:
        faults.append(f"mount {TRANSIT} makes keys by itself")
    if not _exists(lambda: client.secrets.transit.read_key(CASE_KEYS, mount_point=TRANSIT)):
        faults.append(f"key {CASE_KEYS} is missing")
    return faults


def _policy_faults(client: hvac.Client) -> list[str]:
    names = set(client.sys.list_policies()["data"]["policies"])
    faults = [f"policy {name} is missing" for name in APPROLES if name not in names]
    for name in sorted(names.intersection(APPROLES)):
        if client.sys.read_policy(name)["data"]["rules"] != _policy(name):
            faults.append(f"policy {name} has other rules")
    return faults + [f"policy {name} is not ours" for name in sorted(names - {*APPROLES, "default", "root"})]


def _role_faults(client: hvac.Client) -> list[str]:
    listed = client.auth.approle.list_roles() if _exists(client.auth.approle.list_roles) else {"data": {"keys": []}}
    names = set(listed["data"]["keys"])
    faults = [f"approle {name} is missing" for name in APPROLES if name not in names]
    for name in sorted(names.intersection(APPROLES)):
        role = client.auth.approle.read_role(name)["data"]
        wanted = _tokens(name)
        if {key: role[key] for key in wanted} != wanted:
            faults.append(f"approle {name} is set otherwise")
    return faults + [f"approle {name} is not ours" for name in sorted(names - set(APPROLES))]


def _login_faults(client: hvac.Client) -> list[str]:
    faults = [f"login {path} is not ours" for path in sorted(_logins(client) - {"approle", "token"})]
    if not client.read("sys/auth/approle/tune")["data"].get("user_lockout_disable"):
        faults.append("anybody can lock a process out")
    return faults


def _audit_faults(client: hvac.Client) -> list[str]:
    """Seen from the root namespace only."""
    if client.adapter.namespace:
        return []
    there = {path.rstrip("/") for path in client.read("sys/audit")["data"]}
    missing = [f"audit device {name} is missing" for name in sorted(AUDIT_DEVICES - there)]
    return missing + [f"audit device {name} is not ours" for name in sorted(there - AUDIT_DEVICES)]


def main(words: list[str]) -> int:
    """Exit status: 1 when `check` finds something (one line each), 2 for another word."""
    if words not in (["apply"], ["check"]):
        sys.stderr.write("usage: python -m local_platform.openbao_bootstrap {apply|check}\n")
        return 2
    client = hvac.Client(
        url=os.environ["BAO_ADDR"],
        token=os.environ["BAO_TOKEN"],
        namespace=os.environ.get("BAO_NAMESPACE"),
        verify=os.environ.get("BAO_CACERT") or True,
    )
    if words == ["apply"]:
        apply(client)
    faults = check(client)
    sys.stdout.writelines(f"{fault}\n" for fault in faults)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
