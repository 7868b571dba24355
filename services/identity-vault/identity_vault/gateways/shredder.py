"""Destroying records in OpenBao, under a token that can do nothing else."""

import requests
from hvac.exceptions import Forbidden, VaultError

from chassis import logs
from identity_vault.gateways.openbao import Session, stage_of
from identity_vault.settings import EraserSettings
from identity_vault.usecases.ports import StoreAway

log = logs.get(__name__)


def connect_shredder(settings: EraserSettings) -> "OpenBaoShredder":
    """The records, under the eraser's credentials. The first login waits for the first use."""
    session = Session(
        settings.openbao_address,
        settings.openbao_role_id.get_secret_value(),
        settings.openbao_secret_id.get_secret_value(),
        namespace=settings.openbao_namespace,
        authority=settings.openbao_authority,
    )
    return OpenBaoShredder(session, settings.openbao_mount, stage_of(settings.openbao_mount))


class OpenBaoShredder:
    """Destroys under each of `mounts`."""

    def __init__(self, session: Session, *mounts: str) -> None:
        self._session = session
        self._mounts = mounts

    def destroy(self, path: str) -> None:
        """The record, and all that tells that it was there; a copy that a sweep left behind too. Raises StoreAway."""
        for mount in self._mounts:
            self._destroy(mount, path)

    def _destroy(self, mount: str, path: str) -> None:
        token = ""
        try:
            client = self._session.client()
            token = client.token
            client.secrets.kv.v2.delete_metadata_and_all_versions(path, mount_point=mount)
        except Forbidden:
            self._session.drop(token)
            log.error("records.denied")
            raise StoreAway from None
        except (VaultError, requests.RequestException) as error:
            log.warning("records.away", exc_info=error)
            raise StoreAway from None

    def ping(self) -> None:
        """Raise unless OpenBao answers and knows us."""
        self._session.client().auth.token.lookup_self()
