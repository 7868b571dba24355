"""Casework's processes: `python -m casework {web,worker,relay,opener,keys,migrate,seed}`. Each is wired here."""

import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chassis.roles import Roles

if TYPE_CHECKING:
    from fastapi import FastAPI

    from casework.gateways.openbao import TransitCaseKeys
    from casework.gateways.vault import VaultGateway
    from casework.settings import CaseKeySettings, OpenerSettings
    from casework.store.transaction import Transaction
    from casework.usecases.vault_keys import VaultBook
    from chassis.db import Database, UnitOfWork
    from chassis.settings import ServiceSettings

roles = Roles("casework")
MIGRATIONS = Path(__file__).parents[1] / "migrations"


@roles.role("web", private=True)
def web(_arguments: list[str]) -> None:
    """The back office of screeners and referents."""
    from casework.entrypoints.web.settings import WebProcessSettings
    from chassis.web import serve

    serve("casework.__main__:build_web", WebProcessSettings.load())


def build_web() -> "FastAPI":
    """The web process's application, in whichever process serves it."""
    from casework.entrypoints.web.app import create
    from casework.entrypoints.web.office import Office
    from casework.entrypoints.web.settings import WebProcessSettings
    from casework.gateways.notices import NoticeSigner
    from casework.usecases.desk import Desk
    from casework.usecases.month_book import MonthBook
    from casework.usecases.vault_keys import VaultBook
    from chassis.blobs import BlobStore
    from chassis.signing import EventSigner

    settings = WebProcessSettings.load()
    signer = EventSigner.from_hex(settings.event_key.get_secret_value())
    database, uow = _start("web", settings, pool_size=10, signer=signer)
    case_keys = _case_keys(settings)
    notices = NoticeSigner.from_hex(settings.notice_key.get_secret_value())
    book = VaultBook(settings.root_key())
    months = MonthBook(settings.root_key())
    desk = Desk(case_keys, notices, _calendar(settings.holidays_subdivision), book, months)
    checks = {"database": database.ping, "openbao": case_keys.ping}
    blobs = BlobStore.open(settings.blobs_url)
    return create(settings, Office(uow, desk, blobs, checks, settings.vault_url, settings.portal_url))


@roles.role("worker", eventlet=True)
def worker(_arguments: list[str]) -> None:
    """Stores what intake and billing tell, sealed as it came; tells billing once a year how many reports there were."""
    from casework.entrypoints.events import Worker
    from casework.settings import WorkerSettings
    from casework.store.tables import inbox
    from chassis.bus import run_worker
    from chassis.signing import EventSigner

    settings = WorkerSettings.load()
    signer = EventSigner.from_hex(settings.event_key.get_secret_value())
    _, uow = _start("worker", settings, pool_size=10, signer=signer)
    run_worker(Worker, settings, uow, inbox=inbox)


@roles.role("relay")
def relay(_arguments: list[str]) -> None:
    """Sends what casework tells: at once, but for the CdG's own orders, which leave at the hours of release."""
    from casework.settings import RelaySettings
    from casework.store.order_tables import relay_state
    from casework.store.tables import outbox
    from chassis.relay import ReleaseSchedule, run_relay

    settings = RelaySettings.load()
    database, _ = _start("relay", settings)
    release = ReleaseSchedule.parse(settings.release)
    run_relay(settings, database, outbox, "casework", release, state=relay_state)


@roles.role("opener", private=True)
def opener(arguments: list[str]) -> int:
    """Opens cases, alone with the month private keys, and calls identity-vault.

    `opener retry` gives what was set aside another chance. `opener erase-identity CASE REASON` has the identity behind
    a case erased; reasons are "retention", "reporter" and "court".
    """
    from casework.entrypoints.opener import Opener
    from casework.entrypoints.vault import VaultCalls
    from casework.gateways.month_keys import MonthKeyFolder
    from casework.gateways.notices import NoticeSigner
    from casework.settings import OpenerSettings
    from casework.usecases.copying import Copying
    from casework.usecases.opening import Opening
    from casework.usecases.repairing import try_again
    from casework.usecases.vault_keys import VaultBook
    from chassis.blobs import BlobStore
    from chassis.clock import SystemClock
    from chassis.health import Heartbeat
    from chassis.stopping import on_termination

    settings = OpenerSettings.load()
    database, uow = _start("opener", settings, pool_size=5)
    if arguments == ["retry"]:
        sys.stdout.write(f"casework: {try_again(uow)} to be tried again\n")
        return 0
    case_keys = _case_keys(settings)
    book = VaultBook(settings.root_key())
    if arguments[:1] == ["erase-identity"]:
        return _erase_identity(uow, case_keys, book, arguments[1:])
    opening = Opening(
        MonthKeyFolder(settings.keys_dir),
        case_keys,
        NoticeSigner.from_hex(settings.notice_key.get_secret_value()),
        _calendar(settings.holidays_subdivision),
        settings.take_charge_target,
        book,
    )
    own_blobs = BlobStore.open(settings.blobs_url, shared=True)  # the web process runs as another user
    copying = Copying(case_keys, BlobStore.open(settings.intake_blobs_url), own_blobs)
    calls = VaultCalls(uow, _vault(settings), book, SystemClock(), seconds=settings.reach_seconds)
    process = Opener(database, uow, opening, copying, calls, batch=settings.batch)
    process.run(on_termination(), Heartbeat(settings.state_dir, "casework-opener"))
    return 0


@roles.role("keys", private=True)
def keys(_arguments: list[str]) -> None:
    """Makes the keys of the coming months and publishes their public halves, if anything changed."""
    from casework.gateways.month_keys import MonthKeyFolder
    from casework.gateways.notices import NoticeSigner
    from casework.settings import KeysSettings
    from casework.usecases.keys import Publishing, publish_keys
    from chassis.signing import EventSigner
    from paravent.keys.v1.keys_pb2 import SignedKeySet

    settings = KeysSettings.load()
    _, uow = _start("keys", settings, signer=EventSigner.from_hex(settings.event_key.get_secret_value()))
    publishing = Publishing(
        MonthKeyFolder(settings.keys_dir),
        NoticeSigner.from_hex(settings.notice_key.get_secret_value()).public_key,
        SignedKeySet.FromString(settings.issuing_certificate.read_bytes()),
        bytes.fromhex(settings.issuing_key.get_secret_value().strip()),
    )
    version = publish_keys(uow, publishing, settings.cdgs, settings.months)
    sys.stdout.write(f"casework: key set {version} published\n" if version else "casework: the key set is up to date\n")


@roles.role("seed")
def seed(_arguments: list[str]) -> None:
    """Tells analytics of a made-up past, for the demo."""
    from casework.settings import SeedSettings
    from casework.usecases.history import seed_history

    settings = SeedSettings.load()
    _, uow = _start("seed", settings)
    done = seed_history(uow, settings.seed_bands)
    sys.stdout.write("casework: twelve months of figures told\n" if done else "casework: figures told already\n")


@roles.role("migrate")
def migrate(_arguments: list[str]) -> None:
    """Brings the database to its newest revision, as its owner."""
    from sqlalchemy import make_url

    from casework.settings import MigrateSettings
    from chassis.migrations import upgrade

    settings = MigrateSettings.load()
    app_role = make_url(settings.database_url.get_secret_value()).username
    upgrade(MIGRATIONS, settings.owner_url.get_secret_value(), app_role or "")


def _start(
    role: str, settings: "ServiceSettings", *, pool_size: int = 2, signer: Any = None
) -> "tuple[Database, UnitOfWork[Transaction]]":
    from casework.store.transaction import Transaction
    from chassis import logs, telemetry
    from chassis.clock import SystemClock
    from chassis.db import Database

    logs.configure("casework", role, level=settings.log_level)
    telemetry.configure("casework", role, settings.otlp_endpoint)
    database = Database(settings.database_url.get_secret_value(), name=f"casework-{role}", pool_size=pool_size)
    return database, database.unit_of_work(partial(Transaction, clock=SystemClock(), signer=signer))


def _case_keys(settings: "CaseKeySettings") -> "TransitCaseKeys":
    from casework.gateways.openbao import Session, TransitCaseKeys

    session = Session(
        settings.openbao_address,
        settings.openbao_role_id.get_secret_value(),
        settings.openbao_secret_id.get_secret_value(),
        authority=settings.openbao_authority,
    )
    return TransitCaseKeys(session, settings.transit_mount, settings.transit_key)


def _vault(settings: "OpenerSettings") -> "VaultGateway":
    from casework.gateways.vault import VaultGateway

    return VaultGateway(
        settings.tls,
        sealer=(settings.sealer_address, settings.sealer_name),
        linker=(settings.linker_address, settings.linker_name),
        eraser=(settings.eraser_address, settings.eraser_name),
    )


def _erase_identity(
    uow: "UnitOfWork[Transaction]", case_keys: "TransitCaseKeys", book: "VaultBook", arguments: list[str]
) -> int:
    import uuid

    from casework.usecases.desk import NoSuchCase
    from casework.usecases.ports import KeysAway
    from casework.usecases.reaching import REASONS, order_identity_erasure
    from casework.usecases.vault_keys import NoVaultKey

    try:
        case, reason = arguments
        order_identity_erasure(uow, case_keys, book, uuid.UUID(case), reason)
    except ValueError:
        sys.stderr.write(f"usage: python -m casework opener erase-identity CASE {{{','.join(REASONS)}}}\n")
        return 2
    except (NoSuchCase, NoVaultKey, KeysAway) as error:
        sys.stderr.write(f"casework: nothing ordered: {type(error).__name__}\n")
        return 1
    sys.stdout.write("casework: the identity will be erased after identity-vault's grace\n")
    return 0


def _calendar(subdivision: str | None) -> Any:
    from casework.domain.calendar import FrenchCalendar

    return FrenchCalendar(subdivision)


if __name__ == "__main__":
    sys.exit(roles.main())
