"""Settings of the feed, apart: they load FastAPI, which the other processes do without."""

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from chassis.web.settings import WebSettings
from notifications.settings import Settings


class WebProcessSettings(WebSettings, Settings):
    """`requests_per_minute`: of one token, in one process."""

    model_config = SettingsConfigDict(env_prefix="NOTIFICATIONS_", hide_input_in_errors=True)
    port: int = 8050
    requests_per_minute: int = Field(default=120, ge=1)
