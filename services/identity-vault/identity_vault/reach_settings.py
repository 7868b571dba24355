"""Settings of linker and courier: `IDENTITY_VAULT_<FIELD>`, secrets in files `identity_vault_<field>`."""

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, field_validator

from chassis.release import ReleaseSchedule
from identity_vault.settings import Settings

_REACH = "/paravent.identity_vault.v1.ReachService"
_COURIER = "/paravent.identity_vault.v1.CourierService"
_CALL_BACK = "/paravent.identity_vault.v1.CallBackService"
_LINKER_NAME = "linker.identity-vault.paravent"
_DISCLOSER_NAME = "discloser.identity-vault.paravent"


class RowSettings(Settings):
    """Two keys of the process's own, 32 bytes each, hexadecimal: rows are found under one, sealed under the other."""

    index_key: SecretStr
    data_key: SecretStr

    @field_validator("index_key", "data_key")
    @classmethod
    def _is_a_key(cls, value: SecretStr) -> SecretStr:
        if len(bytes.fromhex(value.get_secret_value())) != 32:
            raise ValueError("64 hexadecimal digits are needed")
        return value

    def row_keys(self) -> tuple[bytes, bytes]:
        """The index key and the data key."""
        return bytes.fromhex(self.index_key.get_secret_value()), bytes.fromhex(self.data_key.get_secret_value())


class ServedSettings(RowSettings):
    """What both have as servers and as readers of letters."""

    probes: list[str] = Field(default=["probe.platform.paravent"])
    threads: int = 8
    # Seconds between two looks into the box of letters.
    poll_seconds: float = Field(default=5, gt=0)


class LinkerSettings(ServedSettings):
    """Role linker: knows which report has which contact, and no address."""

    linker_host: str = "127.0.0.1"
    linker_port: int = 8102
    linker_keys_dir: Path
    courier_address: str
    courier_name: str = "courier.identity-vault.paravent"
    # When the courier gets its tickets: see chassis.release. "immediate" would tell which act of casework rang.
    courier_hours: str = "hours:08:00,13:00,18:00"
    # Days between two mails to one contact, at least; 0: none.
    days_between_mails: int = Field(default=1, ge=0)
    allow: dict[str, list[str]] = Field(
        default={
            f"{_REACH}/Notify": ["opener.casework.paravent"],
            f"{_REACH}/ViewContact": ["web.intake.paravent"],
        }
    )

    @field_validator("courier_hours")
    @classmethod
    def _is_a_schedule(cls, value: str) -> str:
        if ReleaseSchedule.parse(value).immediate:
            raise ValueError("set hours, or every:SECONDS")
        return value


class BounceSettings(RowSettings):
    """Role courier-bounces: one mail that came back."""


class CourierSettings(ServedSettings):
    """Role courier: knows which contact has which address, and no report."""

    courier_host: str = "127.0.0.1"
    courier_port: int = 8103
    courier_keys_dir: Path
    smtp_host: str
    smtp_port: int = 25
    smtp_security: Literal["starttls", "tls", "none"] = "starttls"
    # The authority that signed the mail server's certificate; without one, those of the system.
    smtp_authority: Path | None = None
    smtp_user: str | None = None
    smtp_password: SecretStr | None = None
    smtp_timeout: float = 20
    # A domain that says nothing: it stands in the reporter's mailbox.
    smtp_from: str
    smtp_sender_name: str = "Service de messages"
    # What bounces comes to this mailbox, with a mark after its name (retour+...@), and from there to courier-bounces.
    smtp_return: str
    # Front page of the portal.
    portal_url: str
    # Issuer of the listeners' ID tokens, and the client that the vault's pages are there.
    oidc_issuer: str
    oidc_client_id: str = "identity-vault"
    # Seconds since an ID token was issued, at most: as the verifier asks.
    id_token_age: float = 1800
    # "issuer|subject|cdg_id": who may take the call-backs of which CdG; "*": of all, where one provider listens.
    listeners: list[str] = Field(default_factory=list)
    allow: dict[str, list[str]] = Field(
        default={
            f"{_COURIER}/Deliver": [_LINKER_NAME],
            f"{_COURIER}/Forget": [_LINKER_NAME],
            f"{_COURIER}/GetStates": [_LINKER_NAME],
            f"{_CALL_BACK}/ListCallBacks": [_DISCLOSER_NAME],
            f"{_CALL_BACK}/TakeCallBack": [_DISCLOSER_NAME],
            f"{_CALL_BACK}/FinishCallBack": [_DISCLOSER_NAME],
        }
    )

    @field_validator("listeners")
    @classmethod
    def _name_persons_and_cdgs(cls, value: list[str]) -> list[str]:
        if any(len(line.split("|")) != 3 or not all(line.split("|")) for line in value):
            raise ValueError("each is issuer|subject|cdg_id")
        return value

    def listeners_by_person(self) -> dict[tuple[str, str], frozenset[str]]:
        """(issuer, subject) -> ids of CdGs."""
        found: dict[tuple[str, str], frozenset[str]] = {}
        for line in self.listeners:
            issuer, subject, cdg_id = line.split("|")
            found[issuer, subject] = found.get((issuer, subject), frozenset()) | {cdg_id}
        return found
