"""Facts as billing tells them, about a member of a CdG; what the published document says of them."""

import uuid
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from paravent.billing.v1 import events_pb2 as billing

CDG = "0b8f7f9e-8a43-4bb1-8c39-8a2b8ae1a9a7"
OTHER_CDG = "7f1c2a5e-2b6d-4c0e-9f4b-5d5e6f708192"
DOCUMENT = Path(__file__).parents[2] / "docs/api/events.asyncapi.yaml"


def member(cdg_id: str = CDG, **said: str) -> billing.PublicMember:
    known = {"member_id": str(uuid.uuid4()), "siren": "216209056", "name": "Zudausques", "insee_code": "62905"}
    return billing.PublicMember(cdg_id=cdg_id, **known | {"department": "62"} | said)


def designated(cdg_id: str = CDG, day: str = "2026-03-12", **said: str) -> billing.ReferentDesignated:
    return billing.ReferentDesignated(member=member(cdg_id, **said), from_day=day)


def every_fact(cdg_id: str = CDG) -> list:
    """One of each type, and both kinds of invoices."""
    invoice = {
        "member": member(cdg_id),
        "invoice_id": str(uuid.uuid4()),
        "issued_on": "2026-03-10",
        "due_on": "2026-04-09",
        "net_cents": 2400,
        "tax_cents": 5,
    }
    return [
        billing.MembershipActivated(member=member(cdg_id), from_day="2026-01-01", until_day="2027-06-27"),
        billing.MembershipActivated(member=member(cdg_id, insee_code=""), from_day="2026-01-01"),
        billing.MembershipEnded(member=member(cdg_id), until_day="2026-12-31", cause="notice"),
        designated(cdg_id),
        billing.CallIssued(
            member=member(cdg_id),
            call_id=str(uuid.uuid4()),
            year=2026,
            first_day="2026-01-01",
            last_day="2026-12-31",
        ),
        billing.InvoiceIssued(number="62-2026-000017", kind="380", **invoice),
        billing.InvoiceIssued(number="62-2026-000018", kind="381", **invoice),
    ]


@cache
def document() -> dict[str, Any]:
    """The AsyncAPI document, read once: not to be changed."""
    read: dict[str, Any] = yaml.safe_load(DOCUMENT.read_text())
    return read


def schemas() -> dict[str, dict[str, Any]]:
    """Type of event -> its JSON schema; each forbids a field that it does not name."""
    components = document()["components"]
    return {
        message["name"]: {"$ref": message["payload"]["$ref"], "components": components}
        for message in components["messages"].values()
    }
