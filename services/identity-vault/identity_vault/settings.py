"""Settings of identity-vault's processes: `IDENTITY_VAULT_<FIELD>`, secrets in files `identity_vault_<field>`.

One class per kind of process, so that each reads only what it may hold.
"""

from pathlib import Path

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import SettingsConfigDict

from chassis.settings import ServiceSettings, SettingsError

_SEALING = "/paravent.identity_vault.v1.SealingService"
_LOCATING = "/paravent.identity_vault.v1.LocatingService"
_ERASURE = "/paravent.identity_vault.v1.ErasureService"


class Settings(ServiceSettings):
    """Role migrate, and what every process with a database has."""

    model_config = SettingsConfigDict(env_prefix="IDENTITY_VAULT_")


class MigrateSettings(Settings):
    """The owner's address serves for migrations only."""

    owner_url: SecretStr


class OpenBaoSettings(ServiceSettings):
    """What a process that logs in to OpenBao has. Each has an AppRole of its own."""

    openbao_address: str
    openbao_namespace: str | None = None
    # The authority that signed the server's certificate; without one, those of the system.
    openbao_authority: Path | None = None
    openbao_mount: str = "identities"
    openbao_role_id: SecretStr
    openbao_secret_id: SecretStr


class SealerSettings(OpenBaoSettings, Settings):
    """Role sealer: the only process that can write a record, and take a transport layer off."""

    sealer_host: str = "127.0.0.1"
    sealer_port: int = 8101
    # 32 bytes, hexadecimal: turns locators into paths. It never changes, or records are not found again.
    path_key: SecretStr
    transport_keys_dir: Path
    # The signed key set that role `keys` writes.
    key_set: Path
    # Who may call what: names in client certificates. A method that is missing here keeps the sealer from starting.
    allow: dict[str, list[str]] = Field(
        default={
            f"{_SEALING}/Seal": ["sealpump.intake.paravent"],
            f"{_SEALING}/GetKeySet": ["sealpump.intake.paravent", "opener.casework.paravent"],
            f"{_SEALING}/RetireTransportKeys": ["sealpump.intake.paravent"],
            f"{_LOCATING}/Locate": ["verifier.identity-vault.paravent"],
        }
    )
    probes: list[str] = Field(default=["probe.platform.paravent"])
    threads: int = 16

    @field_validator("path_key")
    @classmethod
    def _is_a_key(cls, value: SecretStr) -> SecretStr:
        if len(bytes.fromhex(value.get_secret_value())) != 32:
            raise ValueError("64 hexadecimal digits are needed")
        return value

    def path_key_bytes(self) -> bytes:
        return bytes.fromhex(self.path_key.get_secret_value())


class KeysSettings(Settings):
    """Role keys. No process that serves has the issuing key."""

    database_url: SecretStr = SecretStr("")
    transport_keys_dir: Path
    verifier_keys_dir: Path
    discloser_keys_dir: Path
    linker_keys_dir: Path
    courier_keys_dir: Path
    key_set: Path
    # Step publish only: what the deployment's root key signed (serialised SignedKeySet without keys), and its seed.
    issuing_certificate: Path | None = None
    issuing_key: SecretStr | None = None
    # Days: transport keys made ahead of use, and kept after it. A record may wait out the longest outage.
    transport_days_ahead: int = Field(default=30, ge=1)
    transport_days_kept: int = Field(default=60, ge=7)

    def places(self) -> tuple[Path, Path, Path, Path, Path]:
        """The folders of transport, verifier, discloser, linker and courier."""
        layers = (self.transport_keys_dir, self.verifier_keys_dir, self.discloser_keys_dir)
        return (*layers, self.linker_keys_dir, self.courier_keys_dir)

    def issuer(self) -> tuple[bytes, bytes]:
        """The certificate and the seed of the issuing key. Raises SettingsError without them."""
        if self.issuing_certificate is None or self.issuing_key is None:
            raise SettingsError("settings: publishing needs IDENTITY_VAULT_ISSUING_CERTIFICATE and ..._ISSUING_KEY")
        return self.issuing_certificate.read_bytes(), bytes.fromhex(self.issuing_key.get_secret_value())


class EraserSettings(OpenBaoSettings, Settings):
    """Role eraser, and `erasures`: may destroy records, and nothing else."""

    eraser_host: str = "127.0.0.1"
    eraser_port: int = 8104
    # Days between an order and its execution, in which it can be undone.
    erasure_grace_days: int = Field(default=7, ge=0)
    # Orders of one day that need nobody's confirmation.
    erasure_daily_limit: int = Field(default=20, ge=1)
    # Folder outside the database and outside its backups; its months are dropped so many days after they end.
    erasure_ledger: Path
    erasure_ledger_days: int = Field(default=62, ge=31)
    erasure_turn_seconds: float = Field(default=60, gt=0)
    # Operator -> file with their Ed25519 public key (hexadecimal). It takes two to undo an erasure or confirm a day's.
    erasure_operators: dict[str, Path] = Field(default_factory=dict)
    eraser_allow: dict[str, list[str]] = Field(default={f"{_ERASURE}/Erase": ["opener.casework.paravent"]})
    probes: list[str] = Field(default=["probe.platform.paravent"])

    def operators(self) -> dict[str, bytes]:
        """Operator -> public key. Raises SettingsError for what is no key, and for one key under two names."""
        try:
            keys = {name: bytes.fromhex(path.read_text().strip()) for name, path in self.erasure_operators.items()}
        except (OSError, ValueError):
            raise SettingsError("settings: IDENTITY_VAULT_ERASURE_OPERATORS names a file that holds no key") from None
        if any(len(key) != 32 for key in keys.values()) or len(set(keys.values())) != len(keys):
            raise SettingsError("settings: IDENTITY_VAULT_ERASURE_OPERATORS needs one key of 32 bytes for each")
        return keys


class OperatorSettings(Settings):
    """Role erasures, for `undo` and `confirm`: one operator, with a database role that may add a signature."""

    # The name under which the eraser knows the key.
    erasure_operator: str = Field(min_length=1, max_length=100)
    # Seed of the operator's Ed25519 key: 32 bytes, hexadecimal.
    operator_key: SecretStr

    def seed(self) -> bytes:
        """Raises SettingsError."""
        try:
            seed = bytes.fromhex(self.operator_key.get_secret_value().strip())
        except ValueError:
            seed = b""
        if len(seed) != 32:
            raise SettingsError("settings: IDENTITY_VAULT_OPERATOR_KEY is 64 hexadecimal digits")
        return seed


class SweepStatusSettings(Settings):
    """Role sweep, for `status`: needs no token of OpenBao."""


class SweepSettings(OpenBaoSettings, SweepStatusSettings):
    """Role sweep, for `run` and `mend`. The secret id is there for the time of a sweep only."""

    # Records made anew in a second, at most: everybody else works meanwhile.
    sweep_per_second: float = Field(default=10, gt=0)


class JournalSettings(Settings):
    """Role journal, for `export`: the only one with the key that signs checkpoints."""

    # Seed of the Ed25519 key: 32 bytes, hexadecimal.
    journal_key: SecretStr
    # Where `export` writes when it is not told.
    journal_folder: Path = Path("journal")

    def seed(self) -> bytes:
        return bytes.fromhex(self.journal_key.get_secret_value())


class JournalDropSettings(MigrateSettings):
    """Role journal, for `drop`: as the database's owner, since no process may delete an entry."""

    journal_months: int = Field(default=36, ge=1)
