"""Who stands in a convention: CdGs grouped to buy together, their provider, their members, the managers who run it."""

import uuid
from dataclasses import dataclass

from billing.domain.kinds import Kind
from billing.domain.places import PARIS, department_of


@dataclass(frozen=True, slots=True)
class Cdg:
    """A centre de gestion of the groupement."""

    id: uuid.UUID
    department: str
    name: str
    contact: str


@dataclass(frozen=True, slots=True)
class Manager:
    """An agent of a CdG who records conventions. Known by the account, never by an e-mail address."""

    id: uuid.UUID
    cdg_id: uuid.UUID
    issuer: str
    subject: str
    name: str


@dataclass(frozen=True, slots=True)
class Commune:
    """A line of the official list of communes. Population is left out: it is never a headcount."""

    insee_code: str
    siren: str
    name: str
    postal_codes: tuple[str, ...]

    @property
    def department(self) -> str:
        """The first two characters of the code; three overseas."""
        return department_of(self.insee_code)


@dataclass(frozen=True, slots=True)
class Member:
    """A body that signed a convention with its CdG, or may: until then it has none."""

    id: uuid.UUID
    version: int
    cdg_id: uuid.UUID
    name: str
    siren: str
    insee_code: str
    department: str
    # Where its people have mailboxes, in lower case; what follows the @.
    mail_domains: tuple[str, ...] = ()
    kind: Kind = Kind.COMMUNE
    # Empty until it is known; starts with the SIREN.
    siret: str = ""
    # To its CdG (CGFP L452-14); None where nobody knows.
    affiliated: bool | None = None
    time_zone: str = PARIS
    # As an imported list says, before any declaration; never billed.
    listed_agents: int | None = None


@dataclass(frozen=True, slots=True)
class Provider:
    """Who carries out lot 2. Texts are empty until they are known."""

    id: uuid.UUID
    name: str
    siret: str
    street: str
    postcode: str
    city: str
    iban: str
    email: str


@dataclass(frozen=True, slots=True)
class BillingAddress:
    """Where a member is billed, and what its entry at Chorus Pro asks for; each may be empty."""

    street: str = ""
    postcode: str = ""
    city: str = ""
    service_code: str = ""
    engagement: str = ""
