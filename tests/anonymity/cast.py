"""The people of the audit: everything that they say, are or come from is unique, and is searched for afterwards."""

import secrets
from dataclasses import dataclass, field

from tests.support.marks import unique
from tests.support.portal import Story

# Every mark holds it, so that a person who reads a hit knows a mark.
_STEM = "Kanari"


def mark(kind: str) -> str:
    """A value that occurs nowhere by chance; with an accent, since that is where encodings differ."""
    return f"{_STEM}é{kind}{unique()}"


@dataclass
class Person:
    """One reporter of the audit."""

    number: int
    confidential: bool
    implicated: str
    address: str = ""
    receipt: str = field(default="", repr=False)
    marks: dict[str, str] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        # A loopback address of their own: it must not be kept either.
        self.address = f"127.77.{13 + self.number}.{101 + self.number}"
        for kind in ("quand", "lieu", "faits", "accusé", "fichier", "contenu", "message"):
            self.marks[kind] = mark(kind)
        if self.confidential:
            for kind in ("prénom", "nom", "fonction", "service"):
                self.marks[kind] = mark(kind)
            self.marks["courriel"] = f"{_STEM.lower()}{unique()}@boite.example.net"
            self.marks["téléphone"] = "07" + str(secrets.randbelow(10**8)).zfill(8)

    def story(self) -> Story:
        told = self.marks
        answers: dict[str, str | list[str]] = {
            "when": told["quand"],
            "where": told["lieu"],
            "what": f"Un récit avec un accent et un repère : {told['faits']}, voilà tout. " * 3,
            "implicated": [self.implicated],
            "implicated_details": told["accusé"],
        }
        content = f"%PDF-1.4 {told['contenu']} ".encode() * 200
        return Story(answers, self._identity(), [(f"{told['fichier']}.pdf", content, "application/pdf")])

    def _identity(self) -> dict[str, str] | None:
        if not self.confidential:
            return None
        names = {
            "given_name": "prénom",
            "family_name": "nom",
            "position": "fonction",
            "department": "service",
            "phone": "téléphone",
            "email": "courriel",
        }
        return {field: self.marks[kind] for field, kind in names.items()}

    def canaries(self) -> dict[str, str]:
        """Label -> value, for everything that must stand nowhere."""
        found = {f"person {self.number}: {kind}": value for kind, value in self.marks.items()}
        found[f"person {self.number}: address"] = self.address
        words = self.receipt.split()
        found[f"person {self.number}: receipt"] = " ".join(words)
        found[f"person {self.number}: receipt, hyphens"] = "-".join(words)
        found[f"person {self.number}: receipt, half"] = " ".join(words[:4])
        return found


def company(size: int) -> list[Person]:
    """Anonymous and confidential reporters, some of whom implicate the authority."""
    return [
        Person(number, number % 2 == 0, "AUTORITE_TERRITORIALE" if number % 3 == 0 else "HIERARCHIE")
        for number in range(size)
    ]
