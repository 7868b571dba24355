"""Who answers for which personal data (convention, art. 8; GDPR, art. 4, 26 and 28), for each convention.

Article 8 knows two processings. The file of the CdG's service: its president is the controller; the referents of the
member receive what concerns them. What the provider collects "dans le cadre de la mise en œuvre du dispositif": the
member is the controller, the provider processes for it. Another CdG may have agreed otherwise: what is recorded counts.
"""

from dataclasses import dataclass
from enum import StrEnum

from billing.domain.faults import Fault, check


class Processing(StrEnum):
    """What is processed."""

    SERVICE_FILE = "service_file"
    PROVIDER_DATA = "provider_data"


class DataRole(StrEnum):
    """What a party is for a processing."""

    CONTROLLER = "controller"
    JOINT = "joint"
    PROCESSOR = "processor"
    RECIPIENT = "recipient"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class DataRoles:
    """The three parties, for one processing."""

    processing: Processing
    cdg: DataRole
    member: DataRole
    provider: DataRole


DEFAULTS = (
    DataRoles(Processing.SERVICE_FILE, DataRole.CONTROLLER, DataRole.RECIPIENT, DataRole.NONE),
    DataRoles(Processing.PROVIDER_DATA, DataRole.NONE, DataRole.CONTROLLER, DataRole.PROCESSOR),
)


def checked(roles: DataRoles) -> DataRoles:
    """The same. Raises Refused (field: the processing) unless one controls alone, or two at least together."""
    parties = (roles.cdg, roles.member, roles.provider)
    alone, together = parties.count(DataRole.CONTROLLER), parties.count(DataRole.JOINT)
    right = (alone == 1 and together == 0) or (alone == 0 and together >= 2)
    check({str(roles.processing): None if right else Fault.MALFORMED})
    return roles
