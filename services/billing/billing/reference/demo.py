"""The demonstration's parties, members and accounts, as shipped."""

import tomllib
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from billing.domain import founding_file
from billing.domain.convention import Milestones
from billing.domain.founding import Founding

_FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """An account of the local identity provider. Nobody real."""

    sub: str
    name: str
    email: str
    role: str


@dataclass(frozen=True, slots=True)
class DemoMember:
    """A member from the official list, its invented headcount and its referents' accounts."""

    insee_code: str
    headcount: int
    milestones: Milestones
    referents: tuple[str, str]
    mail_domains: tuple[str, ...] = ()
    # Headcounts at the 31 December after that of the signature, year by year.
    later: tuple[int, ...] = ()
    affiliated: bool = True
    # Name, function, e-mail.
    correspondent: tuple[str, str, str] | None = None


@dataclass(frozen=True, slots=True)
class DemoBody:
    """A body that has not joined."""

    name: str
    siren: str
    kind: str
    insee_code: str
    agents: int
    affiliated: bool | None = None
    correspondent: tuple[str, str, str] | None = None


@dataclass(frozen=True, slots=True)
class Demo:
    """All of it."""

    # What any consortium starts from; whose issuer is the platform's.
    founding: Founding
    team_department: str
    team: dict[str, list[str]]
    members: list[DemoMember]
    bodies: list[DemoBody]
    accounts: dict[str, DemoAccount]

    @property
    def provider_name(self) -> str:
        return self.founding.markets[0].provider

    @property
    def manager(self) -> str:
        """The account that does what a manager of the team's CdG does."""
        home = next(each for each in self.founding.cdgs if each.department == self.team_department)
        return home.managers[0].subject

    @property
    def market_starts_on(self) -> date:
        return self.founding.markets[0].starts_on


def load() -> Demo:
    """The files demo_founding.toml, demo.toml and demo_accounts.toml."""
    demo = _read("demo.toml")
    team = dict(demo["team"])
    return Demo(
        founding=founding_file.read((_FOLDER / "demo_founding.toml").read_bytes()),
        team_department=team.pop("department"),
        team=team,
        members=[_member(row) for row in demo["members"]],
        bodies=[DemoBody(**row | _correspondent(row)) for row in demo["bodies"]],
        accounts={row["sub"]: DemoAccount(**row) for row in _read("demo_accounts.toml")["accounts"]},
    )


def _member(row: dict[str, Any]) -> DemoMember:
    first, second = row["referents"]
    return DemoMember(
        row["insee_code"],
        row["headcount"],
        Milestones(*row["days"]),
        (first, second),
        tuple(row.get("mail_domains", ())),
        tuple(row.get("later", ())),
        row.get("affiliated", True),
        **_correspondent(row),
    )


def _correspondent(row: dict[str, Any]) -> dict[str, Any]:
    return {"correspondent": tuple(row["correspondent"]) if "correspondent" in row else None}


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((_FOLDER / name).read_text(encoding="utf-8"))
