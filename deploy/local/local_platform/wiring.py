"""What `${...}` stands for in the manifest, and the folder of secrets that each process gets."""

import os
import re
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

from local_platform.accounts import Account
from local_platform.addresses import DatabaseAddress
from local_platform.keys import KeyStore
from local_platform.layout import web_address
from local_platform.manifest import ProcessSpec
from local_platform.ports import HOST

_NAME = re.compile(r"\$\{([a-z0-9._-]+)\}")


class UnknownValueError(Exception):
    """The manifest names something that the platform does not know."""


class Values:
    """Looks up names such as `port.intake`, `key.intake-pepper`, `database.billing.app`.

    Keys are drawn and certificates signed when first named.
    """

    def __init__(self, keys: KeyStore, ports: Mapping[str, int], options: Mapping[str, str]) -> None:
        self._keys = keys
        self._ports = ports
        self._options = options
        self.folders: dict[str, Path] = {}
        self.databases: dict[str, DatabaseAddress] = {}
        self.amqp: dict[str, str] = {}
        self.approles: dict[str, dict[str, str]] = {}

    def fill(self, text: str) -> str:
        """The text with every `${name}` replaced. Raises UnknownValueError."""
        return _NAME.sub(lambda match: self._one(match[1]), text)

    def _one(self, name: str) -> str:
        kind, _, rest = name.partition(".")
        try:
            return self._lookups[kind](rest)
        except (KeyError, AttributeError):
            raise UnknownValueError(f"${{{name}}} is not known") from None

    @property
    def _lookups(self) -> dict[str, Callable[[str], str]]:
        return {
            "host": lambda _: HOST,
            "port": lambda name: str(self._ports[name]),
            "url": lambda name: web_address(name, self._ports[name]),
            "folder": lambda name: str(self.folders[name]),
            "option": lambda name: self._options[name],
            "key": self._keys.value,
            "public": lambda name: str(self._keys.public_file(name)),
            "issuing": lambda name: str(self._keys.issuing_certificate(name)),
            "database": self._database,
            "amqp": lambda name: self.amqp[name],
            "approle": lambda name: self.approles[name.rpartition(".")[0]][name.rpartition(".")[2]],
        }

    def _database(self, name: str) -> str:
        service, _, what = name.rpartition(".")
        address = self.databases[service]
        common = {"app": address.app_url, "owner": address.owner_url, "app_role": address.app_role}
        return (common | address.process_urls)[what]


def lay_secrets(spec: ProcessSpec, values: Values, folder: Path, account: Account) -> Path:
    """Write the secrets of one process, and only these, into its folder; answers the folder."""
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True, mode=0o700)
    for field, source in spec.secrets.items():
        path = folder / f"{spec.prefix.lower()}{field}"
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as output:
            output.write(values.fill(source))
        account.own(path, 0o400)
    account.own(folder, 0o500)
    return folder
