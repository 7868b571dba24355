"""To whom a reporter may confide their name as they file: those who would handle the case, and nobody who is a danger.

The same rules as casework's routing (convention, art. 5; décret 2022-1284, art. 5-I, impartiality). Casework decides by
itself who sees a case; here they decide who is offered.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date

# They decide or sign for the member: everyone of the member is under them.
AUTHORITY = frozenset({"AUTORITE_TERRITORIALE", "DGS", "SECRETAIRE_GENERAL", "ELU"})


@dataclass(frozen=True, slots=True)
class Referent:
    """A person in office. `member_id` is empty for one of the whole CdG. Days: both included; None: no end known."""

    habilitation_id: str
    member_id: str
    cdg_id: str
    issuer: str = field(repr=False)
    subject: str = field(repr=False)
    name: str = field(repr=False)
    function: str = field(repr=False)
    body: str = field(repr=False)
    # "authority": of the cases that implicate the authority; else of the member's ordinary ones.
    authority: bool
    from_day: date
    until_day: date | None = None

    def in_office(self, day: date) -> bool:
        return self.from_day <= day and (self.until_day is None or day <= self.until_day)


def offered(
    implicated: Collection[str], member_id: str, cdg_id: str, known: Iterable[Referent], today: date
) -> list[Referent]:
    """Who may be told, of the people known, in the order of their names.

    - the CdG is implicated: nobody of it;
    - an authority or a referent of the member is implicated: the member's named substitute, else the CdG's "cas
      autorité" referents; never somebody who is also a referent of the member;
    - otherwise: the member's referents.
    """
    here = [person for person in known if person.cdg_id == cdg_id and person.in_office(today)]
    members = [person for person in here if not person.authority and person.member_id == member_id]
    if "CDG" in implicated:
        return []
    if not AUTHORITY.isdisjoint(implicated) or "REFERENT" in implicated:
        return _by_name(_authority_referents(member_id, here, members))
    return _by_name(members)


def _authority_referents(member_id: str, here: list[Referent], members: list[Referent]) -> list[Referent]:
    under = {(person.issuer, person.subject) for person in members}
    able = [person for person in here if person.authority and (person.issuer, person.subject) not in under]
    return [p for p in able if p.member_id == member_id] or [p for p in able if not p.member_id]


def _by_name(people: list[Referent]) -> list[Referent]:
    return sorted(people, key=lambda person: (person.name, person.habilitation_id))
