"""The tariff of the demonstration: what the CdG 62's convention says (art. 6), since its market began; and one choice
that it leaves open."""

import uuid
from datetime import date, datetime
from typing import Any

from billing.domain.tariffs import DEAREST_REPORT, Basis, ProRata, Year
from billing.store.transaction import Transaction

# 2 € for each agent and year. The convention knows no part of a year: a first one is due whole, as it is written.
CDG_62: dict[str, Any] = {
    "charges": [
        {
            "basis": Basis.PER_AGENT,
            "label": "Dispositif de signalement, participation annuelle",
            "price": "2.00",
            "vat": "O",
        }
    ],
    "pro_rata": ProRata.NONE,
    "year": Year.CIVIL,
    "free_for_affiliated": False,
    # What the CdG pays where an authority is implicated comes back from all members together (docs/discretion.md). The
    # convention asks nothing for a report: the unit is the dearest that was found anywhere (domain.md 5.1).
    "advances": {"unit": str(DEAREST_REPORT), "billed": "yearly"},
}


def ensure_tariff(tx: Transaction, cdg_id: uuid.UUID, starts_on: date, *, by: uuid.UUID, at: datetime) -> None:
    """Version 1, in force since the market's first day; nothing when there is a version already."""
    if not tx.tariffs.all(cdg_id):
        tx.tariffs.add(cdg_id, CDG_62, starts_on, by=by, at=at)
