"""Members of billing that can be called, made at once."""

import uuid
from collections.abc import Callable
from datetime import date, timedelta

from billing.domain.parties import BillingAddress, Member
from billing.domain.people import Contact
from billing.domain.siren import is_siren
from billing.store import tables as t
from billing.usecases import tariffs

TWO_EUROS = {"charges": [{"basis": "per_agent", "label": "Participation annuelle", "price": "2.00"}]}
SELLER = {
    "name": "CdG 62",
    "siret": "28620001900011",
    "iban": "FR7630001007941234567890185",
    "vat_number": "",
    "email": "compta@cdg62.example.org",
    "street": "1 rue de l’Exemple",
    "postcode": "62700",
    "city": "Bruay-la-Buissière",
}


def joiner(uow, owner_uow, parties, clock) -> Callable[..., list[Member]]:
    """Set up the CdG 62's account and tariff; answer a function that makes members of it, in force since a day.

    Every third has nobody to write to, and the first of each call no address.
    """
    cdg_id = parties.first.cdg_id

    def make(count: int, since: date = date(2025, 1, 1), *, agents: int = 12) -> list[Member]:
        with owner_uow("join") as tx:
            known = tx.members.count(cdg_id)
            new = [_member(cdg_id, n) for n in range(known, known + count)]
            tx.members.add_all(new)
            for n, member in enumerate(new):
                _agree(tx, parties, member, since, clock)
                tx.calls.declare_headcount(member.id, date(since.year - 2, 12, 31), agents + n, since)
                if n % 3 != 2:
                    _correspond(tx, member)
            tx.parties.set_buyers(
                [(each, BillingAddress("1 place de la Mairie", "62000", "Arras")) for each in new[1:]]
            )
        return new

    with owner_uow("seller") as tx:
        tx.session.execute(t.sellers.insert().values(SELLER | {"cdg_id": cdg_id}))
    tariffs.record(uow, parties.first, TWO_EUROS, date(2024, 6, 28), clock)
    return make


def _member(cdg_id: uuid.UUID, n: int) -> Member:
    siren = next(each for digit in range(10) if is_siren(each := f"{21_000_000 + n}{digit}"))
    return Member(uuid.uuid4(), 0, cdg_id, f"Commune {n:03}", siren, f"62{n:03}", "62")


def _agree(tx, parties, member: Member, since: date, clock) -> None:
    market = tx.parties.market(member.cdg_id, since)
    received = since - timedelta(20)
    days = dict.fromkeys(("deliberated_on", "signed_on", "received_on"), received)
    row = {"id": uuid.uuid4(), "member_id": member.id, "market_id": market.id, "effect_on": since}
    row |= {"until_on": market.ends_on, "recorded_by": parties.first.id, "recorded_at": clock.now()}
    tx.session.execute(t.conventions.insert().values(row | days))


def _correspond(tx, member: Member) -> None:
    email = f"mairie-{member.siren}@example.org"
    person, _ = tx.people.claim(Contact("Alix Exemple", "Secrétaire", email, "+33353010001"))
    tx.parties.set_correspondent(member.id, person, "Secrétaire", date(2026, 1, 2))
