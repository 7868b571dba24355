"""Who may see a case. Who is implicated decides, before anything else, who must never learn that it exists.

Sources: CdG 62 convention, art. 5 (specific referents for cases that implicate the autorité territoriale, the DGS or
the secrétaire général de mairie); décret 2022-1284, art. 5-I (impartiality); CE 29 June 2020, n° 423996.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum


class Implicated(StrEnum):
    """Who the report implicates, as the questionnaire asks it."""

    AUTORITE_TERRITORIALE = "AUTORITE_TERRITORIALE"
    DGS = "DGS"
    SECRETAIRE_GENERAL = "SECRETAIRE_GENERAL"
    REFERENT = "REFERENT"
    HIERARCHIE = "HIERARCHIE"
    COLLEGUE = "COLLEGUE"
    ELU = "ELU"
    USAGER = "USAGER"
    PRESTATAIRE = "PRESTATAIRE"
    CDG = "CDG"
    AUTRE = "AUTRE"


class Role(StrEnum):
    """In which quality a person may see cases."""

    REFERENT = "referent"
    AUTHORITY_REFERENT = "authority_referent"
    SCREENER = "screener"


class Pool(StrEnum):
    """Who handles the case once it is released."""

    MEMBER = "member"
    AUTHORITY = "authority"
    NOBODY_YET = "nobody_yet"


# They decide or sign for the member: everyone of the member is under them.
AUTHORITY = frozenset({Implicated.AUTORITE_TERRITORIALE, Implicated.DGS, Implicated.SECRETAIRE_GENERAL, Implicated.ELU})


@dataclass(frozen=True, slots=True)
class Habilitation:
    """A person may act in a role: for one member, or for the whole CdG when `member_id` is None.

    `active`: it has begun. One that begins later is given cases already, which open to it on its day.
    """

    habilitation_id: str
    person_id: str
    role: Role
    cdg_id: str
    member_id: str | None = None
    active: bool = field(default=True, compare=False)


@dataclass(frozen=True, slots=True)
class Route:
    """Where a case goes. `flagged`: it found no handler and a person must look at that."""

    pool: Pool
    handlers: frozenset[Habilitation]

    @property
    def flagged(self) -> bool:
        return not self.handlers


def codes(given: Iterable[str]) -> frozenset[Implicated]:
    """The codes we know; others say nothing about routing and are dropped."""
    known = set(Implicated)
    return frozenset(Implicated(code) for code in given if code in known)


def screeners(cdg_id: str, people: Iterable[Habilitation]) -> frozenset[Habilitation]:
    """Who reads first and masks: the screeners of the CdG. In this build a screener is always the provider's."""
    return frozenset(h for h in people if h.role is Role.SCREENER and h.cdg_id == cdg_id)


def route(implicated: frozenset[Implicated], member_id: str, cdg_id: str, people: Iterable[Habilitation]) -> Route:
    """The handlers of a case of `member_id`, out of the people habilitated today.

    - the CdG is implicated: nobody of this CdG handles it, whatever else is ticked; another CdG must be found;
    - an authority or a referent is implicated: "cas autorité" referents, nobody of the member;
    - otherwise: the member's referents.
    """
    here = [h for h in people if h.cdg_id == cdg_id]
    if Implicated.CDG in implicated:
        return Route(Pool.NOBODY_YET, frozenset())
    if implicated & AUTHORITY or Implicated.REFERENT in implicated:
        return Route(Pool.AUTHORITY, _authority_referents(member_id, here))
    return Route(Pool.MEMBER, frozenset(h for h in here if h.role is Role.REFERENT and h.member_id == member_id))


def _authority_referents(member_id: str, here: list[Habilitation]) -> frozenset[Habilitation]:
    """The convention's named substitute, else the CdG's own; never somebody who answers to the implicated person."""
    under = {h.person_id for h in here if h.role is Role.REFERENT and h.member_id == member_id}
    able = [h for h in here if h.role is Role.AUTHORITY_REFERENT and h.person_id not in under]
    named = frozenset(h for h in able if h.member_id == member_id)
    return named or frozenset(h for h in able if h.member_id is None)


def admits(pool: Pool, member_id: str, cdg_id: str, newcomer: Habilitation, people: Iterable[Habilitation]) -> bool:
    """May somebody habilitated after a case was routed see it? Only where its route would have led today."""
    if newcomer.cdg_id != cdg_id:
        return False
    if newcomer.role is Role.SCREENER:
        return True
    sample = {
        Pool.MEMBER: frozenset[Implicated](),
        Pool.AUTHORITY: frozenset({Implicated.AUTORITE_TERRITORIALE}),
        Pool.NOBODY_YET: frozenset({Implicated.CDG}),
    }[pool]
    return newcomer in route(sample, member_id, cdg_id, people).handlers
