"""Where private servers answer and who may open them. Secrets never show in a `repr`."""

from dataclasses import dataclass, field
from urllib.parse import quote


@dataclass(frozen=True)
class PostgresAddress:
    """A PostgreSQL cluster with its superuser."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)

    def url(self, database: str = "postgres", user: str | None = None, password: str | None = None) -> str:
        """`postgresql://...` as the superuser, or as another role."""
        name, secret = (user, password or "") if user else (self.user, self.password)
        return f"postgresql://{quote(name)}:{quote(secret, safe='')}@{self.host}:{self.port}/{database}"


@dataclass(frozen=True)
class DatabaseAddress:
    """One database: its owner (migrations) and the role that the application uses."""

    name: str
    owner_url: str = field(repr=False)
    app_url: str = field(repr=False)
    app_role: str = ""
    # Process -> its own role's address, for the processes that have one.
    process_urls: dict[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class RabbitAddress:
    """A RabbitMQ node with its administrator and management API."""

    host: str
    port: int
    api_port: int
    user: str
    password: str = field(repr=False)

    @property
    def api_url(self) -> str:
        return f"http://{self.host}:{self.api_port}/api"

    def amqp_url(self, vhost: str, user: str | None = None, password: str | None = None) -> str:
        name, secret = (user, password or "") if user else (self.user, self.password)
        return f"amqp://{quote(name)}:{quote(secret, safe='')}@{self.host}:{self.port}/{quote(vhost, safe='')}"


@dataclass(frozen=True)
class OpenBaoAddress:
    """An OpenBao server, unsealed, with its root token."""

    url: str
    root_token: str = field(repr=False)
