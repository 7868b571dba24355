"""Notifications' settings: the sender alone knows the mail server."""

from datetime import timedelta

from pydantic import SecretStr
from pydantic_settings import SettingsConfigDict

from chassis.settings import ServiceSettings


class Settings(ServiceSettings):
    """The worker: a database and a bus."""

    model_config = SettingsConfigDict(env_prefix="NOTIFICATIONS_")


class SenderSettings(Settings):
    """`office_url`: front page of the referents' back office. `invitation_url`: the link without its token."""

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
    retry_first: timedelta = timedelta(seconds=5)
    retry_longest: timedelta = timedelta(minutes=10)
    poll_seconds: float = 2


class MigrateSettings(Settings):
    """The owner's address serves for migrations only."""

    owner_url: SecretStr
