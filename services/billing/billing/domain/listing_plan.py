"""What an imported line changes: a new body, or differences to one that is known. Nothing known is ever erased."""

import uuid
from dataclasses import dataclass, replace

from billing.domain.listing import Entry, Reason, Refusal, RefusedLine
from billing.domain.listing_table import Column
from billing.domain.parties import BillingAddress, Cdg, Member
from billing.domain.people import Correspondent
from billing.domain.places import department_of, time_zone_of


@dataclass(frozen=True, slots=True)
class Known:
    """A body that is recorded already."""

    member: Member
    address: BillingAddress | None
    correspondent: Correspondent | None


@dataclass(frozen=True, slots=True)
class Change:
    """One column of a known body. Texts as they are kept; `before` is empty where nothing was known."""

    column: Column
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Planned:
    """What to write for a line. `address`, `correspondent`: only where they are new."""

    entry: Entry
    member: Member
    new: bool
    address: BillingAddress | None
    correspondent: bool
    changes: tuple[Change, ...]


def plan(entry: Entry, known: Known | None, cdg: Cdg) -> Planned | RefusedLine:
    """What this line does to what is known. Refused: another CdG's member, or a seat that moves."""
    if known is None:
        return _new(entry, cdg)
    if known.member.cdg_id != cdg.id:
        return RefusedLine(entry.row, (Refusal(Column.SIREN, Reason.OTHER_CDG),))
    if known.member.insee_code != entry.insee_code:
        return RefusedLine(entry.row, (Refusal(Column.INSEE, Reason.OTHER_PLACE),))
    return _changed(entry, known)


def _new(entry: Entry, cdg: Cdg) -> Planned:
    department = department_of(entry.insee_code)
    member = Member(
        uuid.uuid4(),
        0,
        cdg.id,
        entry.name,
        entry.siren,
        entry.insee_code,
        department,
        kind=entry.kind,
        siret=entry.siret,
        affiliated=entry.affiliated,
        time_zone=time_zone_of(department),
        listed_agents=entry.agents,
    )
    address = BillingAddress(entry.street, entry.postcode, entry.city) if entry.postcode else None
    return Planned(entry, member, True, address, bool(entry.email), ())


def _changed(entry: Entry, known: Known) -> Planned:
    before, old = known.member, known.address or BillingAddress()
    member = replace(
        before,
        name=entry.name,
        kind=entry.kind,
        siret=entry.siret or before.siret,
        affiliated=before.affiliated if entry.affiliated is None else entry.affiliated,
        listed_agents=entry.agents or before.listed_agents,
    )
    new = replace(old, street=entry.street or old.street, postcode=entry.postcode or old.postcode)
    new = replace(new, city=entry.city or old.city)
    was = known.correspondent.person.email if known.correspondent else ""
    pairs = (
        (Column.NAME, before.name, member.name),
        (Column.KIND, before.kind.value, member.kind.value),
        (Column.SIRET, before.siret, member.siret),
        (Column.AFFILIATED, _choice(before.affiliated), _choice(member.affiliated)),
        (Column.AGENTS, str(before.listed_agents or ""), str(member.listed_agents or "")),
        *((Column(name), getattr(old, name), getattr(new, name)) for name in ("street", "postcode", "city")),
        (Column.EMAIL, was, entry.email or was),
    )
    changes = tuple(Change(*pair) for pair in pairs if pair[1] != pair[2])
    billed = new if new.postcode and (new != old or member.siret != before.siret) else None
    return Planned(entry, member, False, billed, bool(entry.email) and entry.email != was, changes)


def _choice(affiliated: bool | None) -> str:
    return "" if affiliated is None else "oui" if affiliated else "non"
