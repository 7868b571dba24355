"""A member's file as a manager types it: checked as a whole, every fault told at once."""

import re
from dataclasses import dataclass, replace

from billing.domain.adhesion import TypedPerson
from billing.domain.faults import Fault, Refused
from billing.domain.kinds import Kind
from billing.domain.parties import BillingAddress, Member
from billing.domain.people import Contact, Correspondent, clean_phone, named, tidy
from billing.domain.places import TIME_ZONES
from billing.domain.siren import is_siret

_LONGEST = 120
_MOST_DOMAINS = 20
_DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")
# Where anybody has an address of their own: refused to reporters, they would lose the only one out of their employer's
# reach.
_OPEN_TO_ALL = frozenset(
    """
    aol.com bbox.fr club-internet.fr free.fr gmail.com gmx.com gmx.fr googlemail.com hotmail.com hotmail.fr icloud.com
    laposte.net live.com live.fr mac.com mailo.com me.com msn.com neuf.fr numericable.fr orange.fr outlook.com
    outlook.fr pm.me proton.me protonmail.com riseup.net sfr.fr tutanota.com wanadoo.fr yahoo.com yahoo.fr ymail.com
    """.split()  # noqa: SIM905
)


@dataclass(frozen=True, slots=True)
class TypedMember:
    """The file as typed. `version`: of the file that it was typed over."""

    version: int | None
    name: str
    kind: str
    siret: str
    affiliated: str
    time_zone: str
    address: BillingAddress
    mail_domains: str
    correspondent: TypedPerson


@dataclass(frozen=True, slots=True)
class Edited:
    """What to write. `contact`: None where the correspondent stays as they are."""

    member: Member
    address: BillingAddress
    contact: Contact | None


def read(typed: TypedMember, member: Member, correspondent: Correspondent | None) -> Edited:
    """The file that was typed. Raises Refused, by field; those of the correspondent start with `contact_`."""
    if typed.version != member.version:
        raise Refused({"form": Fault.CHANGED_SINCE})
    name, siret = tidy(typed.name), "".join(typed.siret.split())
    domains = _domains(typed.mail_domains)
    address = _clean(typed.address)
    faults = {
        "member_name": _text_fault(name, required=True),
        "kind": None if typed.kind in list(Kind) else Fault.MISSING,
        "siret": _siret_fault(siret, member.siren),
        "time_zone": None if typed.time_zone in TIME_ZONES else Fault.MISSING,
        **_address_faults(address),
        "mail_domains": _domains_fault(domains),
    }
    standing = {field: fault for field, fault in faults.items() if fault is not None}
    contact = _contact(typed.correspondent, correspondent, standing)
    if standing:
        raise Refused(standing)
    edited = replace(
        member,
        name=name,
        kind=Kind(typed.kind),
        siret=siret,
        affiliated={"oui": True, "non": False}.get(typed.affiliated),
        time_zone=typed.time_zone,
        mail_domains=domains,
    )
    return Edited(edited, address, contact)


def _clean(address: BillingAddress) -> BillingAddress:
    return BillingAddress(
        tidy(address.street),
        "".join(address.postcode.split()),
        tidy(address.city),
        tidy(address.service_code),
        tidy(address.engagement),
    )


def _contact(typed: TypedPerson, known: Correspondent | None, standing: dict[str, Fault]) -> Contact | None:
    """Whoever is typed, complete; nobody where nobody was and nothing is typed, or where nothing changes."""
    fields = (*(tidy(text) for text in (typed.name, typed.function, typed.email)), clean_phone(typed.phone))
    was = (known.person.name, known.function, known.person.email, known.person.phone) if known else ("",) * 4
    if fields == was:
        return None
    try:
        return named(*fields)
    except Refused as refused:
        standing.update({f"contact_{field}": fault for field, fault in refused.faults.items()})
        return None


def _text_fault(text: str, *, required: bool = False, limit: int = _LONGEST) -> Fault | None:
    if not text:
        return Fault.MISSING if required else None
    if not text.isprintable():
        return Fault.MALFORMED
    return Fault.TOO_LONG if len(text) > limit else None


def _siret_fault(siret: str, siren: str) -> Fault | None:
    if siret and not is_siret(siret):
        return Fault.MALFORMED
    return Fault.OTHER_NAME if siret and not siret.startswith(siren) else None


def _address_faults(address: BillingAddress) -> dict[str, Fault | None]:
    """An invoice needs a postal code and a town; lengths are those of Chorus Pro."""
    some = any((address.street, address.postcode, address.city, address.service_code, address.engagement))
    postcode = Fault.MISSING if some and not address.postcode else None
    if address.postcode and not re.fullmatch(r"[0-9]{5}", address.postcode):
        postcode = Fault.MALFORMED
    return {
        "street": _text_fault(address.street),
        "postcode": postcode,
        "city": _text_fault(address.city, required=some),
        "service_code": _text_fault(address.service_code, limit=100),
        "engagement": _text_fault(address.engagement, limit=50),
    }


def _domains(typed: str) -> tuple[str, ...]:
    """One on each line, in lower case, each once; `@` in front is dropped."""
    lines = (line.strip().lower().removeprefix("@").rstrip(".") for line in typed.splitlines())
    return tuple(dict.fromkeys(line for line in lines if line))


def _domains_fault(domains: tuple[str, ...]) -> Fault | None:
    if any(_DOMAIN.fullmatch(domain) is None for domain in domains):
        return Fault.MALFORMED
    if _OPEN_TO_ALL.intersection(domains):
        return Fault.NOT_INDEPENDENT
    return Fault.TOO_LONG if len(domains) > _MOST_DOMAINS else None
