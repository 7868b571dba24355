"""What intake's processes must be told. A process reads the secrets it needs; the others need not exist for it."""

from pathlib import Path
from typing import TypeVar

from pydantic import SecretStr
from pydantic_settings import SettingsConfigDict

from chassis.settings import ServiceSettings, SettingsError
from chassis.web.settings import WebSettings

MEGABYTE = 1024 * 1024

T = TypeVar("T")


class Settings(WebSettings, ServiceSettings):
    """Environment `INTAKE_*`; secrets `intake_pepper`, `intake_state_key`, `intake_database_url`..."""

    model_config = SettingsConfigDict(env_prefix="INTAKE_", extra="ignore", hide_input_in_errors=True)

    # Only role migrate.
    owner_url: SecretStr | None = None
    app_role: str = "intake"

    # 32 bytes, hexadecimal. The pepper stands in no database and no OpenBao; losing it loses every follow-up space.
    pepper: SecretStr | None = None
    # 32 bytes, hexadecimal: seals what travels between two pages of the form.
    state_key: SecretStr | None = None
    # File with the root's Ed25519 public key, hexadecimal.
    root_public_key: Path | None = None

    blobs_url: str = "file://.run/intake-blobs"
    largest_file: int = 200 * MEGABYTE
    largest_request: int = 500 * MEGABYTE
    most_files: int = 10
    # Connections of the web process to its database.
    pool: int = 10

    release: str = "hours:07:00,13:00,19:00"

    sealer_address: str = "127.0.0.1:8100"
    sealer_name: str = "sealer.identity-vault.paravent"
    pump_seconds: float = 60.0

    def pepper_bytes(self) -> bytes:
        return _secret(self.pepper, "INTAKE_PEPPER")

    def state_key_bytes(self) -> bytes:
        return _secret(self.state_key, "INTAKE_STATE_KEY")

    def root_key(self) -> bytes:
        """Raises SettingsError when the file is not there or holds no key."""
        try:
            return bytes.fromhex(_present(self.root_public_key, "INTAKE_ROOT_PUBLIC_KEY").read_text().strip())
        except (OSError, ValueError):
            raise SettingsError("settings: INTAKE_ROOT_PUBLIC_KEY: not a readable key file") from None


def _secret(value: SecretStr | None, name: str) -> bytes:
    try:
        key = bytes.fromhex(_present(value, name).get_secret_value().strip())
    except ValueError:
        raise SettingsError(f"settings: {name}: not hexadecimal") from None
    if len(key) != 32:
        raise SettingsError(f"settings: {name}: not 32 bytes")
    return key


def _present(value: T | None, name: str) -> T:
    if value is None:
        raise SettingsError(f"settings: {name}: missing")
    return value
