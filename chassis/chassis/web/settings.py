"""What a process that serves pages must be told."""

from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, SecretStr, field_validator


class WebSettings(BaseModel):
    """Mixed into a service's settings: `class Settings(WebSettings, ServiceSettings)`."""

    model_config = ConfigDict(hide_input_in_errors=True)

    host: str = "127.0.0.1"
    port: int = 8000
    # What browsers type, scheme included: redirections and the origin check use it, never the Host header.
    public_url: str = "http://127.0.0.1:8000"
    workers: int = 1
    threads: int = 40
    cookie_secure: bool = True
    # 32 bytes, hexadecimal. Needed by whoever signs people in.
    session_key: SecretStr | None = None
    oidc_issuer: str | None = None
    oidc_client_id: str | None = None
    oidc_client_secret: SecretStr | None = None
    # A sentence on top of every page: a demonstration says what it is.
    notice: str = ""
    oidc_scopes: str = "openid email profile"  # ProConnect: openid email given_name usual_name

    @field_validator("public_url")
    @classmethod
    def _without_slash(cls, value: str) -> str:
        return value.rstrip("/")

    @property
    def origin(self) -> str:
        """Scheme and authority of the public address, as browsers send it in Origin."""
        parts = urlsplit(self.public_url)
        return f"{parts.scheme}://{parts.netloc}"
