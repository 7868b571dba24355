"""What the sinks' process is told, and the demonstration's accounts that it serves."""

import json
import tomllib
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class SinkSettings:
    """Ports and folders; `accounts` is the TOML file of the identity provider's accounts."""

    smtp_port: int
    otlp_port: int
    oidc_port: int
    mail: str
    otlp: str
    accounts: str

    def write(self, path: Path) -> None:
        path.write_text(json.dumps(asdict(self)))

    @classmethod
    def read(cls, path: Path) -> "SinkSettings":
        return cls(**json.loads(path.read_text()))


def load_accounts(path: Path) -> list[dict[str, str]]:
    """`[[accounts]]` with sub, name, email and what else is told of them."""
    accounts: list[dict[str, str]] = tomllib.loads(path.read_text())["accounts"]
    return accounts
