"""Who stands in a convention: CdGs grouped to buy together, their provider, their members, the managers who run it."""

import uuid
from dataclasses import dataclass


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
        return self.insee_code[:3] if self.insee_code.startswith("97") else self.insee_code[:2]


@dataclass(frozen=True, slots=True)
class Member:
    """A body that signed a convention with its CdG."""

    id: uuid.UUID
    version: int
    cdg_id: uuid.UUID
    name: str
    siren: str
    insee_code: str
    department: str
    # Where its people have mailboxes, in lower case; what follows the @.
    mail_domains: tuple[str, ...] = ()
