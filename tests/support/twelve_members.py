"""Twelve bodies of the Pas-de-Calais on 10 March 2026, straight into the tables: figures can be counted by hand.

Six conventions in force (two end with a notice or a default before the market), one to come, one proposed, two over,
two without any.
"""

import json
import uuid
from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy import insert, select

from billing.domain.money import Money
from billing.domain.people import folded
from billing.store import accounting_tables as a
from billing.store import tables as t
from billing.store.call_tables import call_runs, calls, tariffs
from billing.store.life_tables import endings, proposals
from billing.store.order_tables import orders, price_lists

NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)
MARKET_END = date(2027, 6, 27)


@dataclass(frozen=True)
class Body:
    """A row of the table below. `last`: the convention's last day; `heads`: agents by the year of 31 December."""

    name: str
    insee: str
    kind: str = "commune"
    affiliated: bool | None = True
    effect: date | None = None
    last: date | None = None
    cause: str = ""
    heads: tuple[tuple[int, int], ...] = ()
    referents: int = 2
    listed: int | None = None
    proposed: bool = False


BODIES = (
    Body("Zudausques", "62905", effect=date(2025, 1, 1), heads=((2024, 10), (2025, 12))),
    Body("Wancourt", "62873", effect=date(2025, 1, 1), heads=((2024, 9),)),
    Body("Agny", "62013", effect=date(2024, 11, 1), heads=((2025, 24),), referents=1),
    Body("Béthune", "62119", affiliated=False, effect=date(2024, 9, 1), heads=((2025, 900),)),
    Body("SIVOM du Béthunois", "62119", "syndicat", True, date(2025, 6, 1), date(2026, 5, 31), "notice", ((2025, 60),)),
    Body("CCAS d’Arras", "62041", "ccas", None, date(2025, 9, 1), date(2026, 4, 30), "default", ((2024, 15),), 0),
    Body("Lens", "62498", affiliated=False, effect=date(2026, 4, 1), heads=((2025, 1000),), referents=0),
    Body("Étaples", "62318", listed=80, proposed=True),
    Body("Beaurains", "62099", effect=date(2024, 8, 1), last=date(2025, 7, 31), cause="notice", heads=((2023, 92),)),
    Body("Dainville", "62263", effect=date(2024, 8, 1), last=date(2025, 12, 31), cause="default", heads=((2024, 78),)),
    Body("Liévin", "62510", listed=700),
    Body("=Urps", "62041", "professionals", False),
)


def bodies(connection, parties, chosen=BODIES):
    """Members, conventions, headcounts and referents. Answers the members' ids by name."""
    first, second = parties.first, parties.second
    market = connection.execute(select(t.markets.c.id)).scalars().first()
    ids = {}
    for rank, body in enumerate(chosen, 1):
        member = ids[body.name] = uuid.uuid4()
        row = {"id": member, "version": 1, "cdg_id": first.cdg_id, "name": body.name, "siren": f"{200000000 + rank}"}
        row |= {"insee_code": body.insee, "department": "62", "sort_key": folded(body.name), "kind": body.kind}
        row |= {"affiliated": body.affiliated, "listed_agents": body.listed}
        connection.execute(insert(t.members).values(row))
        for year, agents in body.heads:
            values = {"member_id": member, "at_day": date(year, 12, 31), "agents": agents}
            connection.execute(insert(t.headcounts).values(values | {"declared_on": date(year + 1, 1, 15)}))
        if body.proposed:
            _proposal(connection, parties, market, member)
        if body.effect:
            _convention(connection, parties, market, member, body)
        for number in range(body.referents if body.effect else 0):
            _referent(connection, first, second, member, f"{rank}-{number}")
    return ids


def accounts(connection, parties, ids):
    """2 € by agent, this year's call, four invoices of which one is undone, two payments."""
    cdg, by = parties.first.cdg_id, parties.first.id
    data = json.dumps({"charges": [{"basis": "per_agent", "label": "Participation", "price": "2"}]})
    row = {"cdg_id": cdg, "version": 1, "valid_from": date(2024, 6, 28), "data": data, "recorded_by": by}
    connection.execute(insert(tariffs).values(row | {"recorded_at": NOW}))
    run = uuid.uuid4()
    row = {"id": run, "cdg_id": cdg, "year": 2026, "due_on": date(2026, 2, 28), "all_agents": 2020, "started_by": by}
    row |= {"started_at": NOW, "finished_at": NOW, "called_before": 0, "expected": 3}
    connection.execute(insert(call_runs).values(row))
    zudausques = _invoice(connection, cdg, ids["Zudausques"], 1, date(2026, 1, 20), 2400)
    _invoice(connection, cdg, ids["Agny"], 2, date(2026, 1, 20), 4800)
    late = _invoice(connection, cdg, ids["Béthune"], 3, date(2026, 2, 2), 180000)
    undone = _invoice(connection, cdg, ids["Wancourt"], 4, date(2026, 2, 5), 1800)
    _invoice(connection, cdg, ids["Wancourt"], 5, date(2026, 2, 6), 1800, corrects=undone)
    _call(connection, parties, run, ids["Zudausques"], 10, "issued", 12, zudausques)
    _call(connection, parties, run, ids["SIVOM du Béthunois"], 50, "declared", 60)
    _call(connection, parties, run, ids["Wancourt"], 9, "sent")
    _payment(connection, parties, zudausques, date(2026, 2, 10), 2400)
    _payment(connection, parties, late, date(2026, 3, 2), 100000)


def some_orders(connection, parties, ids):
    """Two of members, one that the CdG pays for itself."""
    cdg = parties.first.cdg_id
    row = {"cdg_id": cdg, "version": 1, "valid_from": date(2024, 6, 28), "reading": "printed", "data": "{}"}
    connection.execute(insert(price_lists).values(row | {"chosen_on": date(2024, 6, 28)}))
    for number, status, member in (
        ("7MLD-0001", "quoted", ids["Béthune"]),
        ("7MLD-0002", "settled", ids["Lens"]),
        ("7MLD-0003", "approved", None),
    ):
        values = {"id": uuid.uuid4(), "cdg_id": cdg, "member_id": member, "number": number, "version": 1}
        values |= {"status": status, "by_cdg": member is None, "price_list": 1, "net_cents": 50000}
        connection.execute(insert(orders).values(values | {"tax_cents": 10000, "asked_on": date(2026, 2, 1)}))


def _convention(connection, parties, market, member, body):
    convention = uuid.uuid4()
    received = date.fromordinal(body.effect.toordinal() - 10)
    row = {"id": convention, "member_id": member, "market_id": market, "until_on": MARKET_END}
    row |= {"deliberated_on": received, "signed_on": received, "received_on": received, "effect_on": body.effect}
    connection.execute(insert(t.conventions).values(row | {"recorded_by": parties.first.id, "recorded_at": NOW}))
    if body.last:
        letter = date.fromordinal(body.last.toordinal() - 120) if body.cause == "notice" else None
        row = {"convention_id": convention, "last_day": body.last, "cause": body.cause, "cdg_letter_on": letter}
        row |= {"provider_letter_on": letter, "recorded_by": parties.first.id, "recorded_at": NOW}
        connection.execute(insert(endings).values(row))


def _proposal(connection, parties, market, member):
    row = {"id": uuid.uuid4(), "cdg_id": parties.first.cdg_id, "member_id": member, "market_id": market}
    row |= {"content": "{}", "drafted_by": parties.first.id, "drafted_at": NOW, "sent_on": date(2026, 2, 1)}
    connection.execute(insert(proposals).values(row))


def _referent(connection, first, second, member, mark):
    person = uuid.uuid4()
    row = {
        "id": person,
        "version": 1,
        "name": f"Élodie Référente {mark}",
        "email": f"r{mark}@example.org",
        "phone": "1",
    }
    connection.execute(insert(t.people).values(row))
    row = {"id": uuid.uuid4(), "version": 1, "person_id": person, "role": "referent", "cdg_id": first.cdg_id}
    row |= {"member_id": member, "function": "RH", "body": "Mairie", "designated_by": first.id, "designated_at": NOW}
    row |= {"issuer": "i", "subject": mark, "accepted_at": NOW, "confirmed_by": second.id, "confirmed_at": NOW}
    connection.execute(insert(t.habilitations).values(row | {"valid_from": NOW}))


def _invoice(connection, cdg, member, rank, day, cents, corrects=None):
    invoice = uuid.uuid4()
    row = {
        "id": invoice,
        "cdg_id": cdg,
        "year": 2026,
        "rank": rank,
        "number": f"62-2026-{rank:06}",
        "member_id": member,
    }
    row |= {"kind": "381" if corrects else "380", "cause": corrects or uuid.uuid4(), "corrects": corrects}
    row |= {"issued_on": day, "due_on": date.fromordinal(day.toordinal() + 30), "net_cents": cents, "tax_cents": 0}
    connection.execute(insert(t.invoices).values(row | {"content": _content(day, cents, corrects is not None)}))
    return invoice


def _content(day, cents, undoes):
    """What an invoice is made from, as it is kept."""
    address = {"street": "1 rue de la Paix", "postcode": "62000", "city": "Arras"}
    seller = {"name": "CdG 62", "siret": "20000000100000", "address": address, "iban": "FR00"}
    vat = {"category": "O", "rate": "0", "mention": "art. 256 B du CGI"}
    line = {"label": "Participation", "quantity": "1", "unit_price": str(Money(cents)), "vat": vat}
    draft = {"seller": seller, "buyer": {"name": "Mairie", "siren": "200000001", "address": address}, "lines": [line]}
    draft |= {"issued_on": f"{day}", "due_on": f"{day}", "period": ["2026-01-01", "2026-12-31"], "contract": "C1"}
    draft |= {"kind": "381", "corrects": {"number": "62-2026-000004", "issued_on": f"{day}"}} if undoes else {}
    return json.dumps(draft)


def _call(connection, parties, run, member, known, state, agents=None, invoice=None):
    convention = connection.execute(select(t.conventions.c.id).where(t.conventions.c.member_id == member)).scalar_one()
    told = agents is not None
    row = {"id": uuid.uuid4(), "run_id": run, "member_id": member, "convention_id": convention, "state": state}
    row |= {"first_on": date(2026, 1, 1), "last_on": date(2026, 12, 31), "due_on": date(2026, 2, 28)}
    row |= {"tariff_version": 1, "part": 1, "whole": 1, "affiliated": True, "known_agents": known, "agents": agents}
    row |= {
        "net_cents": agents * 200 if told else None,
        "tax_cents": 0 if told else None,
        "motive": "",
        "hindrance": "",
    }
    row |= {"declared_by": "Jo Mairie" if told else "", "declared_function": "", "motive": "", "hindrance": ""}
    row |= {"sent_at": NOW, "declared_at": NOW if told else None, "invoice_id": invoice}
    row |= {"checked_at": NOW, "checked_by": parties.first.id} if invoice else {}
    connection.execute(insert(calls).values(row))


def _payment(connection, parties, invoice, day, cents):
    payment = uuid.uuid4()
    common = {"recorded_by": parties.first.id, "recorded_at": NOW}
    row = {"id": payment, "cdg_id": parties.first.cdg_id, "received_on": day, "cents": cents, "payer": "Mairie"}
    connection.execute(insert(a.payments).values(row | {"reference": "", "source": "saisie"} | common))
    row = {"id": uuid.uuid4(), "payment_id": payment, "invoice_id": invoice, "cents": cents, "counts_on": day}
    connection.execute(insert(a.allocations).values(row | common))
