"""Persons whom a member or a CdG names: name, function, e-mail, phone (convention, art. 7)."""

import re
import unicodedata
import uuid
from dataclasses import dataclass
from datetime import date

from billing.domain.faults import Fault, check

_LONGEST = 120
_EMAIL = re.compile(r"[^@\s<>\"(),:;\[\]\\]{1,64}@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")
_PHONE = re.compile(r"\+[1-9][0-9]{7,14}")


@dataclass(frozen=True, slots=True)
class Contact:
    """A person as named on a convention. Made by `named`, which cleans and checks what was typed."""

    name: str
    function: str
    email: str
    phone: str


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody we know by an e-mail address; may hold several habilitations."""

    id: uuid.UUID
    version: int
    name: str
    email: str
    phone: str


@dataclass(frozen=True, slots=True)
class Correspondent:
    """Whom a member's letters about conventions and money go to. `function`: empty where it was not told."""

    person: Person
    function: str
    set_on: date


def named(name: str, function: str, email: str, phone: str) -> Contact:
    """The contact that was typed, cleaned. Raises Refused, by field: name, function, email, phone."""
    contact = Contact(tidy(name), tidy(function), clean_email(email), clean_phone(phone))
    check(
        {
            "name": text_fault(contact.name),
            "function": text_fault(contact.function),
            "email": _shape_fault(contact.email, _EMAIL, limit=254),
            "phone": _shape_fault(contact.phone, _PHONE, limit=16),
        }
    )
    return contact


def clean_email(typed: str) -> str:
    """An address as it is kept and compared: no space around, lower case."""
    return typed.strip().lower()


def is_email(text: str) -> bool:
    """Does a cleaned address have the shape of one?"""
    return _shape_fault(text, _EMAIL, limit=254) is None


def clean_phone(typed: str) -> str:
    """A number as it is kept: +, country, digits. Ten digits from 0 on are French."""
    digits = re.sub(r"[\s.()\-/]", "", typed)
    if digits.startswith("00"):
        return "+" + digits[2:]
    return "+33" + digits[1:] if re.fullmatch(r"0[1-9][0-9]{8}", digits) else digits


def folded(text: str) -> str:
    """Text without accents, case or punctuation, words separated by one space: for search and comparison."""
    plain = unicodedata.normalize("NFKD", text.casefold().replace("œ", "oe").replace("æ", "ae"))
    letters = "".join(each for each in plain if not unicodedata.combining(each))
    return " ".join(re.findall(r"[a-z0-9]+", letters))


def same_name(one: str, other: str) -> bool:
    """Do two spellings name the same person (order of first and last name aside)?"""
    return sorted(folded(one).split()) == sorted(folded(other).split())


def tidy(typed: str) -> str:
    """Typed text without the spaces around and in excess."""
    return " ".join(typed.split())


def text_fault(text: str) -> Fault | None:
    """What is wrong with a line that must be there: nothing, too much, or what cannot be printed."""
    if not text:
        return Fault.MISSING
    if not text.isprintable():
        return Fault.MALFORMED
    return Fault.TOO_LONG if len(text) > _LONGEST else None


def _shape_fault(text: str, shape: re.Pattern[str], *, limit: int) -> Fault | None:
    if not text:
        return Fault.MISSING
    return None if len(text) <= limit and shape.fullmatch(text) else Fault.MALFORMED
