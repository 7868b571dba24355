"""A migrated database, emptied before each test, with a groupement, two CdGs and their managers."""

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial
from pathlib import Path

import pytest
from google.protobuf.message import Message
from sqlalchemy import create_engine, select
from sqlalchemy.dialects import postgresql

from billing.domain.adhesion import TypedConvention, TypedPerson
from billing.domain.ageing import Standing
from billing.domain.parties import Commune, Manager, Member
from billing.domain.vat import Line
from billing.reference.communes import OfficialList
from billing.store import tables as t
from billing.store.transaction import Transaction
from billing.usecases import invoicing
from billing.usecases.conventions import record_convention
from chassis.clock import FixedClock
from chassis.db import Database, UnitOfWork
from chassis.migrations import upgrade
from chassis.signing import EventSigner, EventVerifier, public_half
from paravent.billing.v1 import events_pb2 as events

MIGRATIONS = Path(__file__).parents[1] / "migrations"
SEED = bytes(range(32))
ISSUER = "https://connexion.example.org"


@pytest.fixture(scope="session")
def migrated(fresh_database):
    address = fresh_database("billing")
    upgrade(MIGRATIONS, address.owner_url, address.app_role)
    return address


@pytest.fixture(scope="session")
def owner_engine(migrated):
    engine = create_engine(migrated.owner_url.replace("postgresql://", "postgresql+psycopg://"))
    yield engine
    engine.dispose()


@pytest.fixture
def database(migrated, owner_engine):
    """The database's address; its tables are empty."""
    with owner_engine.begin() as connection:
        for table in reversed(t.metadata.sorted_tables):
            connection.execute(table.delete())
    return migrated


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(datetime(2026, 3, 10, 9, 30, tzinfo=UTC))


@pytest.fixture
def uow(database, clock) -> Iterator[UnitOfWork[Transaction]]:
    """Units of work as the service's own database role."""
    ours = Database(database.app_url, name="billing.test")
    yield ours.unit_of_work(partial(Transaction, clock=clock, signer=EventSigner(SEED)))
    ours.close()


@pytest.fixture
def owner_uow(database, clock) -> Iterator[UnitOfWork[Transaction]]:
    """Units of work as the database's owner, as the seed has them."""
    theirs = Database(database.owner_url, name="billing.test-owner")
    yield theirs.unit_of_work(partial(Transaction, clock=clock, signer=EventSigner(SEED)))
    theirs.close()


@dataclass(frozen=True)
class Parties:
    """Two managers of the CdG 62, one of the CdG 60."""

    first: Manager
    second: Manager
    elsewhere: Manager


@pytest.fixture(scope="session")
def issuer() -> str:
    """Where the managers' accounts are; tests of the pages have a real provider instead."""
    return ISSUER


@pytest.fixture
def parties(owner_uow, issuer) -> Parties:
    with owner_uow("parties") as tx:
        ensure = tx.parties.ensure
        groupement = ensure(t.groupements, {"name": "62-60-80"}, signed_on=date(2023, 12, 1))
        provider = ensure(t.providers, {"name": "Prestataire"})
        ensure(
            t.markets,
            {"groupement_id": groupement, "starts_on": date(2024, 6, 28)},
            provider_id=provider,
            ends_on=date(2027, 6, 27),
        )
        cdgs = {
            number: ensure(
                t.cdgs, {"department": number}, groupement_id=groupement, name=name, contact="03 53 01 00 00"
            )
            for number, name in (("62", "Centre de gestion du Pas-de-Calais"), ("60", "Centre de gestion de l'Oise"))
        }

        def manager(subject: str, name: str, cdg: uuid.UUID) -> Manager:
            found = ensure(t.managers, {"issuer": issuer, "subject": subject}, cdg_id=cdg, name=name)
            return Manager(found, cdg, issuer, subject, name)

        return Parties(
            manager("gestion-1", "Camille Exemple", cdgs["62"]),
            manager("gestion-2", "Dominique Modèle", cdgs["62"]),
            manager("gestion-60", "Claude Voisin", cdgs["60"]),
        )


@pytest.fixture(scope="session")
def communes() -> OfficialList:
    return OfficialList()


@pytest.fixture
def zudausques(communes) -> Commune:
    found = communes.by_insee_code("62905")
    assert found is not None
    return found


@pytest.fixture
def typed() -> TypedConvention:
    """A convention received on 17 December 2025, with two referents and no substitute."""
    return TypedConvention(
        deliberated_on=date(2025, 12, 8),
        signed_on=date(2025, 12, 12),
        received_on=date(2025, 12, 17),
        headcount=12,
        referents=(
            TypedPerson("Maxime Essai", "Secrétaire", "maxime.essai@example.org", "03 53 01 00 01"),
            TypedPerson("Lou Factice", "Adjointe", "lou.factice@example.org", "03 53 01 00 02"),
        ),
        substitute=None,
    )


@pytest.fixture
def member(uow, parties, zudausques, typed, clock) -> uuid.UUID:
    """A member in force since 1 January 2026."""
    return record_convention(uow, parties.first, zudausques, typed, clock)


@pytest.fixture
def convention(uow, member) -> uuid.UUID:
    """Its convention."""
    with uow("convention") as tx:
        found: uuid.UUID = tx.conventions.latest([member])[member].id
        return found


@pytest.fixture
def told(uow) -> Callable[[type[Message]], list[Message]]:
    """Events of one type in the outbox, signatures checked."""
    verifier = EventVerifier({"billing": public_half(SEED)})

    def of(kind: type[Message]) -> list[Message]:
        name = kind.DESCRIPTOR.full_name
        with uow("read_outbox") as tx:
            rows = tx.session.execute(select(t.outbox).where(t.outbox.c.type == name)).all()
        for row in rows:
            verifier.check("billing", row.id, row.type, row.payload, row.signature)
        return [kind.FromString(row.payload) for row in rows]

    return of


@pytest.fixture
def token_of(told, uow) -> Callable[[str], str]:
    """The newest open invitation token of the person with this e-mail address, as notifications would mail it."""

    def find(email: str) -> str:
        person = next(event.person_id for event in told(events.ContactChanged) if event.email == email)
        tokens = [event.token for event in told(events.InvitationIssued) if event.person_id == person]
        now = datetime(2026, 3, 10, tzinfo=UTC)
        with uow("open_tokens") as tx:
            return next(token for token in tokens if tx.invitations.habilitation(token, now) is not None)

    return find


@pytest.fixture
def billed(uow, owner_uow, parties, communes) -> "Billed":
    """The CdG 62 as a seller, and members of it that are billed by hand."""
    with owner_uow("seller") as tx:
        seller = {"name": "Centre de gestion du Pas-de-Calais", "siret": "28620001900011", "vat_number": ""}
        seller |= {"iban": "FR7630001007941234567890185", "email": "compta@cdg62.example.org"}
        at = {"street": "1 rue de l’Exemple", "postcode": "62700", "city": "Bruay-la-Buissière"}
        tx.session.execute(t.sellers.insert().values(cdg_id=parties.first.cdg_id, **seller, **at))
    return Billed(uow, parties.first, communes)


class Billed:
    """Bills communes of the official list, as calls do."""

    def __init__(self, uow: UnitOfWork[Transaction], manager: Manager, communes: OfficialList) -> None:
        self._uow, self.manager, self._communes = uow, manager, communes

    def __call__(
        self, insee_code: str, euros: str, on: date = date(2026, 1, 15), *, siret: str = "", service: str = ""
    ) -> uuid.UUID:
        """Issue an invoice of so many euros to this commune; its id."""
        commune = self._communes.by_insee_code(insee_code)
        assert commune is not None
        cdg_id = self.manager.cdg_id
        with self._uow("bill") as tx:
            of_commune = (commune.name, commune.siren, commune.insee_code, commune.department)
            member = tx.members.claim(Member(uuid.uuid4(), 1, cdg_id, *of_commune))
            at = {"street": "Place de la Mairie", "postcode": "62500", "city": commune.name, "engagement": ""}
            buyer = postgresql.insert(t.buyers).values(member_id=member.id, siret=siret, service_code=service, **at)
            tx.session.execute(buyer.on_conflict_do_nothing())
            lines = [Line("Participation annuelle", Decimal(1), Decimal(euros))]
            year = (date(on.year, 1, 1), date(on.year, 12, 31))
            kept = {"cause": uuid.uuid4(), "issued_on": on, "period": year, "contract": "62-0001"}
            return invoicing.issue(tx, tx.parties.cdg(cdg_id), member, lines, **kept).id

    def standing(self, invoice_id: uuid.UUID, day: date = date(2026, 3, 10)) -> Standing:
        with self._uow("standing") as tx:
            found = tx.balances.one(self.manager.cdg_id, invoice_id, day)
        assert found is not None
        return found.standing
