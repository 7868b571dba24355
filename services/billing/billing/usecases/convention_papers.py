"""What stands on the papers of a convention: the convention itself, the act that designates, amendments.

Contents are texts, lists and mappings only; what is unknown is empty, and printed as a dotted blank.
"""

import uuid
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from billing.domain import terms as texts
from billing.domain.adhesion import TypedPerson, TypedSubstitute
from billing.domain.convention import Convention, Market
from billing.domain.data_roles import DEFAULTS, DataRole, DataRoles
from billing.domain.habilitation import Role
from billing.domain.headcount import reference_day
from billing.domain.kinds import Kind
from billing.domain.parties import Member
from billing.domain.proposal import Draft, Proposal
from billing.domain.steps import Step
from billing.domain.tariffs import Basis, Tariff, in_force
from billing.domain.terms import Terms
from billing.store.habilitations import Holder
from billing.store.transaction import Transaction
from billing.wording import price
from chassis.clock import paris_day

CONVENTION, ACT, AMENDMENT = "convention", "acte", "avenant"
# The act's name and its author, by who decides: the mayor's or president's arrêté after the assembly's délibération.
_AUTHORITIES = {Kind.COMMUNE: ("La commune", "le maire", "conseil municipal")}
_OTHER_AUTHORITY = ("L’établissement", "le président", "organe délibérant")
_PROFESSIONALS = ("L’organisation", "le président", "organe délibérant")

_ROLE_WORDS = {
    DataRole.CONTROLLER: "responsable de traitement",
    DataRole.JOINT: "responsable conjoint",
    DataRole.PROCESSOR: "sous-traitant",
    DataRole.RECIPIENT: "destinataire",
    DataRole.NONE: "sans accès",
}


@dataclass(frozen=True, slots=True)
class _Told:
    """What both papers are made of."""

    member: Member
    market: Market
    terms: Terms
    draft: Draft
    roles: list[DataRoles]
    # Empty before the signature.
    deliberated_on: str = ""


def fix(tx: Transaction, proposal: Proposal, member: Member) -> None:
    """Have the convention and its act printed as they are sent; they never change afterwards."""
    told, drawn_on = _of_proposal(tx, proposal, member), paris_day(proposal.drafted_at)
    for kind, title, content in (
        (CONVENTION, "Convention d’adhésion", convention_content(tx, told, drawn_on, project=False)),
        (ACT, "Modèle d’acte de désignation", act_content(tx, told)),
    ):
        tx.documents.ask(kind, proposal.id, cdg_id=member.cdg_id, member_id=member.id, title=title, content=content)


def draft_of(tx: Transaction, proposal: Proposal, member: Member, kind: str) -> dict[str, Any]:
    """The content of a paper that is not fixed yet, marked as a draft."""
    told = _of_proposal(tx, proposal, member)
    if kind == ACT:
        return act_content(tx, told)
    return convention_content(tx, told, paris_day(proposal.drafted_at), project=True)


def fix_act(tx: Transaction, convention: Convention, member: Member, draft: Draft) -> uuid.UUID:
    """The act as it should stand now, with the referents of today; a new paper whenever something in it changes."""
    terms = texts.read(tx.life.terms(member.cdg_id, convention.market_id))
    day = convention.milestones.deliberated_on.isoformat()
    told = _Told(member, _market(tx, member, convention.market_id), terms, draft, tx.life.roles(convention.id), day)
    content = act_content(tx, told)
    subject = uuid.uuid5(convention.id, repr(sorted(content.items())))
    return tx.documents.ask(
        ACT, subject, cdg_id=member.cdg_id, member_id=member.id, title="Modèle d’acte de désignation", content=content
    )


def fix_amendment(tx: Transaction, convention: Convention, member: Member, step: Step) -> None:
    """Have an amendment printed."""
    market = _market(tx, member, convention.market_id)
    terms = texts.read(tx.life.terms(member.cdg_id, market.id))
    content = _parties(tx, member, market, terms) | {
        "number": step.number,
        "effect_on": step.on_day.isoformat(),
        "received_on": convention.milestones.received_on.isoformat(),
        "convention_effect_on": convention.effect_on.isoformat(),
        **(step.content or {}),
    }
    title = f"Avenant n° {step.number} à la convention"
    tx.documents.ask(AMENDMENT, step.id, cdg_id=member.cdg_id, member_id=member.id, title=title, content=content)


def known_draft(headcount: int | None, holders: list[Holder]) -> Draft:
    """What the last convention and the standing designations say already."""
    named = [(each, _typed(each)) for each in holders]
    referents = tuple(person for holder, person in named if holder.habilitation.role is Role.REFERENT)
    substitutes = [
        TypedSubstitute(person, holder.habilitation.body, independent=True)
        for holder, person in named
        if holder.habilitation.role is Role.AUTHORITY_REFERENT
    ]
    return Draft(headcount, "", referents[:2], substitutes[0] if substitutes else None)


def _typed(holder: Holder) -> TypedPerson:
    person = holder.person
    return TypedPerson(person.name, holder.habilitation.function, person.email, person.phone)


def convention_content(tx: Transaction, told: _Told, drawn_on: date, *, project: bool) -> dict[str, Any]:
    """The tripartite convention."""
    draft = told.draft
    return _parties(tx, told.member, told.market, told.terms) | {
        "project": project,
        "signatory": draft.signatory,
        "headcount": draft.headcount or "",
        "headcount_day": reference_day(drawn_on).isoformat(),
        "visas": told.terms.visa_lines,
        "price": told.terms.price or _price_in_words(tx, told.member.cdg_id, max(drawn_on, told.market.starts_on)),
        "referents": _people(draft),
        "substitute": _substitute(draft),
        "roles": _roles(told.roles),
        "default_roles": told.roles == list(DEFAULTS),
        "court": told.terms.court,
        "lot2": _lot2(tx, told.member.cdg_id, drawn_on),
    }


def act_content(tx: Transaction, told: _Told) -> dict[str, Any]:
    """The model act of designation (R135-1 to R135-10): what the authority fixes, blank where it alone knows."""
    _, author, assembly = _authority(told.member)
    return _parties(tx, told.member, told.market, told.terms) | {
        "author": author,
        "assembly": assembly,
        "deliberated_on": told.deliberated_on,
        "cst_on": told.draft.notes.get("cst_on", ""),
        "referents": _people(told.draft),
        "substitute": _substitute(told.draft),
        "platform": told.terms.platform,
        "phone": told.terms.phone,
        "roles": _roles(told.roles),
    }


def _of_proposal(tx: Transaction, proposal: Proposal, member: Member) -> _Told:
    terms = texts.read(tx.life.terms(member.cdg_id, proposal.market_id))
    return _Told(member, _market(tx, member, proposal.market_id), terms, proposal.draft, list(DEFAULTS))


def _market(tx: Transaction, member: Member, market_id: uuid.UUID) -> Market:
    return next(market for market in tx.proposals.markets(member.cdg_id) if market.id == market_id)


def _parties(tx: Transaction, member: Member, market: Market, terms: Terms) -> dict[str, Any]:
    """Who stands on any of these papers."""
    cdg, groupement = tx.parties.cdg(member.cdg_id), tx.parties.groupement(member.cdg_id)
    provider = tx.parties.provider(market.provider_id)
    body, author, assembly = _authority(member)
    return {
        "cdg": {
            "name": cdg.name,
            "contact": cdg.contact,
            "signatory": terms.cdg_signatory,
            "deliberation": terms.cdg_deliberation,
            "seat": terms.cdg_seat,
        },
        "provider": {
            "name": provider.name,
            "identity": terms.provider_identity,
            "siret": provider.siret,
            "seat": f"{provider.street}, {provider.postcode} {provider.city}" if provider.street else "",
            "signatory": terms.provider_signatory,
        },
        "member": {"name": member.name, "siren": member.siren, "body": body, "author": author, "assembly": assembly},
        "market": {"starts_on": market.starts_on.isoformat(), "ends_on": market.ends_on.isoformat()},
        "groupement": {"name": groupement.name, "signed_on": groupement.signed_on.isoformat()},
        "joint": len(groupement.cdgs) > 1,
    }


def _authority(member: Member) -> tuple[str, str, str]:
    if member.kind is Kind.PROFESSIONALS:
        return _PROFESSIONALS
    return _AUTHORITIES.get(member.kind, _OTHER_AUTHORITY)


def _people(draft: Draft) -> list[dict[str, str]]:
    """Two referents, known or blank (art. 7)."""
    known = [asdict(person) for person in draft.referents[:2]]
    blank = {"name": "", "function": "", "email": "", "phone": ""}
    return [*known, *([blank] * (2 - len(known)))]


def _substitute(draft: Draft) -> dict[str, str] | None:
    if draft.substitute is None:
        return None
    return {**asdict(draft.substitute.person), "body": draft.substitute.body}


def _roles(roles: list[DataRoles]) -> list[dict[str, str]]:
    return [
        {
            "processing": str(each.processing),
            **{party: _ROLE_WORDS[getattr(each, party)] for party in ("cdg", "member", "provider")},
        }
        for each in roles
    ]


def _price_in_words(tx: Transaction, cdg_id: uuid.UUID, day: date) -> str:
    """The yearly participation as the tariff of that day says it, or the first to come; empty where it is not one
    price for each agent."""
    tariffs = tx.tariffs.all(cdg_id)
    first = min((t.valid_from for t in tariffs), default=day)
    tariff: Tariff | None = in_force(tariffs, max(day, first))
    if tariff is None or len(tariff.charges) != 1:
        return ""
    [charge] = tariff.charges
    if charge.basis not in (Basis.PER_AGENT, Basis.PER_AGENT_BY_TOTAL) or len(charge.bands) != 1:
        return ""
    amount: Decimal = charge.bands[0].price
    return f"{price(amount)} par agent et par an"


def _lot2(tx: Transaction, cdg_id: uuid.UUID, day: date) -> list[dict[str, Any]]:
    """The price list of lot 2 by section, as the version in force reads it; empty while there is none."""
    known = tx.price_lists.in_force(cdg_id, day)
    if known is None:
        return []
    sections: dict[str, str] = known.data.get("sections", {})
    rows: dict[str, list[dict[str, str]]] = {number: [] for number in sections}
    for service in known.data["services"]:
        asked = service.get("price", "")
        amount = asked.get(known.reading, "") if isinstance(asked, dict) else asked
        row = {"code": service["code"], "label": service["label"], "unit": service["unit"], "price": amount}
        rows.setdefault(service["code"].partition(".")[0], []).append(row)
    return [{"number": number, "title": sections.get(number, ""), "rows": rows[number]} for number in rows]
