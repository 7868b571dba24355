"""What the web process must be told."""

from pydantic import SecretStr
from pydantic_settings import SettingsConfigDict

from casework.settings import CaseKeySettings
from chassis.web import WebSettings


class WebProcessSettings(WebSettings, CaseKeySettings):
    """The back office. It holds no month key and has no access to intake's store.

    `vault_url`: identity-vault's own pages, to which a case links. `portal_url`: the reporters' portal, whose address
    is given to who reports orally.
    """

    model_config = SettingsConfigDict(env_prefix="CASEWORK_")

    # Ed25519 seed, hexadecimal: signs what is ordered of the provider.
    event_key: SecretStr
    vault_url: str
    portal_url: str = ""
