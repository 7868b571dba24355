"""Notifications' settings: the sender alone knows the mail server."""

from datetime import timedelta

from pydantic import Field, SecretStr
from pydantic_settings import SettingsConfigDict

from chassis.settings import ServiceSettings


class Settings(ServiceSettings):
    """The worker: a database and a bus."""

    model_config = SettingsConfigDict(env_prefix="NOTIFICATIONS_")


class SenderSettings(Settings):
    """`office_url`: front page of the referents' back office; `billing_url`: of the managers'. `invitation_url` and
    `space_url` (a member's space): links without their token."""

    smtp_host: str
    smtp_port: int = 25
    smtp_from: str
    smtp_sender_name: str = "Espace de travail"
    smtp_starttls: bool = False
    smtp_user: str | None = None
    smtp_password: SecretStr | None = None
    smtp_timeout: float = 20
    office_url: str
    invitation_url: str
    billing_url: str
    space_url: str
    retry_first: timedelta = timedelta(seconds=5)
    retry_longest: timedelta = timedelta(minutes=10)
    poll_seconds: float = 2


class PushSettings(Settings):
    """Webhooks. `webhook_key`: 32 bytes, hexadecimal; seals the endpoints' secrets. `webhook_private`: endpoints on
    this machine and its networks, and without TLS, are allowed: for tests and demonstrations only."""

    webhook_key: SecretStr = Field(min_length=64, max_length=64)
    webhook_private: bool = False
    webhook_timeout: float = 10
    webhook_retry_first: timedelta = timedelta(seconds=5)
    webhook_retry_longest: timedelta = timedelta(hours=12)
    # With the delays above, some three days.
    webhook_attempts: int = Field(default=18, ge=1)
    poll_seconds: float = 2


class MigrateSettings(Settings):
    """The owner's address serves for migrations only."""

    owner_url: SecretStr
