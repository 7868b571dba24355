"""Casework's settings: one class per kind of process, so that each reads only the secrets that it may hold.

The web process's own stand with it, in `entrypoints/web/settings.py`.
"""

from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import SettingsConfigDict

from casework.domain.calendar import WorkingDays
from chassis.settings import ServiceSettings


class Settings(ServiceSettings):
    """Worker, relay, seed: a database and a bus."""

    model_config = SettingsConfigDict(env_prefix="CASEWORK_")


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
    # ISO subdivision of France with public holidays of its own ("57", "67", "68", "RE"...).
    holidays_subdivision: str | None = None


class OpenerSettings(CaseKeySettings):
    """The only process with the month private keys. `take_charge_days`: jours ouvrés, the service's commitment."""

    keys_dir: Path
    intake_blobs_url: str
    batch: int = 24
    take_charge_days: int = 3

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
