"""What the portal must be told, beyond what every process of intake is."""

from pydantic import Field, SecretStr
from pydantic_settings import SettingsConfigDict

from chassis.web.settings import WebSettings
from intake.settings import Settings, secret_key

MEGABYTE = 1024 * 1024


class PortalSettings(WebSettings, Settings):
    """Environment `INTAKE_*`; secrets `intake_pepper` and `intake_state_key`."""

    model_config = SettingsConfigDict(env_prefix="INTAKE_", extra="ignore", hide_input_in_errors=True)

    # 32 bytes, hexadecimal. The pepper stands in no database and no OpenBao; losing it loses every follow-up space.
    pepper: SecretStr | None = None
    # 32 bytes, hexadecimal: seals what travels between two pages of the form.
    state_key: SecretStr | None = None

    # From a reporter's agreement to its effect: the vault's verifier counts the same number by itself.
    consent_delay_seconds: int = Field(86_400, ge=0)

    # What the reporter may see of identity-vault; empty: not asked, and the space says that it is away.
    verifier_address: str = ""
    verifier_name: str = "verifier.identity-vault.paravent"
    linker_address: str = ""
    linker_name: str = "linker.identity-vault.paravent"

    blobs_url: str = "file:///var/lib/paravent/intake-blobs"
    # Bytes; files of one report.
    largest_file: int = 200 * MEGABYTE
    largest_request: int = 500 * MEGABYTE
    most_files: int = 10
    # Connections to the database.
    pool: int = 10

    def pepper_bytes(self) -> bytes:
        return secret_key(self.pepper, "INTAKE_PEPPER")

    def state_key_bytes(self) -> bytes:
        return secret_key(self.state_key, "INTAKE_STATE_KEY")
