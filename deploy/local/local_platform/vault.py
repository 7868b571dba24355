"""The credentials with which processes log in to the platform's OpenBao, kept over restarts."""

import json

import hvac

from local_platform import openbao_bootstrap as bootstrap
from local_platform.addresses import OpenBaoAddress
from local_platform.keys import KeyStore


def prepare_vault(server: OpenBaoAddress, keys: KeyStore) -> dict[str, dict[str, str]]:
    """Bring the server to its state. Answers AppRole -> role_id and secret_id."""
    client = hvac.Client(server.url, server.root_token)
    bootstrap.apply(client)
    return {
        name: _credentials(client, name, keys) for name in bootstrap.APPROLES if name not in bootstrap.DRAWN_FOR_USE
    }


def _credentials(client: hvac.Client, name: str, keys: KeyStore) -> dict[str, str]:
    kept = json.loads(keys.keep(f"approle-{name}", lambda: json.dumps(_draw(client, name))))
    if bootstrap.log_in(client.url, bootstrap.Credentials(**kept)) is None:
        kept = _draw(client, name)
        keys.replace(f"approle-{name}", json.dumps(kept))
    return {"role_id": kept["role_id"], "secret_id": kept["secret_id"]}


def _draw(client: hvac.Client, name: str) -> dict[str, str]:
    drawn = bootstrap.credentials(client, name)
    return {"role_id": drawn.role_id, "secret_id": drawn.secret_id}
