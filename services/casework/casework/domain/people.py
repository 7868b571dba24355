"""Who works on cases."""

from dataclasses import dataclass
from enum import StrEnum

from casework.domain.routing import Role


class Quality(StrEnum):
    """What a person may see of a case: the screener the original, the handler the screened version."""

    SCREENER = "screener"
    HANDLER = "handler"


@dataclass(frozen=True, slots=True)
class Staff:
    """A habilitated person. `issuer` and `subject` are those of the identity provider; an e-mail never authorises."""

    person_id: str
    issuer: str
    subject: str
    roles: frozenset[Role]

    @property
    def qualities(self) -> frozenset[Quality]:
        return frozenset(quality_of(role) for role in self.roles)


def quality_of(role: Role) -> Quality:
    return Quality.SCREENER if role is Role.SCREENER else Quality.HANDLER
