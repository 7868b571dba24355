"""Casework's settings: one class per kind of process, so that each reads only the secrets that it may hold.

The web process's own stand with it, in `entrypoints/web/settings.py`.
"""

from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import SettingsConfigDict

from casework.domain.calendar import WorkingDays
from chassis.settings import ServiceSettings, SettingsError


class Settings(ServiceSettings):
    """Worker, relay, seed: a database and a bus."""

    model_config = SettingsConfigDict(env_prefix="CASEWORK_")


class WorkerSettings(Settings):
    """`event_key`: Ed25519 seed, hexadecimal; signs how many reports a year had."""

    event_key: SecretStr


class RelaySettings(Settings):
    """`release`: when held events leave (chassis.release)."""

    release: str = "hours:07:00,13:00,19:00"


class MigrateSettings(Settings):
    """The owner's address serves for migrations only."""

    owner_url: SecretStr


class SeedSettings(Settings):
    """`seed_bands`: size bands of members (billing's codes) and their weights in the made-up past."""

    seed_bands: dict[str, int] = Field(
        default_factory=lambda: {"1-10": 2, "11-19": 3, "20-49": 5, "50-349": 9, "350+": 7}
    )


class CaseKeySettings(Settings):
    """What opening a case's key needs. `openbao_authority`: PEM of who signs OpenBao's certificate."""

    openbao_address: str
    openbao_role_id: SecretStr
    openbao_secret_id: SecretStr
    openbao_authority: Path | None = None
    transit_mount: str = "casework-transit"
    transit_key: str = "case-keys"
    notice_key: SecretStr
    blobs_url: str
    # The deployment's Ed25519 root key (public half, hexadecimal): behind it stand identity-vault's keys.
    root_public_key: Path
    # ISO subdivision of France with public holidays of its own ("57", "67", "68", "RE"...).
    holidays_subdivision: str | None = None

    def root_key(self) -> bytes:
        """The root's public key, 32 bytes. Raises SettingsError."""
        try:
            return bytes.fromhex(self.root_public_key.read_text().strip())
        except (OSError, ValueError):
            raise SettingsError("settings: CASEWORK_ROOT_PUBLIC_KEY names no public key") from None


class OpenerSettings(CaseKeySettings):
    """The only process with the month private keys, and the only one that calls identity-vault.

    `take_charge_days`: jours ouvrés, the service's commitment. `..._address`: host:port of a process of identity-vault,
    `..._name`: the name in its certificate. `reach_seconds`: what waits for identity-vault leaves this far apart.
    """

    keys_dir: Path
    intake_blobs_url: str
    batch: int = 24
    take_charge_days: int = 3
    sealer_address: str
    sealer_name: str = "sealer.identity-vault.paravent"
    linker_address: str
    linker_name: str = "linker.identity-vault.paravent"
    eraser_address: str
    eraser_name: str = "eraser.identity-vault.paravent"
    reach_seconds: float = Field(default=4 * 3600, gt=0)

    @property
    def take_charge_target(self) -> WorkingDays:
        return WorkingDays(self.take_charge_days)


class KeysSettings(Settings):
    """`cdgs`: CdGs to make keys for before billing has told of any. `months`: how many, this one included."""

    keys_dir: Path
    notice_key: SecretStr
    event_key: SecretStr
    issuing_key: SecretStr
    issuing_certificate: Path
    cdgs: list[str] = Field(default_factory=list)
    months: int = 4
