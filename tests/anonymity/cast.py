"""The people of the audit: everything that they say, are or come from is unique, and is searched for afterwards."""

import secrets
from dataclasses import dataclass, field

from chassis.sealing.words import fold
from tests.support.marks import unique
from tests.support.portal import Story

# Every mark holds it, so that a person who reads a hit knows a mark.
_STEM = "Kanari"

# Who implicates the authority is screened and handled apart: the first, and then every third one.
_APART = 3

# What each does besides reporting and writing. Those with an even number confided their names.
PLANS: tuple[frozenset[str], ...] = (
    frozenset({"reachable", "asked", "agrees", "hastens", "shown", "ordered"}),
    frozenset({"reachable", "unreachable again", "ordered"}),
    frozenset({"asked", "agrees", "withdraws"}),
    frozenset({"reachable"}),
    frozenset({"reachable", "demanded"}),
    frozenset({"reachable later"}),
    frozenset({"reachable", "asked", "agrees", "shown", "erased"}),
    frozenset({"asked", "named later", "agrees", "shown"}),
    frozenset({"asked", "refuses"}),
    frozenset({"called back"}),
    frozenset({"told", "shown"}),
    frozenset({"witness"}),
    frozenset({"new words"}),
)


def mark(kind: str) -> str:
    """A value that occurs nowhere by chance; with an accent, since that is where encodings differ."""
    return f"{_STEM}é{kind}{unique()}"


def email() -> str:
    return f"{_STEM.lower()}{unique()}@boite.example.net"


def phone() -> str:
    return "07" + str(secrets.randbelow(10**8)).zfill(8)


@dataclass
class Person:
    """One reporter of the audit. `case`: the address of their case, once a referent has it, who is `referent`."""

    number: int
    confidential: bool
    implicated: str
    does: frozenset[str] = frozenset()
    address: str = ""
    receipt: str = field(default="", repr=False)
    former: str = field(default="", repr=False)
    case: str = ""
    referent: str = ""
    marks: dict[str, str] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        # A loopback address of their own: it must not be kept either.
        self.address = f"127.77.{13 + self.number}.{101 + self.number}"
        for kind in ("quand", "lieu", "faits", "accusé", "fichier", "contenu", "message"):
            self.marks[kind] = mark(kind)
        if self.confidential or "named later" in self.does:
            for kind in ("prénom", "nom", "fonction", "service"):
                self.marks[kind] = mark(kind)
            self.marks["courriel"] = email()
            self.marks["téléphone"] = phone()
        if self.does & {"reachable", "reachable later"}:
            self.marks["boîte"] = email()
            self.marks["boîte, avant l’arobase"] = self.marks["boîte"].partition("@")[0]
        if "asked" in self.does:
            self.marks["motif"] = mark("motif")
        if "demanded" in self.does:
            self.marks["référence"], self.marks["autorité"] = mark("réquisition"), mark("parquet")
        if "called back" in self.does:
            self.marks["rappel"] = phone()

    def story(self) -> Story:
        told = self.marks
        answers: dict[str, str | list[str]] = {
            "when": told["quand"],
            "where": told["lieu"],
            "what": f"Un récit avec un accent et un repère : {told['faits']}, voilà tout. " * 3,
            "implicated": [self.implicated],
            "implicated_details": told["accusé"],
        }
        if "witness" in self.does:
            answers["quality"] = "witness"
        content = f"%PDF-1.4 {told['contenu']} ".encode() * 200
        files = [(f"{told['fichier']}.pdf", content, "application/pdf")]
        identity = self.identity() if self.confidential else None
        return Story(
            answers, identity, files, told["boîte"] if "reachable" in self.does else "", known="told" in self.does
        )

    def identity(self) -> dict[str, str]:
        """As the forms name its parts."""
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
        found |= spellings(f"person {self.number}: receipt", self.receipt)
        if self.former:
            found |= spellings(f"person {self.number}: former receipt", self.former)
        return found


def spellings(label: str, eight: str) -> dict[str, str]:
    """Eight words as they could be written down; upper and lower case are looked for anyway."""
    words = eight.split()
    if len(words) != 8:
        raise AssertionError(f"{label}: not eight words")
    found = {label: " ".join(words), f"{label}, hyphens": "-".join(words), f"{label}, half": " ".join(words[:4])}
    return found | {f"{label}, in one": "".join(words), f"{label}, folded": fold(eight)}


def company() -> list[Person]:
    """Anonymous and confidential reporters, some of whom implicate the authority; one for each plan."""
    return [
        Person(number, number % 2 == 0, "HIERARCHIE" if number % _APART else "AUTORITE_TERRITORIALE", plan)
        for number, plan in enumerate(PLANS)
    ]
