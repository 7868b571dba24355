"""Analytics' settings."""

from datetime import timedelta

from pydantic import Field, SecretStr
from pydantic_settings import SettingsConfigDict

from analytics.domain.disclosure_control import DEFAULT_THRESHOLD, FLOOR
from chassis.settings import ServiceSettings
from chassis.web.settings import WebSettings


class Settings(ServiceSettings):
    """What every process of analytics has."""

    model_config = SettingsConfigDict(env_prefix="ANALYTICS_")


class PublishingSettings(Settings):
    """`publish_seconds`: time between two publications (a week). `threshold`: of statistical secrecy."""

    publish_seconds: float = Field(default=timedelta(days=7).total_seconds(), gt=0)
    threshold: int = Field(default=DEFAULT_THRESHOLD, ge=FLOOR)


class WebProcessSettings(WebSettings, Settings):
    """The public pages."""

    model_config = SettingsConfigDict(env_prefix="ANALYTICS_", hide_input_in_errors=True)
    port: int = 8030


class MigrateSettings(Settings):
    """The owner's address serves for migrations only."""

    owner_url: SecretStr
