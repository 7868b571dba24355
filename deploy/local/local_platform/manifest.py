"""The manifest `deploy/local/processes.toml`: which processes run, and what each one is told.

Values may name what only the platform knows: `${port.intake}`, `${key.intake-pepper}`... see `wiring.py`.
"""

import tomllib
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class ProcessSpec:
    """One process kind of one service. `account`: whose unix account it runs as (`paravent-<account>`)."""

    service: str
    role: str
    account: str
    ready: str = ""  # "http:<port name>", "tcp:<port name>", "beat:<file name>", empty: started is ready
    stage: int = 0  # tasks only: those of one stage run side by side
    tls: bool = False
    env: dict[str, str] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)
    arguments: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        return ".".join([self.service, self.role, *self.arguments])

    @property
    def module(self) -> str:
        return self.service.replace("-", "_")

    @property
    def prefix(self) -> str:
        """Of its environment variables."""
        return self.module.upper() + "_"


@dataclass(frozen=True)
class FolderSpec:
    """A folder that services use: `${folder.<name>}`. `mode` in octal."""

    name: str
    account: str
    mode: int


@dataclass(frozen=True)
class Manifest:
    folders: list[FolderSpec]
    tasks: list[ProcessSpec]
    processes: list[ProcessSpec]

    @classmethod
    def load(cls, path: Path) -> "Manifest":
        data = tomllib.loads(path.read_text())
        defaults: dict[str, dict[str, Any]] = data.get("defaults", {})
        return cls(
            [FolderSpec(f["name"], f["account"], int(f["mode"], 8)) for f in data.get("folders", [])],
            [_spec(row, defaults) for row in data.get("tasks", [])],
            [_spec(row, defaults) for row in data.get("processes", [])],
        )

    def without(self, services: Collection[str]) -> "Manifest":
        """The same, with these services left out."""
        kept = [[s for s in specs if s.service not in services] for specs in (self.tasks, self.processes)]
        return Manifest(self.folders, *kept)

    @property
    def services(self) -> list[str]:
        return sorted({spec.service for spec in [*self.tasks, *self.processes]})


def _spec(row: dict[str, Any], defaults: dict[str, dict[str, Any]]) -> ProcessSpec:
    """A row, over what `[defaults.<service>]` says for all its processes (`env` only)."""
    shared = defaults.get(row["service"], {})
    merged = {"account": row["service"], **row, "env": {**shared.get("env", {}), **row.get("env", {})}}
    return ProcessSpec(**merged)
