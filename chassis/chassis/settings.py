"""Settings: plain values from the environment, secrets from files.

Each process reads environment variables named `<SERVICE>_<FIELD>` (`CASEWORK_AMQP_URL`), and secrets from the folder
that `PARAVENT_SECRETS` names: one file per field, named like the variable in lower case (`casework_database_url`); the
white space around its content does not count. A secret is never taken from an argument.
"""

import os
from pathlib import Path
from typing import Any, Self

from pydantic import BaseModel, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict


class SettingsError(Exception):
    """A setting is missing or wrong. The message names the settings, never their values."""


class Tls(BaseModel):
    """Where this process's certificate, its key and the authority stand (PEM files)."""

    model_config = SettingsConfigDict(hide_input_in_errors=True)

    certificate: Path
    key: Path
    authority: Path


class ServiceSettings(BaseSettings):
    """What every process has. A service subclasses it with its own prefix and fields."""

    model_config = SettingsConfigDict(
        env_nested_delimiter="__", hide_input_in_errors=True, extra="ignore", case_sensitive=False
    )

    database_url: SecretStr
    amqp_url: SecretStr | None = None
    otlp_endpoint: str | None = None
    log_level: str = "INFO"
    state_dir: Path = Path(".run/state")
    tls: Tls | None = None
    # Producer name -> file with its Ed25519 public key (32 bytes, hexadecimal): who may sign privileged events.
    trusted_signers: dict[str, Path] = Field(default_factory=dict)

    @classmethod
    def load(cls, **overrides: Any) -> Self:
        """Read the settings. Raises SettingsError that names what is missing or wrong."""
        folder = os.environ.get("PARAVENT_SECRETS")
        if folder is not None and not Path(folder).is_dir():
            raise SettingsError("settings: PARAVENT_SECRETS does not name a folder")
        try:
            return cls(_secrets_dir=folder, **overrides)  # type: ignore[call-arg]
        except ValidationError as error:
            prefix = str(cls.model_config.get("env_prefix", ""))
            faults = [f"{prefix}{'__'.join(map(str, e['loc']))}".upper() + f": {e['msg']}" for e in error.errors()]
            raise SettingsError("settings: " + "; ".join(sorted(faults))) from None
