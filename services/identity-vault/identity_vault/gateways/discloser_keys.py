"""The discloser's private keys: a folder, from which every period opens, the newest first."""

from chassis.sealing import age
from identity_vault.gateways.key_folder import KeyFolder
from identity_vault.usecases.ports import TransportKeyMissing


class DiscloserKeyFolder:
    """Records wait for years under the key of their day: each key stays until nothing is sealed to it any more."""

    def __init__(self, folder: KeyFolder) -> None:
        self._folder = folder

    def __repr__(self) -> str:
        return "DiscloserKeyFolder(•••)"

    def open(self, frame: bytes) -> bytes:
        """Decrypt a frame with whichever key fits. Raises age.CannotOpen."""
        for period, _ in reversed(self._folder.public_halves()):
            try:
                return age.open_fixed(self._folder.secret(period), frame)
            except (age.CannotOpen, TransportKeyMissing):
                continue
        raise age.CannotOpen("no key opens it")

    def check(self) -> None:
        """Raises TransportKeyMissing unless the newest key can be read."""
        periods = self._folder.public_halves()
        if not periods:
            raise TransportKeyMissing("no key of the discloser")
        self._folder.secret(periods[-1][0])
