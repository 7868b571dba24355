"""Key material of a local platform, drawn at the first start. Only the bootstrap reads this folder (mode 0700)."""

import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from chassis.keysets import certify
from chassis.signing import public_half
from local_platform.files import kept, write_private

ROOT = "root"
_YEARS = 5


class KeyStore:
    """Named random values of 32 bytes; public halves and certificates go to a folder that everybody may read."""

    def __init__(self, private: Path, public: Path) -> None:
        self._private = private
        self._public = public
        private.mkdir(parents=True, exist_ok=True)
        private.chmod(0o700)
        public.mkdir(parents=True, exist_ok=True)
        public.chmod(0o755)

    def value(self, name: str) -> str:
        """The 32 bytes of that name, 64 hexadecimal digits; drawn when first asked for."""
        return self.keep(name, lambda: secrets.token_hex(32))

    def keep(self, name: str, draw: Callable[[], str]) -> str:
        """A text of that name, kept from the first time on."""
        return kept(self._private / name, draw)

    def replace(self, name: str, text: str) -> None:
        write_private(self._private / name, text.encode())

    def public_file(self, name: str) -> Path:
        """A file with the Ed25519 public key (hexadecimal) of the seed of that name."""
        return self._publish(f"{name}.pub", public_half(bytes.fromhex(self.value(name))).hex().encode())

    def issuing_certificate(self, issuer: str) -> Path:
        """A file with the root's signature over that issuer's key (a serialised SignedKeySet without keys)."""
        path = self._public / f"{issuer}.issuing"
        if not path.exists():
            today = datetime.now(UTC).date()
            signed = certify(
                bytes.fromhex(self.value(ROOT)),
                issuer,
                bytes.fromhex(self.value(f"{issuer}-issuing")),
                valid_from=today - timedelta(days=1),
                valid_until=today + timedelta(days=365 * _YEARS),
            )
            self._publish(path.name, signed.SerializeToString(deterministic=True))
        return path

    def _publish(self, name: str, content: bytes) -> Path:
        path = self._public / name
        path.write_bytes(content)
        path.chmod(0o644)
        return path
