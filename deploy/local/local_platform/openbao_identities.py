"""Who is who in OpenBao: one entity for each AppRole, and the group whose members let reads through.

Without an entity made beforehand, the first login of an AppRole makes one with a random name: the verifier could not
tell who asks for a read. One that exists already is given its name and keeps its id.
"""

from collections.abc import Sequence
from typing import Any

import hvac
from hvac.exceptions import InvalidPath

# Members may let through what a control group holds back.
APPROVERS = "consent-verifiers"
MEMBER = "identity-vault-verifier"


def apply(client: hvac.Client, roles: Sequence[str]) -> None:
    """Entities of these AppRoles, each with the role's id as its one alias; the group with its one member."""
    mount = _approle_accessor(client)
    for role in roles:
        _ensure_entity(client, role, _role_id(client, role), mount)
    client.write(
        f"identity/group/name/{APPROVERS}",
        type="internal",
        member_entity_ids=[_entity(client, MEMBER)["id"]],
        member_group_ids=[],
        policies=[],
    )


def check(client: hvac.Client, roles: Sequence[str]) -> list[str]:
    """What differs, in words. Read-only."""
    return [*_entity_faults(client, roles), *_group_faults(client)]


def _ensure_entity(client: hvac.Client, role: str, role_id: str, mount: str) -> None:
    known = _data(client.write("identity/lookup/entity", alias_name=role_id, alias_mount_accessor=mount))
    if known is None:
        client.write(f"identity/entity/name/{role}", policies=[], disabled=False)
        client.write(
            "identity/entity-alias", name=role_id, canonical_id=_entity(client, role)["id"], mount_accessor=mount
        )
    elif known["name"] != role or known["policies"] or known["disabled"]:
        client.write(f"identity/entity/id/{known['id']}", name=role, policies=[], disabled=False)


def _entity_faults(client: hvac.Client, roles: Sequence[str]) -> list[str]:
    names = _listed(client, "identity/entity/name")
    faults = [f"entity {role} is missing" for role in roles if role not in names]
    mount = _approle_accessor(client)
    for role in sorted(names.intersection(roles)):
        entity = _entity(client, role)
        aliases = [(alias["name"], alias["mount_accessor"]) for alias in entity["aliases"]]
        if entity["policies"] or entity["disabled"] or aliases != [(_role_id(client, role), mount)]:
            faults.append(f"entity {role} is set otherwise")
    return faults + [f"entity {name} is not ours" for name in sorted(names - set(roles))]


def _group_faults(client: hvac.Client) -> list[str]:
    names = _listed(client, "identity/group/name")
    faults = [f"group {name} is not ours" for name in sorted(names - {APPROVERS})]
    if APPROVERS not in names:
        return [f"group {APPROVERS} is missing", *faults]
    group = client.read(f"identity/group/name/{APPROVERS}")["data"]
    member = _data(_read(client, f"identity/entity/name/{MEMBER}"))
    alone = member is not None and group["member_entity_ids"] == [member["id"]] and not group["member_group_ids"]
    if not alone or group["policies"] or group["type"] != "internal":
        faults.append(f"group {APPROVERS} is set otherwise")
    return faults


def _entity(client: hvac.Client, name: str) -> dict[str, Any]:
    entity: dict[str, Any] = client.read(f"identity/entity/name/{name}")["data"]
    return entity


def _role_id(client: hvac.Client, role: str) -> str:
    return str(client.auth.approle.read_role_id(role)["data"]["role_id"])


def _approle_accessor(client: hvac.Client) -> str:
    return str(client.sys.list_auth_methods()["data"]["approle/"]["accessor"])


def _listed(client: hvac.Client, path: str) -> set[str]:
    answer = client.list(path)
    return set() if answer is None else set(answer["data"]["keys"])


def _read(client: hvac.Client, path: str) -> Any:
    try:
        return client.read(path)
    except InvalidPath:
        return None


def _data(answer: Any) -> dict[str, Any] | None:
    """The data of an answer; None where OpenBao had nothing to say (204)."""
    return answer["data"] if isinstance(answer, dict) else None
