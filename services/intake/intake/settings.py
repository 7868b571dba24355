"""What intake's processes must be told. A process reads the secrets it needs; the others need not exist for it."""

from pathlib import Path
from typing import TypeVar

from pydantic import Field, SecretStr
from pydantic_settings import SettingsConfigDict

from chassis.settings import ServiceSettings, SettingsError

T = TypeVar("T")


class Settings(ServiceSettings):
    """Environment `INTAKE_*`; secrets `intake_database_url`, `intake_amqp_url`... The portal has more of its own."""

    model_config = SettingsConfigDict(env_prefix="INTAKE_", extra="ignore", hide_input_in_errors=True)

    # Only role migrate.
    owner_url: SecretStr | None = None
    app_role: str = "intake"

    # File with the root's Ed25519 public key, hexadecimal.
    root_public_key: Path | None = None

    # When held events leave (role relay).
    release: str = "hours:07:00,13:00,19:00"

    # Role sealpump.
    sealer_address: str = "127.0.0.1:8100"
    sealer_name: str = "sealer.identity-vault.paravent"
    pump_seconds: float = Field(60.0, gt=0)
    # One frame leaves in each slot (seconds). 0: back to back and without covers, which hides nothing: for benches.
    slot_seconds: float = Field(300.0, ge=0)
    # A report's frame waits a random time of at most this (seconds) before it may take a slot.
    seal_delay_seconds: float = Field(86_400.0, ge=0)

    def root_key(self) -> bytes:
        """Raises SettingsError when the file is not there or holds no key."""
        try:
            return bytes.fromhex(present(self.root_public_key, "INTAKE_ROOT_PUBLIC_KEY").read_text().strip())
        except (OSError, ValueError):
            raise SettingsError("settings: INTAKE_ROOT_PUBLIC_KEY: not a readable key file") from None


def secret_key(value: SecretStr | None, name: str) -> bytes:
    """The 32 bytes of a secret in hexadecimal. Raises SettingsError."""
    try:
        key = bytes.fromhex(present(value, name).get_secret_value().strip())
    except ValueError:
        raise SettingsError(f"settings: {name}: not hexadecimal") from None
    if len(key) != 32:
        raise SettingsError(f"settings: {name}: not 32 bytes")
    return key


def present(value: T | None, name: str) -> T:
    """The value of a setting that this process cannot do without. Raises SettingsError."""
    if value is None:
        raise SettingsError(f"settings: {name}: missing")
    return value
