"""The seed: complete, lawful, repeatable."""

import pytest
from sqlalchemy import func, select

from billing.domain.habilitation import Account
from billing.domain.register import Filters
from billing.domain.siren import is_siret
from billing.reference import demo
from billing.store import tables as t
from billing.store.party_tables import correspondents
from billing.usecases import reading
from billing.usecases.demonstration import seed_demonstration
from billing.usecases.directory import directory
from chassis.clock import SystemClock
from chassis.migrations import upgrade
from paravent.billing.v1 import events_pb2 as events

ISSUER = "http://127.0.0.1:9400"


@pytest.fixture
def seeded(owner_uow, communes):
    clock = SystemClock()
    return seed_demonstration(owner_uow, demo.load(), ISSUER, communes.by_insee_code, clock)


def test_the_demonstration_has_twelve_members_in_force(seeded, uow):
    assert seeded == 12
    manager = reading.manager_of(uow, Account(ISSUER, "gestion-1"))
    board = directory(uow, manager, Filters(), SystemClock(), offset=0, limit=25)
    assert (board.in_force, board.upcoming, board.total) == (12, 0, 15)
    assert sum(entry.referents == 2 for entry in board.entries) == 12


def test_everybody_is_announced(seeded, told):
    bound = told(events.HabilitationBound)
    assert {(event.subject, event.role) for event in bound if not event.member_id} == {
        ("autorite-1", events.HABILITATION_ROLE_AUTHORITY_REFERENT),
        ("autorite-2", events.HABILITATION_ROLE_AUTHORITY_REFERENT),
        ("ecran-1", events.HABILITATION_ROLE_SCREENER),
    }
    assert sum(event.role == events.HABILITATION_ROLE_REFERENT for event in bound) == 24
    listed = {event.habilitation_id for event in told(events.ReferentListed)}
    assert listed == {e.habilitation_id for e in bound if e.role != events.HABILITATION_ROLE_SCREENER}
    assert {event.size_band for event in told(events.MembershipChanged)} == {"1-10", "11-19", "20-49", "50-349", "350+"}
    assert told(events.InvitationIssued) == []


def test_a_second_run_adds_and_tells_nothing(seeded, owner_uow, communes):
    def counted():
        with owner_uow("count") as tx:
            return [tx.session.scalar(select(func.count()).select_from(table)) for table in t.metadata.sorted_tables]

    before = counted()
    assert seed_demonstration(owner_uow, demo.load(), ISSUER, communes.by_insee_code, SystemClock()) == 0
    assert counted() == before


def test_every_member_can_be_billed_and_written_to(seeded, uow):
    with uow("look") as tx:
        (cdg_id,) = tx.session.scalars(select(t.managers.c.cdg_id).distinct())
        members = tx.members.page(cdg_id, "", offset=0, limit=50)
        joined = tx.conventions.latest([member.id for member in members])
        assert len(members) == len(joined) + 3
        for member_id in joined:
            assert tx.invoices.buyer(member_id).siret
            assert tx.parties.correspondent(member_id).email.endswith("example.org")
        seller = tx.invoices.seller(cdg_id)
        assert is_siret(seller.siret)
        assert iban_right(seller.iban)
        (_market, provider) = tx.parties.groupement(cdg_id).markets[0]
        assert is_siret(provider.siret)
        assert iban_right(provider.iban)


def iban_right(iban: str) -> bool:
    """ISO 7064, mod 97-10."""
    return int("".join(str(int(sign, 36)) for sign in iban[4:] + iban[:4])) % 97 == 1


def test_an_older_demonstration_gets_the_new_files(seeded, owner_uow, uow, communes):
    with owner_uow("as before") as tx:
        for table in (correspondents, t.buyers, t.sellers):
            tx.session.execute(table.delete())
        tx.session.execute(t.members.update().values(siret="", affiliated=None))
    assert seed_demonstration(owner_uow, demo.load(), ISSUER, communes.by_insee_code, SystemClock()) == 0
    with uow("look") as tx:
        zudausques = tx.members.by_siren(["216209056"])["216209056"]
        assert (zudausques.siret[:9], zudausques.affiliated) == ("216209056", True)
        assert [each.agents for each in tx.conventions.headcounts(zudausques.id)] == [13, 13, 12]
        assert tx.parties.correspondent(zudausques.id).name == "Jo Brouillon"


def test_nobody_real_is_named():
    assert all(row.correspondent[2].endswith("example.org") for row in demo.load().members)
    accounts = demo.load().accounts.values()
    assert all(account.email.endswith("example.org") for account in accounts)
    assert len({account.sub for account in accounts}) == len({account.email for account in accounts}) == len(accounts)


def test_migrating_twice_changes_nothing(migrated):
    from pathlib import Path

    upgrade(Path(__file__).parents[1] / "migrations", migrated.owner_url, migrated.app_role)


def test_the_migrations_make_the_tables_that_the_code_knows(migrated, owner_engine):
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    with owner_engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        assert compare_metadata(context, t.metadata) == []
