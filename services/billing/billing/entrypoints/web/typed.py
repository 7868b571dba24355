"""From what a browser sends to what the rules read."""

import uuid
from datetime import date

from billing.domain.adhesion import TypedConvention, TypedPerson, TypedSubstitute
from billing.domain.money import Money, NotMoney
from chassis.web import Form

# No day that is typed here is of another century: 0025-12-08 is what a date field makes of a year typed "25".
_EARLIEST = date(2000, 1, 1)
# The convention's choice for cases that implicate the authority: the CdG's own referents, or somebody it names.
NAMED = "nomme"


def convention(form: Form) -> TypedConvention:
    return TypedConvention(
        deliberated_on=day(form.get("deliberated_on")),
        signed_on=day(form.get("signed_on")),
        received_on=day(form.get("received_on")),
        headcount=number(form.get("headcount")),
        referents=(person(form, "referent_1_"), person(form, "referent_2_")),
        substitute=substitute(form, "substitute_") if form.get("substitute") == NAMED else None,
    )


def person(form: Form, prefix: str = "") -> TypedPerson:
    name, function, email, phone = (form.get(prefix + field) for field in ("name", "function", "email", "phone"))
    return TypedPerson(name, function, email, phone)


def substitute(form: Form, prefix: str = "") -> TypedSubstitute:
    return TypedSubstitute(person(form, prefix), form.get(f"{prefix}body"), form.get(f"{prefix}independent") == "oui")


def day(typed: str) -> date | None:
    """A day as a date field sends it (2026-03-10), or as typed in France (10/03/2026); None if it is neither, and for
    a year that was cut short."""
    text = typed.strip()
    parts = text.split("/")
    if len(parts) == 3:
        text = f"{parts[2]:0>4}-{parts[1]:0>2}-{parts[0]:0>2}"
    try:
        found = date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None
    return found if found and found >= _EARLIEST else None


def number(typed: str) -> int | None:
    """A whole number, thousands separated or not; None if it is not one."""
    digits = "".join(typed.split())
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 12 else None


def amount(typed: str) -> Money | None:
    """Euros as typed in France; None when it is none."""
    bare = "".join(typed.split()).replace("€", "").replace(",", ".")
    try:
        return Money.of(bare) if bare else None
    except NotMoney:
        return None


def identifier(sent: str) -> uuid.UUID | None:
    """What a hidden field or a box of a page says; None for anything else."""
    try:
        return uuid.UUID(sent)
    except ValueError:
        return None
