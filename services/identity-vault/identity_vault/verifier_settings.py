"""Settings of role verifier."""

from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator

from chassis.sealing import age
from identity_vault.domain.consents import Rules
from identity_vault.domain.orders import Custodian, custodians_of
from identity_vault.settings import OpenBaoSettings, Settings
from identity_vault.usecases.verifier_disclosures import Limits
from identity_vault.usecases.verifier_door import Tries

_DISCLOSURE = "/paravent.identity_vault.v1.DisclosureService"
_PASSKEY = "/paravent.identity_vault.v1.PasskeyService"
_REPORTER = "/paravent.identity_vault.v1.ReporterService"
_CUSTODY = "/paravent.identity_vault.v1.CustodyService"
_DISCLOSER = ["discloser.identity-vault.paravent"]
_DAY = 86_400.0


class VerifierSettings(OpenBaoSettings, Settings):
    """Role verifier: checks consents, and cannot open the last layer."""

    verifier_host: str = "127.0.0.1"
    verifier_port: int = 8105
    verifier_keys_dir: Path
    # Its public halves only: an erasure is told to the linker sealed to it.
    linker_keys_dir: Path = Path("linker-keys")
    # 32 bytes each, hexadecimal: one finds rows, the other opens them. The index key never changes.
    index_key: SecretStr
    data_key: SecretStr
    # Where the sealer answers LocatingService, and its name.
    sealer_address: str = "127.0.0.1:8101"
    sealer_name: str = "sealer.identity-vault.paravent"
    oidc_issuer: str
    oidc_client_id: str = "identity-vault"
    # An ID token older than this proves nothing any more (seconds).
    id_token_longest_seconds: float = Field(default=1800, gt=0)
    # What only a sign-in of just now may do: it must be as young as this (seconds).
    fresh_sign_in_seconds: float = Field(default=300, gt=0)
    # ID tokens that fail in a minute before the rest is refused as too many, with an alarm: from one process, and in
    # the name of one person. What holds enters in any case.
    failing_tokens_per_source: int = Field(default=60, ge=1)
    failing_tokens_per_person: int = Field(default=10, ge=1)
    # The address of the vault's pages, without a path: what a passkey is bound to.
    public_origin: str
    # Seconds between signing a consent and its taking effect; between registering a passkey and its first use.
    consent_delay_seconds: float = Field(default=_DAY, ge=0)
    passkey_delay_seconds: float = Field(default=2 * _DAY, ge=0)
    # How far ahead of its signing a consent may reach.
    consent_longest_days: int = Field(default=366, ge=1)
    # Disclosures in a day.
    limit_per_addressee: int = Field(default=5, ge=1)
    limit_per_body: int = Field(default=20, ge=1)
    # At night, at weekends and on public holidays: refused, or allowed with an alarm.
    refuse_out_of_hours: bool = False
    # Who may sign orders: issuer, subject, name and body of each; two bodies at least, none a member nor the provider.
    custodians: list[dict[str, str]] = Field(default=[])
    # How far ahead the review of a deferred notice may be set, each time.
    deferral_longest_days: int = Field(default=366, ge=1)
    # age recipient of the data protection officer: the journal's words are encrypted to it. Empty: they are left out.
    dpo_recipient: str = ""
    # Seconds between two looks at the letters.
    letters_seconds: float = Field(default=1.0, gt=0)
    # Who may call what: names in client certificates. A method that is missing here keeps the verifier from starting.
    verifier_allow: dict[str, list[str]] = Field(
        default={
            f"{_DISCLOSURE}/ListConsents": _DISCLOSER,
            f"{_DISCLOSURE}/BeginDisclosure": _DISCLOSER,
            f"{_DISCLOSURE}/ApproveReads": _DISCLOSER,
            f"{_DISCLOSURE}/RemoveLayer": _DISCLOSER,
            f"{_PASSKEY}/BeginRegistration": _DISCLOSER,
            f"{_PASSKEY}/FinishRegistration": _DISCLOSER,
            f"{_PASSKEY}/BeginAssertion": _DISCLOSER,
            f"{_PASSKEY}/ListPasskeys": _DISCLOSER,
            f"{_PASSKEY}/RemovePasskey": _DISCLOSER,
            f"{_PASSKEY}/AskRecovery": _DISCLOSER,
            f"{_PASSKEY}/TakeRecoveryBack": _DISCLOSER,
            f"{_REPORTER}/View": ["web.intake.paravent"],
            f"{_CUSTODY}/CreateOrder": _DISCLOSER,
            f"{_CUSTODY}/ListOrders": _DISCLOSER,
            f"{_CUSTODY}/BeginSignature": _DISCLOSER,
            f"{_CUSTODY}/SignOrder": _DISCLOSER,
            f"{_CUSTODY}/CarryOut": _DISCLOSER,
            f"{_CUSTODY}/ExtendNotice": _DISCLOSER,
            f"{_CUSTODY}/SignExtension": _DISCLOSER,
            f"{_CUSTODY}/ListRecoveries": _DISCLOSER,
            f"{_CUSTODY}/BeginConfirmation": _DISCLOSER,
            f"{_CUSTODY}/ConfirmRecovery": _DISCLOSER,
        }
    )
    probes: list[str] = Field(default=["probe.platform.paravent"])
    threads: int = 16

    @field_validator("index_key", "data_key")
    @classmethod
    def _is_a_key(cls, value: SecretStr) -> SecretStr:
        if len(bytes.fromhex(value.get_secret_value())) != 32:
            raise ValueError("64 hexadecimal digits are needed")
        return value

    @field_validator("dpo_recipient")
    @classmethod
    def _is_a_recipient(cls, value: str) -> str:
        if value:
            age.seal(value, b"")
        return value

    @field_validator("custodians")
    @classmethod
    def _are_custodians(cls, value: list[dict[str, str]]) -> list[dict[str, str]]:
        custodians_of(value)
        return value

    def custodians_named(self) -> tuple[Custodian, ...]:
        return custodians_of(self.custodians)

    @field_validator("public_origin")
    @classmethod
    def _is_an_origin(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/") or parts.query:
            raise ValueError("an address without a path is needed")
        return value.rstrip("/")

    @property
    def rp_id(self) -> str:
        """The relying party of passkeys: the host of the vault's pages."""
        return urlsplit(self.public_origin).hostname or ""

    def rules(self) -> Rules:
        return Rules(timedelta(seconds=self.consent_delay_seconds), timedelta(days=self.consent_longest_days))

    def limits(self) -> Limits:
        return Limits(self.limit_per_addressee, self.limit_per_body, self.refuse_out_of_hours)

    def tries(self) -> Tries:
        return Tries(self.failing_tokens_per_source, self.failing_tokens_per_person)
