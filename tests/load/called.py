"""Billing on a private, durable PostgreSQL, with as many members as a bench asks for, and its processes."""

import os
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import Path

from sqlalchemy import create_engine, insert

from billing.domain.parties import Manager
from billing.domain.siren import is_siren
from billing.store import tables as t
from billing.store.party_tables import correspondents
from billing.store.transaction import Transaction
from billing.usecases.demo_tariff import ensure_tariff
from chassis.clock import SystemClock, paris_day
from chassis.db import Database, UnitOfWork
from chassis.migrations import upgrade
from chassis.signing import EventSigner
from local_platform.ports import free_port
from local_platform.servers.databases import ensure_database
from local_platform.servers.postgres import Postgres
from tests.load.servers import scratch_folder

SEED = bytes(range(32))
MIGRATIONS = Path(__file__).parents[2] / "services/billing/migrations"


@dataclass
class Billing:
    """The database as the service's role and as its owner, a manager, and the processes that run."""

    uow: UnitOfWork[Transaction]
    owner: UnitOfWork[Transaction]
    manager: Manager
    secrets: Path
    clock: SystemClock = field(default_factory=SystemClock)
    peaks: dict[str, int] = field(default_factory=dict)

    def start(self, role: str) -> "subprocess.Popen[bytes]":
        """`python -m billing role`, as the platform starts it."""
        given = {"PARAVENT_SECRETS": str(self.secrets), "BILLING_STATE_DIR": str(self.secrets)}
        environment = os.environ | given | {"BILLING_CLOCK_SECONDS": "1", "BILLING_LOG_LEVEL": "warning"}
        return subprocess.Popen([sys.executable, "-W", "ignore", "-m", "billing", role], env=environment)

    def look(self, role: str, process: "subprocess.Popen[bytes]") -> None:
        """Note the largest proportional set size of a role, in bytes."""
        try:
            lines = Path(f"/proc/{process.pid}/smaps_rollup").read_text().splitlines()
        except (FileNotFoundError, ProcessLookupError):
            return
        size = next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), 0)
        self.peaks[role] = max(self.peaks.get(role, 0), size)


@contextmanager
def billing(members: int) -> Iterator[Billing]:
    """Billing with this many members of one CdG, all of which can be called and billed."""
    with scratch_folder() as folder:
        server = Postgres(folder / "postgres", free_port(), durable=True)
        try:
            address = ensure_database(server.start(), "billing_calls")
            upgrade(MIGRATIONS, address.owner_url, address.app_role)
            secrets = folder / "secrets"
            secrets.mkdir(mode=0o700)
            (secrets / "billing_database_url").write_text(address.app_url)
            (secrets / "billing_event_key").write_text(SEED.hex())
            make = partial(Transaction, clock=SystemClock(), signer=EventSigner(SEED))
            ours, theirs = Database(address.app_url, name="bench"), Database(address.owner_url, name="bench-owner")
            manager = _fill(address.owner_url, theirs.unit_of_work(make), members)
            yield Billing(ours.unit_of_work(make), theirs.unit_of_work(make), manager, secrets)
            ours.close()
            theirs.close()
        finally:
            server.discard()


def _fill(owner_url: str, uow: UnitOfWork[Transaction], members: int) -> Manager:
    year = paris_day(SystemClock().now()).year
    with uow("parties") as tx:
        ensure = tx.parties.ensure
        groupement = ensure(t.groupements, {"name": "62-60-80"}, signed_on=date(year - 2, 12, 1))
        provider = ensure(t.providers, {"name": "Prestataire"})
        days = {"groupement_id": groupement, "starts_on": date(year - 1, 1, 1)}
        market = ensure(t.markets, days, provider_id=provider, ends_on=date(year + 2, 12, 31))
        named = {"name": "Centre de gestion", "contact": "03 53 01 00 00", "groupement_id": groupement}
        cdg = ensure(t.cdgs, {"department": "62"}, **named)
        account = {"issuer": "https://bench", "subject": "gestion-1"}
        manager = ensure(t.managers, account, cdg_id=cdg, name="Camille Exemple")
        ensure_tariff(tx, cdg, date(year - 1, 1, 1), by=manager, at=SystemClock().now())
    rows = _rows(cdg, market, manager, members, year)
    engine = create_engine(owner_url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as connection:
        for table, values in rows:
            for first in range(0, len(values), 2000):
                connection.execute(insert(table), values[first : first + 2000])
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")
    engine.dispose()
    return Manager(manager, cdg, account["issuer"], account["subject"], "Camille Exemple")


def _rows(cdg, market, manager, members, year):
    """Rows of every table that a call reads, table by table."""
    at = {"street": "1 place de la Mairie", "postcode": "62000", "city": "Arras"}
    seller = {"name": "CdG 62", "siret": "28620001900011", "iban": "FR7630001007941234567890185", "vat_number": ""}
    blank = {"siret": "", "service_code": "", "engagement": ""}
    signed = date(year - 1, 2, 10)
    days = dict.fromkeys(("deliberated_on", "signed_on", "received_on"), signed)
    common = {"market_id": market, "effect_on": date(year - 1, 3, 1), "until_on": date(year + 2, 12, 31)}
    common |= days | {"recorded_by": manager, "recorded_at": SystemClock().now()}
    who = [(uuid.uuid4(), uuid.uuid4(), n) for n in range(members)]
    body = {"version": 0, "cdg_id": cdg, "department": "62", "mail_domains": []}
    return [
        (t.sellers, [{"cdg_id": cdg, "email": "compta@example.org"} | seller | at]),
        (
            t.members,
            [
                body
                | {"id": m, "siren": _siren(n), "insee_code": f"62{n % 1000:03}"}
                | {"name": f"Commune {n:05}", "sort_key": f"commune {n:05}"}
                for m, _, n in who
            ],
        ),
        (t.conventions, [common | {"id": uuid.uuid4(), "member_id": m} for m, _, _ in who]),
        (
            t.headcounts,
            [
                {"member_id": m, "at_day": date(year - 2, 12, 31), "agents": 3 + 37 * n % 400, "declared_on": signed}
                for m, _, n in who
            ],
        ),
        (
            t.people,
            [
                {
                    "id": p,
                    "version": 1,
                    "name": "Alix Exemple",
                    "email": f"mairie-{n}@example.org",
                    "phone": "+33353010001",
                }
                for _, p, n in who
            ],
        ),
        (correspondents, [{"member_id": m, "person_id": p, "function": "", "set_on": signed} for m, p, _ in who]),
        (t.buyers, [{"member_id": m} | at | blank for m, _, _ in who]),
    ]


def _siren(n: int) -> str:
    return next(each for digit in range(10) if is_siren(each := f"{21_000_000 + n}{digit}"))


def wait_for(done, *, within: float, pause: float = 0.2, meanwhile=lambda: None) -> float:
    """Seconds until `done()`; `meanwhile` is called at every look. Raises AssertionError when it takes too long."""
    started = time.perf_counter()
    while not done():
        meanwhile()
        if time.perf_counter() - started > within:
            raise AssertionError("it took too long")
        time.sleep(pause)
    return time.perf_counter() - started
