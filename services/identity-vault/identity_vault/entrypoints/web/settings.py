"""What the discloser must be told."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from chassis.web import WebSettings
from identity_vault.settings import OpenBaoSettings, Settings


class DiscloserSettings(WebSettings, OpenBaoSettings, Settings):
    """Role discloser: the pages of the vault's own origin. It opens the innermost layer, and no other."""

    model_config = SettingsConfigDict(env_prefix="IDENTITY_VAULT_")

    verifier_address: str
    discloser_keys_dir: Path
    # "issuer|subject" of each data protection officer who may look at the journal.
    dpos: list[str] = Field(default=[])
