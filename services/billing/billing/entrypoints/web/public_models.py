"""What the API says of each thing, as its description shows it. Amounts are exact texts; days are ISO."""

import uuid
from collections.abc import Iterable
from datetime import date
from typing import Annotated, Any, Generic, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Row

from billing.domain.invoices import Kind
from billing.domain.money import Money
from chassis.clock import paris_day

Siren = Annotated[str, Field(pattern=r"^[0-9]{9}$", examples=["216209056"])]
Amount = Annotated[str, Field(pattern=r"^-?[0-9]+\.[0-9]{2}$", description="Euros, exacts.", examples=["24.00"])]
Day = Annotated[date, Field(examples=["2026-01-01"])]


class Said(BaseModel):
    """One thing that the API says."""

    model_config = ConfigDict(extra="forbid")


class Headcount(Said):
    """L’effectif déclaré par la collectivité au 31 décembre."""

    at_day: Day
    agents: int = Field(ge=1, examples=[12])


class MemberRef(Said):
    """De quelle collectivité il s’agit."""

    siren: Siren
    name: str = Field(examples=["Zudausques"])

    @classmethod
    def of(cls, row: Row[Any]) -> Self:
        return cls(siren=row.siren, name=row.name)


class MemberOut(MemberRef):
    """Une collectivité ou un établissement, adhérent ou proposé à l’adhésion."""

    siret: str | None = Field(description="14 chiffres ; null tant qu’il n’est pas connu.")
    kind: str = Field(description="commune, epci, syndicat, ccas…", examples=["commune"])
    insee_code: str | None = Field(examples=["62905"])
    department: str | None = Field(examples=["62"])
    affiliated: bool | None = Field(description="Affilié au centre de gestion (CGFP, L452-14) ; null : non renseigné.")
    headcount: Headcount | None = Field(description="Le dernier effectif déclaré.")

    @classmethod
    def of(cls, row: Row[Any]) -> Self:
        declared = None if row.at_day is None else Headcount(at_day=row.at_day, agents=row.agents)
        return cls(
            siren=row.siren,
            name=row.name,
            siret=row.siret or None,
            kind=row.kind,
            insee_code=row.insee_code or None,
            department=row.department or None,
            affiliated=row.affiliated,
            headcount=declared,
        )


class ConventionOut(Said):
    """Une convention conclue. L’accès au service va de `from_day` à `until_day`, compris."""

    id: uuid.UUID
    member: MemberRef
    deliberated_on: Day
    signed_on: Day
    received_on: Day
    from_day: Day
    until_day: Day
    ending_cause: str | None = Field(description="market, notice ou default ; null si rien ne l’a interrompue.")

    @classmethod
    def of(cls, row: Row[Any]) -> Self:
        return cls(
            id=row.id,
            member=MemberRef.of(row),
            deliberated_on=row.deliberated_on,
            signed_on=row.signed_on,
            received_on=row.received_on,
            from_day=row.effect_on,
            until_day=row.last_day,
            ending_cause=row.cause,
        )


class CallOut(Said):
    """L’appel à cotisation d’une collectivité pour une année."""

    id: uuid.UUID
    member: MemberRef
    year: int = Field(examples=[2026])
    first_day: Day
    last_day: Day
    due_on: Day = Field(description="Date limite de réponse.")
    sent_on: Day | None
    state: str = Field(description="sent, declared, checked, issued ou cancelled.", examples=["issued"])
    agents: int | None = Field(description="Effectif déclaré.")
    net: Amount | None
    tax: Amount | None
    invoice_number: str | None = Field(examples=["62-2026-000017"])

    @classmethod
    def of(cls, row: Row[Any]) -> Self:
        return cls(
            id=row.id,
            member=MemberRef.of(row),
            year=row.year,
            first_day=row.first_on,
            last_day=row.last_on,
            due_on=row.due_on,
            sent_on=None if row.told_at is None else paris_day(row.told_at),
            state=row.state,
            agents=row.agents,
            net=None if row.net_cents is None else str(Money(row.net_cents)),
            tax=None if row.tax_cents is None else str(Money(row.tax_cents)),
            invoice_number=row.invoice_number,
        )


class InvoiceOut(Said):
    """Une facture ou un avoir émis : il ne change plus jamais."""

    id: uuid.UUID
    number: str = Field(examples=["62-2026-000017"])
    kind: str = Field(description="invoice ou credit_note.", examples=["invoice"])
    member: MemberRef
    issued_on: Day
    due_on: Day
    net: Amount
    tax: Amount
    gross: Amount
    currency: str = Field(default="EUR", pattern="^EUR$")
    corrects: str | None = Field(description="Pour un avoir : le numéro de la facture qu’il annule.")
    pdf: str = Field(description="Factur-X (PDF/A-3).", examples=["/api/v1/invoices/62-2026-000017.pdf"])
    xml: str = Field(description="La facture pour une machine.", examples=["/api/v1/invoices/62-2026-000017.xml"])

    @classmethod
    def of(cls, row: Row[Any]) -> Self:
        net, tax = Money(row.net_cents), Money(row.tax_cents)
        address = f"/api/v1/invoices/{row.number}"
        return cls(
            id=row.id,
            number=row.number,
            kind="credit_note" if row.kind == Kind.CREDIT_NOTE else "invoice",
            member=MemberRef.of(row),
            issued_on=row.issued_on,
            due_on=row.due_on,
            net=str(net),
            tax=str(tax),
            gross=str(net + tax),
            corrects=row.corrected_number,
            pdf=f"{address}.pdf",
            xml=f"{address}.xml",
        )


Item = TypeVar("Item", bound=Said)


class Listing(Said, Generic[Item]):
    """Une partie d’une liste. `next` : à redonner en `cursor` pour la suite ; null à la fin."""

    items: list[Item]
    next: uuid.UUID | None

    @classmethod
    def made(cls, items: Iterable[Item], following: uuid.UUID | None) -> Self:
        return cls(items=list(items), next=following)
