"""What a CdG's conventions say of its own: who signs for whom, the acts that they rest on, the price, the court.

Everything else is the same in every convention (`documents/convention.html`). A text that is not known yet is printed
as a dotted blank, to be filled in by hand.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields

from billing.domain.faults import Fault, check

LONGEST = 4000


@dataclass(frozen=True, slots=True)
class Terms:
    """Texts of one CdG under one market; each may be empty."""

    # "son président, Monsieur …", "du 18 mars 2021".
    cdg_signatory: str = ""
    cdg_deliberation: str = ""
    cdg_seat: str = ""
    # "immatriculée au RCS de Paris sous le numéro …, dont le siège est situé …"; "son président, …".
    provider_identity: str = ""
    provider_signatory: str = ""
    # One visa a line, after the general ones: deliberations that allow the market and these conventions.
    visas: str = ""
    # The yearly participation, in words; empty: as the tariff in force says it.
    price: str = ""
    platform: str = ""
    phone: str = ""
    court: str = ""

    @property
    def visa_lines(self) -> list[str]:
        return [line.strip() for line in self.visas.splitlines() if line.strip()]


NAMES = tuple(field.name for field in fields(Terms))


def read(data: Mapping[str, object]) -> Terms:
    """The texts that are known; the others stay empty."""
    return Terms(**{name: str(data.get(name, "")).strip() for name in NAMES})


def checked(terms: Terms) -> Terms:
    """The same. Raises Refused by name for a text that is too long."""
    check({name: Fault.TOO_LONG if len(text) > LONGEST else None for name, text in asdict(terms).items()})
    return terms
