"""Privileged events: a producer's broker password is not enough, and an old truth does not come back."""

import uuid
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from google.protobuf.message import Message

from chassis.bus import connections, names
from chassis.bus.envelope import Envelope
from chassis.bus.parked import ParkedQueue
from chassis.bus.publisher import Publisher, outgoing
from chassis.keysets import certify, publish
from chassis.signing import EventSigner
from local_platform.demo import Demo
from paravent.billing.v1.events_pb2 import (
    ContactChanged,
    HabilitationBound,
    HabilitationRole,
    InvitationIssued,
    LetterAsked,
    MemberListed,
    MembershipChanged,
    OrderProgressed,
    OrderStatus,
    PricedService,
    PriceListPublished,
    ReferentListed,
)
from paravent.casework.v1.events_pb2 import (
    AttentionNeeded,
    KeySetPublished,
    ReportsCounted,
    RequestedService,
    ServiceRequested,
)
from tests.support import stores
from tests.support.public_facts import CDG, designated, every_fact

STRANGER = "nouveau-2"


@dataclass(frozen=True)
class Privileged:
    """An event that an attacker would like to tell, its consumer, and the table that it would change."""

    event: Message
    consumer: str
    table: str

    @property
    def kind(self) -> str:
        return names.type_of(type(self.event))

    @property
    def producer(self) -> str:
        return names.producer_of(self.kind)


def habilitation(**more: Any) -> HabilitationBound:
    return HabilitationBound(
        habilitation_id=str(uuid.uuid4()),
        version=10**6,
        person_id=str(uuid.uuid4()),
        issuer="http://127.0.0.1",
        subject=STRANGER,
        role=HabilitationRole.HABILITATION_ROLE_SCREENER,
        cdg_id=str(uuid.uuid4()),
        valid_from="2020-01-01T00:00:00+00:00",
        **more,
    )


FORGED = {
    "a screener": Privileged(habilitation(), "casework", "habilitations"),
    "a membership": Privileged(
        MembershipChanged(member_id="forged", version=1, name="x", cdg_id="x", size_band="x", from_day="2020-01-01"),
        "casework",
        "memberships",
    ),
    "a member": Privileged(
        MemberListed(member_id="forged", version=1, name="x", siren="123456789", from_day="2020-01-01"),
        "intake",
        "members",
    ),
    "a referent to confide in": Privileged(
        ReferentListed(
            habilitation_id="forged",
            version=1,
            member_id="forged",
            cdg_id="x",
            issuer="x",
            subject=STRANGER,
            display_name="x",
            body="x",
            role=HabilitationRole.HABILITATION_ROLE_REFERENT,
            valid_from="2020-01-01T00:00:00Z",
        ),
        "intake",
        "referents",
    ),
    "an address": Privileged(
        ContactChanged(person_id="forged", version=1, email="x@example.org"), "notifications", "contacts"
    ),
    "an invitation": Privileged(InvitationIssued(person_id="forged", token="x" * 32), "notifications", "deliveries"),
    "a letter": Privileged(LetterAsked(person_id="forged", kind=1, token="x" * 32), "notifications", "deliveries"),
    "a public event": Privileged(designated(), "notifications", "public_events"),
    "a public invoice": Privileged(every_fact()[5], "notifications", "public_events"),
    "prices": Privileged(
        PriceListPublished(cdg_id=CDG, version=10**6, services=[PricedService(code="1.2", price="0.00")]),
        "casework",
        "price_lists",
    ),
    "an agreed order": Privileged(
        OrderProgressed(order_id=str(uuid.uuid4()), version=10**6, status=OrderStatus.ORDER_STATUS_APPROVED),
        "casework",
        "case_orders",
    ),
    "an order": Privileged(
        ServiceRequested(
            order_id=str(uuid.uuid4()),
            cdg_id=CDG,
            by_cdg=True,
            services=[RequestedService(code="1.2", quantity="1")],
        ),
        "billing",
        "orders",
    ),
    "a year's reports": Privileged(ReportsCounted(cdg_id=CDG, year=2025, reports=4000), "billing", "report_counts"),
}
# Whose process holds which producer's key.
SIGNS = {"billing": ("billing.web", "billing_event_key"), "casework": ("casework.keys", "casework_event_key")}


def key(demo: Demo, process: str, field: str) -> bytes:
    """A seed from a process's own folder of secrets."""
    return bytes.fromhex((demo.secrets(process) / field).read_text().strip())


def signer_of(demo: Demo, producer: str) -> EventSigner:
    return EventSigner(key(demo, *SIGNS[producer]))


def tell(demo: Demo, producer: str, event: Message, *, signer: EventSigner | None = None, **forged: Any) -> Envelope:
    """Publish an event with the producer's own broker password; `forged` replaces what its envelope says."""
    kind, payload, event_id = names.type_of(type(event)), event.SerializeToString(), uuid.uuid4()
    signature = signer.sign(event_id, kind, payload) if signer else None
    stated = {"event_id": event_id, "source": producer, "type_name": kind, "payload": payload, "signature": signature}
    envelope = Envelope(**stated | forged)
    with connections.connect(demo.amqp_url(producer)) as connection:
        sent = Publisher(connection).publish(names.events_exchange(producer), [outgoing(envelope, kind)])
    assert sent.confirmed
    return envelope


def parked(demo: Demo, consumer: str, *envelopes: Envelope) -> list[str]:
    """Wait until these events are parked; answer why each is, in their order. They are then taken away."""
    queue, ids = ParkedQueue(demo.amqp_url(consumer), consumer), [str(envelope.event_id) for envelope in envelopes]

    def reasons() -> Collection[tuple[str, str]]:
        found = [(message.event_id, message.reason) for message in queue.list() if message.event_id in ids]
        return found if len(found) == len(ids) else []

    found = dict(demo.until(reasons))
    gone = 0

    def purged() -> bool:  # what was looked at goes back a moment later
        nonlocal gone
        gone += queue.purge(lambda message: message.event_id in ids)
        return gone == len(ids)

    demo.until(purged)
    return [found[one] for one in ids]


def applied(demo: Demo, consumer: str, envelope: Envelope) -> bool:
    query = f"SELECT count(*) FROM inbox WHERE event_id = '{envelope.event_id}'"
    return stores.count(demo, consumer, query) == 1


def table(demo: Demo, privileged: Privileged) -> list[tuple[Any, ...]]:
    return sorted(stores.rows(demo, privileged.consumer, f"SELECT * FROM {privileged.table}"), key=repr)


@pytest.fixture(params=FORGED)
def forged(demo, request) -> Iterator[Privileged]:
    """Whatever is tried with it changes nothing."""
    privileged = FORGED[request.param]
    before = table(demo, privileged)
    yield privileged
    assert table(demo, privileged) == before


def test_a_privileged_event_that_its_producer_did_not_sign_is_parked(demo, forged):
    """With the producer's broker password: unsigned, signed with an unknown key, by another producer; and a genuine
    signature serves neither another id, nor another content, nor another type."""
    own, payload = signer_of(demo, forged.producer), forged.event.SerializeToString()
    other = next(producer for producer in SIGNS if producer != forged.producer)
    signed = [
        lambda event_id: None,
        lambda event_id: EventSigner(bytes(range(32))).sign(event_id, forged.kind, payload),
        lambda event_id: signer_of(demo, other).sign(event_id, forged.kind, payload),
        lambda event_id: own.sign(uuid.uuid4(), forged.kind, payload),
        lambda event_id: own.sign(event_id, forged.kind, payload + b"\x60\x01"),
        lambda event_id: own.sign(event_id, f"paravent.{forged.producer}.v1.Other", payload),
    ]
    envelopes = []
    for sign in signed:
        event_id = uuid.uuid4()
        envelopes.append(tell(demo, forged.producer, forged.event, event_id=event_id, signature=sign(event_id)))
    assert parked(demo, forged.consumer, *envelopes) == ["unsigned", *["bad_signature"] * 5]
    assert not any(applied(demo, forged.consumer, envelope) for envelope in envelopes)


def test_a_type_or_source_forged_in_the_headers_is_parked(demo):
    """Casework may tell notifications that something awaits a person; it cannot pass that off as billing's word."""
    before = table(demo, FORGED["an address"])
    event = AttentionNeeded(person_id="forged")
    headers = {"type_name": "paravent.billing.v1.ContactChanged"}
    assert parked(demo, "notifications", tell(demo, "casework", event, **headers)) == ["unknown_type"]
    assert parked(demo, "notifications", tell(demo, "casework", event, source="billing")) == ["source"]
    assert table(demo, FORGED["an address"]) == before


def test_an_older_version_of_a_habilitation_changes_nothing(demo):
    """A removed referent's old event, genuine and signed, does not let them in again."""
    columns = "habilitation_id, version, person_id, issuer, cdg_id, member_id"
    row = stores.rows(demo, "casework", f"SELECT {columns} FROM habilitations WHERE role = 'referent' LIMIT 1")[0]
    held = Privileged(HabilitationBound(), "casework", "habilitations")
    before = table(demo, held)
    for version in range(row[1] + 1):
        replayed = HabilitationBound(
            habilitation_id=row[0],
            version=version,
            person_id=row[2],
            issuer=row[3],
            subject=STRANGER,
            role=HabilitationRole.HABILITATION_ROLE_REFERENT,
            cdg_id=row[4],
            member_id=row[5],
            valid_from=(datetime.now(UTC) - timedelta(days=1)).isoformat(),
        )
        envelope = tell(demo, "billing", replayed, signer=signer_of(demo, "billing"))
        demo.until(lambda envelope=envelope: applied(demo, "casework", envelope))
        assert table(demo, held) == before


def test_an_older_version_of_an_address_changes_nothing(demo):
    ((person, version),) = stores.rows(demo, "notifications", "SELECT person_id, version FROM contacts LIMIT 1")
    held = Privileged(ContactChanged(), "notifications", "contacts")
    before = table(demo, held)
    replayed = ContactChanged(person_id=person, version=version, email="x@example.org")
    envelope = tell(demo, "billing", replayed, signer=signer_of(demo, "billing"))
    demo.until(lambda: applied(demo, "notifications", envelope))

    assert table(demo, held) == before


def test_an_older_price_list_changes_nothing(demo):
    """Nor the same version with other prices: a quote is asked at those that billing published last."""
    ((cdg, version),) = stores.rows(demo, "casework", "SELECT cdg_id, version FROM price_lists LIMIT 1")
    held = Privileged(PriceListPublished(), "casework", "price_lists")
    before = table(demo, held)
    replayed = PriceListPublished(cdg_id=cdg, version=version, services=[PricedService(code="1.2", price="0.00")])
    envelope = tell(demo, "billing", replayed, signer=signer_of(demo, "billing"))
    demo.until(lambda: applied(demo, "casework", envelope))

    assert table(demo, held) == before


def test_the_same_event_told_again_with_more_in_it_changes_nothing(demo):
    """The id of an event that was applied: whoever holds the key cannot say something else under it."""
    ((person, version),) = stores.rows(demo, "notifications", "SELECT person_id, version FROM contacts LIMIT 1")
    first = ContactChanged(person_id=person, version=version, email="x@example.org")
    envelope = tell(demo, "billing", first, signer=signer_of(demo, "billing"))
    demo.until(lambda: applied(demo, "notifications", envelope))
    held = Privileged(first, "notifications", "contacts")
    before = table(demo, held)

    newer = ContactChanged(person_id=person, version=version + 1, email="x@example.org")
    kind, payload = names.type_of(ContactChanged), newer.SerializeToString()
    signature = signer_of(demo, "billing").sign(envelope.event_id, kind, payload)
    tell(demo, "billing", newer, event_id=envelope.event_id, signature=signature)
    marker = tell(demo, "billing", first, signer=signer_of(demo, "billing"))  # queues keep their order
    demo.until(lambda: applied(demo, "notifications", marker))

    assert table(demo, held) == before


def test_a_key_set_without_the_root_s_word_is_parked_even_when_its_event_is_signed(demo):
    """Casework taken over, with its event key: it still cannot give intake a month key of its own making."""
    today = datetime.now(UTC).date()
    root, issuing = bytes(range(32)), bytes(range(1, 33))
    own = certify(root, "casework", issuing, valid_from=today, valid_until=today + timedelta(days=30))
    rogue = publish(own, issuing, 10**6, [])
    before = stores.rows(demo, "intake", "SELECT issuer, version, signed FROM key_sets ORDER BY issuer")
    signer = signer_of(demo, "casework")
    for content in (rogue, b"", before[0][2][:-1]):
        envelope = tell(demo, "casework", KeySetPublished(signed_key_set=content), signer=signer)
        assert parked(demo, "intake", envelope) == ["key-set-refused"]

    assert stores.rows(demo, "intake", "SELECT issuer, version, signed FROM key_sets ORDER BY issuer") == before


def test_an_unsigned_key_set_is_parked_even_when_the_root_has_signed_it(demo):
    ((genuine,),) = stores.rows(demo, "intake", "SELECT signed FROM key_sets WHERE issuer = 'casework'")
    envelope = tell(demo, "casework", KeySetPublished(signed_key_set=genuine))

    assert parked(demo, "intake", envelope) == ["unsigned"]
