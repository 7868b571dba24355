"""What the discloser must be told."""

from hashlib import sha256
from hmac import digest
from pathlib import Path

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from chassis.settings import SettingsError
from chassis.web import WebSettings
from identity_vault.domain.orders import custodians_of
from identity_vault.settings import OpenBaoSettings, Settings


class DiscloserSettings(WebSettings, OpenBaoSettings, Settings):
    """Role discloser: the pages of the vault's own origin. It opens the innermost layer, and no other."""

    model_config = SettingsConfigDict(env_prefix="IDENTITY_VAULT_")

    verifier_address: str
    discloser_keys_dir: Path
    # "issuer|subject" of each data protection officer who may look at the journal.
    dpos: list[str] = Field(default=[])
    # As the verifier's: issuer, subject, name and body of each custodian.
    custodians: list[dict[str, str]] = Field(default=[])

    # The courier's host:port; without it, no page of call-backs.
    courier_address: str | None = None
    # As the courier's: "issuer|subject|cdg_id". The menu shows them the page; the courier checks by itself.
    listeners: list[str] = Field(default=[])

    def listening(self) -> frozenset[tuple[str, str]]:
        """Issuer and subject of each listener."""
        parts = (listener.split("|") for listener in self.listeners)
        return frozenset((issuer, subject) for issuer, subject, _ in parts)

    def officers(self) -> frozenset[tuple[str, str]]:
        """Issuer and subject of each."""
        pairs = (officer.rpartition("|") for officer in self.dpos)
        return frozenset((issuer, subject) for issuer, _, subject in pairs)

    def custodian_subjects(self) -> frozenset[tuple[str, str]]:
        """Issuer and subject of each."""
        return frozenset((one.issuer, one.subject) for one in custodians_of(self.custodians))

    def mark_key(self) -> bytes:
        """For the marks that stand for agreements in addresses. Raises SettingsError without a session key."""
        if self.session_key is None:
            raise SettingsError("settings: IDENTITY_VAULT_SESSION_KEY is needed")
        return digest(bytes.fromhex(self.session_key.get_secret_value()), b"paravent/vault/marks", sha256)
