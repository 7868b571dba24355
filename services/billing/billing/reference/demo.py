"""The demonstration's parties, members and accounts, as shipped."""

import tomllib
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from billing.domain.convention import Milestones

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

    groupement_name: str
    groupement_signed_on: date
    provider: dict[str, str]
    market_starts_on: date
    market_ends_on: date
    cdgs: list[dict[str, Any]]
    team_department: str
    team: dict[str, list[str]]
    members: list[DemoMember]
    bodies: list[DemoBody]
    accounts: dict[str, DemoAccount]
    # What the conventions of the team's CdG say of itself.
    terms: dict[str, str]

    @property
    def provider_name(self) -> str:
        return self.provider["name"]


def load() -> Demo:
    """The files demo.toml and demo_accounts.toml."""
    demo = _read("demo.toml")
    team = dict(demo["team"])
    return Demo(
        groupement_name=demo["groupement"]["name"],
        groupement_signed_on=demo["groupement"]["signed_on"],
        provider=demo["provider"],
        market_starts_on=demo["market"]["starts_on"],
        market_ends_on=demo["market"]["ends_on"],
        cdgs=demo["cdgs"],
        team_department=team.pop("department"),
        team=team,
        members=[_member(row) for row in demo["members"]],
        bodies=[DemoBody(**row | _correspondent(row)) for row in demo["bodies"]],
        accounts={row["sub"]: DemoAccount(**row) for row in _read("demo_accounts.toml")["accounts"]},
        terms={name: text.strip() for name, text in demo["terms"].items()},
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
