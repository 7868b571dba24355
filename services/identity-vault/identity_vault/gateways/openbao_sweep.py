"""Records as the sweep moves them: it reads, creates and destroys ciphertext whose keys it cannot see."""

from collections.abc import Mapping

import requests
from hvac.exceptions import Forbidden, InvalidPath, VaultError

from chassis import logs
from identity_vault.gateways.openbao import OpenBaoRecords, log_in, stage_of
from identity_vault.gateways.shredder import OpenBaoShredder
from identity_vault.settings import OpenBaoSettings
from identity_vault.usecases.ports import StoreAway

log = logs.get(__name__)


class Shelf(OpenBaoRecords):
    """One mount. Implements `usecases.sweeping.Stage`."""

    def read(self, path: str) -> Mapping[str, object] | None:
        """What stands at a path; None when nothing does. Raises StoreAway."""
        try:
            kv = self._session.client().secrets.kv.v2
            answer = kv.read_secret_version(path, mount_point=self._mount, raise_on_deleted_version=True)
        except InvalidPath:
            return None
        except (VaultError, requests.RequestException) as error:
            raise self._away(error) from None
        content: dict[str, object] = answer["data"]["data"]
        return content

    def destroy(self, path: str) -> None:
        """Nothing is left at this path. Raises StoreAway."""
        OpenBaoShredder(self._session, self._mount).destroy(path)

    def paths(self) -> list[str]:
        """All there are: of the stage alone, since nobody may list records. Raises StoreAway."""
        try:
            answer = self._session.client().secrets.kv.v2.list_secrets("", mount_point=self._mount)
        except InvalidPath:
            return []
        except (VaultError, requests.RequestException) as error:
            raise self._away(error) from None
        return [str(name) for name in answer["data"]["keys"]]

    def _away(self, error: Exception) -> StoreAway:
        if isinstance(error, Forbidden):
            log.error("records.denied")
        else:
            log.warning("records.away", exc_info=error)
        return StoreAway()


def shelves(settings: OpenBaoSettings) -> tuple[Shelf, Shelf]:
    """The records, and the stage. The first login waits for the first use."""
    session = log_in(settings)
    return Shelf(session, settings.openbao_mount), Shelf(session, stage_of(settings.openbao_mount))
