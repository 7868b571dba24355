"""Who the reporter is, when they agree to seal it. It lives in memory for one request and leaves as ciphertext."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, fields

from intake.domain.members import fold

LONGEST = 100
LONGEST_EMAIL = 254
# Bytes of the sealed identity; the rest of its 2048-byte layer is room for a contact, and filling.
LARGEST = 1400

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]{2,}")
_PUBLIC_BODIES = ("mairie", "ville", "commune", "agglo", "departement", "region", "cdg", "ccas", "sdis")


@dataclass(frozen=True, slots=True)
class Identity:
    """What the reporter typed about themselves. Never shown by repr."""

    given_name: str = field(default="", repr=False)
    family_name: str = field(default="", repr=False)
    position: str = field(default="", repr=False)
    department: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    email: str = field(default="", repr=False)

    def size(self) -> int:
        return sum(len(getattr(self, f.name).encode()) for f in fields(self))


def faults(identity: Identity, member_name: str, mail_domains: Sequence[str] = ()) -> dict[str, str]:
    """What keeps this identity from being sealed: field -> what to do about it."""
    found = {}
    if not identity.given_name:
        found["given_name"] = "Écrivez votre prénom, ou choisissez de rester anonyme."
    if not identity.family_name:
        found["family_name"] = "Écrivez votre nom, ou choisissez de rester anonyme."
    if identity.phone and len(re.findall(r"\d", identity.phone)) < 10:
        found["phone"] = "Ce numéro semble incomplet. Il compte dix chiffres, par exemple 06 12 34 56 78."
    if fault := email_faults(identity.email, member_name, mail_domains):
        found["email"] = fault
    if identity.size() > LARGEST or any(len(getattr(identity, f.name)) > LONGEST for f in fields(identity)):
        found.setdefault("given_name", f"Chaque réponse peut compter {LONGEST} caractères au plus.")
    return found


def email_faults(email: str, member_name: str, mail_domains: Sequence[str] = ()) -> str:
    """What keeps this address from being used; empty when nothing does, or when there is none."""
    if not email:
        return ""
    if not _EMAIL.fullmatch(email) or len(email) > LONGEST_EMAIL:
        return "Écrivez une adresse complète, par exemple nom@exemple.fr."
    if looks_professional(email, member_name, mail_domains):
        return (
            "Cette adresse ressemble à une adresse professionnelle : votre employeur pourrait la lire. "
            "Donnez une adresse personnelle, ou laissez vide."
        )
    return ""


def looks_professional(email: str, member_name: str, mail_domains: Sequence[str] = ()) -> bool:
    """Could the member's own people read this mailbox? In their domains, or judged by its name (design, section 5)."""
    host = email.rpartition("@")[2].casefold().rstrip(".")
    if any(host == known or host.endswith(f".{known}") for known in mail_domains):
        return True
    domain = fold(host).replace(" ", "")
    if domain.endswith("gouvfr") or domain.startswith(_PUBLIC_BODIES):
        return True
    name = fold(member_name).replace(" ", "")
    return len(name) >= 3 and name in domain
