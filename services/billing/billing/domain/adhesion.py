"""What a manager copies from a signed convention, checked as a whole: every fault is told at once."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from billing.domain.convention import Convention, Market, Milestones, milestone_faults
from billing.domain.faults import Fault, Refused
from billing.domain.people import Contact, folded, named, text_fault, tidy

T = TypeVar("T")
LARGEST_HEADCOUNT = 1_000_000


@dataclass(frozen=True, slots=True)
class TypedPerson:
    """A person as typed: art. 7 asks for name, function, e-mail and phone."""

    name: str
    function: str
    email: str
    phone: str


@dataclass(frozen=True, slots=True)
class TypedSubstitute:
    """Whom the convention names, if anybody, for cases that implicate the authority, the DGS or the SGM (art. 5)."""

    person: TypedPerson
    body: str
    independent: bool


@dataclass(frozen=True, slots=True)
class TypedConvention:
    """The convention as typed; None where a day or a number cannot be read."""

    deliberated_on: date | None
    signed_on: date | None
    received_on: date | None
    headcount: int | None
    referents: tuple[TypedPerson, TypedPerson]
    substitute: TypedSubstitute | None


@dataclass(frozen=True, slots=True)
class Substitute:
    """A substitute of another body than the member, so never under the person implicated."""

    contact: Contact
    body: str


@dataclass(frozen=True, slots=True)
class Adhesion:
    """A convention that can be recorded."""

    milestones: Milestones
    headcount: int
    referents: tuple[Contact, Contact]
    substitute: Substitute | None


class _Collector:
    """Runs checks, gathers their faults under the fields' own names."""

    def __init__(self) -> None:
        self.faults: dict[str, Fault] = {}

    def note(self, field: str, fault: Fault | None) -> None:
        if fault is not None:
            self.faults.setdefault(field, fault)

    def run(self, prefix: str, make: Callable[[], T]) -> T | None:
        try:
            return make()
        except Refused as refused:
            for field, fault in refused.faults.items():
                self.note(prefix + field, fault)
            return None


def read(
    typed: TypedConvention, member_name: str, market: Market, *, today: date, before: Convention | None = None
) -> Adhesion:
    """The adhesion that was typed. Raises Refused with every fault, by field (`referent_2_email`).

    `before`: the convention that it renews.
    """
    collector = _Collector()
    milestones = _milestones(typed, market, today, before, collector)
    headcount = _headcount(typed.headcount, collector)
    first, second = (_person(person, f"referent_{n}_", collector) for n, person in enumerate(typed.referents, 1))
    substitute = _substitute(typed.substitute, member_name, collector)
    _all_different(first, second, substitute, collector)
    if collector.faults or milestones is None or first is None or second is None:
        raise Refused(collector.faults)
    return Adhesion(milestones, headcount, (first, second), substitute)


def substitute_faults(body: str, member_name: str, *, independent: bool) -> dict[str, Fault]:
    """Art. 5: a case that implicates the authority must not be handled under its orders."""
    faults = {}
    if fault := text_fault(body):
        faults["body"] = fault
    elif folded(body).removeprefix("commune de ").removeprefix("mairie de ") == folded(member_name):
        faults["body"] = Fault.NOT_INDEPENDENT
    if not independent:
        faults["independent"] = Fault.NOT_INDEPENDENT
    return faults


def _milestones(
    typed: TypedConvention, market: Market, today: date, before: Convention | None, collector: _Collector
) -> Milestones | None:
    days = {name: getattr(typed, name) for name in ("deliberated_on", "signed_on", "received_on")}
    for name, day in days.items():
        collector.note(name, Fault.MISSING if day is None else None)
    if None in days.values():
        return None
    milestones = Milestones(**days)
    for name, fault in milestone_faults(market, milestones, today, before).items():
        collector.note(name, fault)
    return milestones


def _headcount(agents: int | None, collector: _Collector) -> int:
    if agents is None:
        collector.note("headcount", Fault.MISSING)
    elif not 1 <= agents <= LARGEST_HEADCOUNT:
        collector.note("headcount", Fault.NOT_POSITIVE)
    return agents or 0


def _person(typed: TypedPerson, prefix: str, collector: _Collector) -> Contact | None:
    return collector.run(prefix, lambda: named(typed.name, typed.function, typed.email, typed.phone))


def _substitute(typed: TypedSubstitute | None, member_name: str, collector: _Collector) -> Substitute | None:
    if typed is None:
        return None
    contact = _person(typed.person, "substitute_", collector)
    body = tidy(typed.body)
    for field, fault in substitute_faults(body, member_name, independent=typed.independent).items():
        collector.note(f"substitute_{field}", fault)
    return None if contact is None else Substitute(contact, body)


def _all_different(
    first: Contact | None, second: Contact | None, sub: Substitute | None, collector: _Collector
) -> None:
    """Two referents are two persons; a substitute is neither, else an implicated referent could receive the case."""
    seen: set[str] = set()
    named_in_order = (("referent_1", first), ("referent_2", second), ("substitute", sub.contact if sub else None))
    for prefix, contact in named_in_order:
        if contact is None:
            continue
        collector.note(f"{prefix}_email", Fault.SAME_PERSON if contact.email in seen else None)
        seen.add(contact.email)
