"""Settings of billing's processes: `BILLING_<FIELD>`, secrets in files `billing_<field>`."""

from datetime import timedelta

from pydantic import Field, SecretStr
from pydantic_settings import SettingsConfigDict

from chassis.settings import ServiceSettings, SettingsError
from chassis.signing import EventSigner
from chassis.web.settings import WebSettings


class Settings(WebSettings, ServiceSettings):
    """What a process of billing is told. Each role uses the part that it needs."""

    model_config = SettingsConfigDict(env_prefix="BILLING_")

    port: int = 8020
    # From a second person's confirmation to the effect of a habilitation.
    habilitation_delay_hours: int = Field(default=48, ge=0)
    # Role clock: between two looks at what is due.
    clock_seconds: int = Field(default=60, gt=0)
    # Role seed: calls, invoices and payments too, as in the middle of a year.
    demonstration_year: bool = False
    # Ed25519 seed, 64 hexadecimal digits: signs what billing tells the others. Roles web, clock, printer and seed.
    event_key: SecretStr | None = None
    # The database's owner. Roles migrate and seed.
    owner_url: SecretStr | None = None

    @property
    def habilitation_delay(self) -> timedelta:
        return timedelta(hours=self.habilitation_delay_hours)

    def signer(self) -> EventSigner:
        """Raises SettingsError without a key: an unsigned habilitation would be refused by casework, later."""
        return EventSigner.from_hex(required(self.event_key, "EVENT_KEY"))


def required(secret: SecretStr | None, name: str) -> str:
    """The value of a secret that this role cannot do without. Raises SettingsError that names it."""
    if secret is None:
        raise SettingsError(f"settings: BILLING_{name} is missing")
    return secret.get_secret_value()
