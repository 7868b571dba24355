"""What stands on a bordereau d'appel à cotisation (convention, art. 6): texts and whole numbers only."""

from datetime import date, datetime
from typing import Any

from billing.domain.calls import Due, Term, headcount_day
from billing.domain.parties import BillingAddress, Cdg, Member
from billing.domain.tariffs import Basis, Charge
from billing.store.calls import Agreed, Run
from chassis.clock import paris_day


def content(
    cdg: Cdg,
    run: Run,
    member: Member,
    address: BillingAddress | None,
    agreed: Agreed,
    term: Term,
    known: int | None,
    due: Due,
    now: datetime,
    replaces: date | None = None,
) -> dict[str, Any]:
    """The page's values; days as ISO texts, prices and amounts as texts in euros.

    `replaces`: the day of the bordereau that it stands in for.
    """
    totals = due.totals
    share = term.share
    return {
        "cdg": {"name": cdg.name, "contact": cdg.contact},
        "member": {"name": member.name, "siren": member.siren, "kind": str(member.kind), "address": _lines(address)},
        "year": run.year,
        "made_on": paris_day(now).isoformat(),
        "replaces": replaces.isoformat() if replaces else None,
        "due_on": run.due_on.isoformat(),
        "first_on": term.first_on.isoformat(),
        "last_on": term.last_on.isoformat(),
        "headcount_day": headcount_day(run.year).isoformat(),
        "signed_on": agreed.signed_on.isoformat(),
        "effect_on": agreed.effect_on.isoformat(),
        "known": known,
        "share": None if share.part == share.whole else {"part": share.part, "whole": share.whole},
        "free": term.tariff.free_for_affiliated and member.affiliated is True,
        "charges": [_charge(one, run.all_agents) for one in term.tariff.charges if one.basis is not Basis.PER_REPORT],
        "amount": f"{totals.gross}" if known is not None else None,
        "lines": [{"label": line.label, "net": f"{line.net}"} for line in due.lines] if known is not None else [],
        "tax": f"{totals.tax}",
        "mentions": sorted({line.vat.mention for line in due.lines if line.vat.mention}),
    }


def _charge(charge: Charge, all_agents: int) -> dict[str, Any]:
    by_total = charge.basis is Basis.PER_AGENT_BY_TOTAL
    bands = [{"least": 0, "price": f"{charge.price_for(all_agents)}"}] if by_total else _bands(charge)
    return {"basis": str(charge.basis), "label": charge.label, "bands": bands, "vat": f"{charge.vat.rate}"}


def _bands(charge: Charge) -> list[dict[str, Any]]:
    return [{"least": band.least, "price": f"{band.price}"} for band in charge.bands]


def _lines(address: BillingAddress | None) -> list[str]:
    written = (address.street, f"{address.postcode} {address.city}".strip()) if address else ()
    return [line for line in written if line]
