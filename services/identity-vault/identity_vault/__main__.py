"""Processes of identity-vault: `python -m identity_vault ROLE`."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from chassis.roles import Roles

if TYPE_CHECKING:
    from fastapi import FastAPI

roles = Roles("identity_vault")
MIGRATIONS = Path(__file__).parents[1] / "migrations"


@roles.role("sealer", private=True)
def sealer(_arguments: list[str]) -> int:
    """Take the transport layer off records and store them, once each."""
    from chassis import logs, telemetry
    from chassis.rpc import ServerRefused
    from identity_vault.entrypoints.sealer import run
    from identity_vault.gateways.key_folder import KeyFolder
    from identity_vault.gateways.openbao import connect
    from identity_vault.settings import SealerSettings

    settings = SealerSettings.load()
    logs.configure("identity-vault", "sealer", level=settings.log_level, coarse_time=True)
    telemetry.silent()
    try:
        run(settings, KeyFolder(settings.transport_keys_dir), connect(settings))
    except ServerRefused as refused:
        sys.stderr.write(f"identity_vault sealer: {refused}\n")
        return 2
    return 0


@roles.role("keys", private=True)
def keys(arguments: list[str]) -> int:
    """Make the key pairs that are missing, and publish their public halves."""
    from chassis import logs
    from chassis.clock import SystemClock, paris_day
    from identity_vault.entrypoints.keys import STEPS, Folders, run
    from identity_vault.gateways.key_folder import KeyFolder
    from identity_vault.settings import KeysSettings

    settings = KeysSettings.load()
    logs.configure("identity-vault", "keys", level=settings.log_level, coarse_time=True)
    folders = Folders(*(KeyFolder(place) for place in settings.places()))
    status = run(settings, folders, arguments, paris_day(SystemClock().now()))
    if status:
        sys.stderr.write(f"usage: python -m identity_vault keys [{'|'.join(STEPS)}] [--new]\n")
    return status


@roles.role("verifier", private=True)
def verifier(_arguments: list[str]) -> int:
    """Check consents and passkeys, use consents up, take the middle layer off. Cannot open the last one."""
    from chassis import logs, telemetry
    from chassis.rpc import ServerRefused
    from identity_vault.entrypoints.verifier import run
    from identity_vault.gateways.key_folder import KeyFolder
    from identity_vault.gateways.openbao import log_in
    from identity_vault.gateways.openbao_approvals import ReadApprovals
    from identity_vault.gateways.sealer import SealerLocator
    from identity_vault.gateways.webauthn import WebAuthn
    from identity_vault.verifier_settings import VerifierSettings

    settings = VerifierSettings.load()
    logs.configure("identity-vault", "verifier", level=settings.log_level, coarse_time=True)
    telemetry.silent()
    locator = SealerLocator(settings.sealer_address, settings.tls, settings.sealer_name)
    approvals = ReadApprovals(log_in(settings), settings.openbao_mount)
    try:
        authenticators = WebAuthn(settings.rp_id, settings.public_origin)
        run(settings, KeyFolder(settings.verifier_keys_dir), locator, approvals, authenticators)
    except ServerRefused as refused:
        sys.stderr.write(f"identity_vault verifier: {refused}\n")
        return 2
    finally:
        locator.close()
    return 0


@roles.role("discloser", private=True)
def discloser(_arguments: list[str]) -> None:
    """Serve the pages of the vault's own origin; open the innermost layer of what the verifier let through."""
    from chassis.web import serve
    from identity_vault.entrypoints.web.settings import DiscloserSettings

    serve("identity_vault.__main__:build_discloser", DiscloserSettings.load())


def build_discloser() -> "FastAPI":
    """The discloser's application, in whichever process serves it."""
    from chassis import logs, telemetry
    from chassis.db import Database
    from identity_vault.entrypoints.web.app import create
    from identity_vault.entrypoints.web.office import Office
    from identity_vault.entrypoints.web.settings import DiscloserSettings
    from identity_vault.gateways.call_backs import RemoteCallBacks
    from identity_vault.gateways.custody import RemoteCustody
    from identity_vault.gateways.discloser_keys import DiscloserKeyFolder
    from identity_vault.gateways.key_folder import KeyFolder
    from identity_vault.gateways.keyrings import RemoteKeyrings, RemoteRecoveries
    from identity_vault.gateways.openbao_reads import OpenBaoReads
    from identity_vault.gateways.verifier import RemoteVerifier
    from identity_vault.store.journal_view import DiscloserTransaction
    from identity_vault.usecases.listening import Desk

    settings = DiscloserSettings.load()
    logs.configure("identity-vault", "discloser", level=settings.log_level, coarse_time=True)
    telemetry.silent()
    reads, keys = OpenBaoReads(settings), DiscloserKeyFolder(KeyFolder(settings.discloser_keys_dir))
    verifier = RemoteVerifier(settings.verifier_address, settings.tls)
    database = Database(settings.database_url.get_secret_value(), name="identity-vault.discloser", pool_size=2)
    checks = {"records": reads.ping, "keys": keys.check}
    office = Office(
        verifier,
        reads,
        keys,
        settings.mark_key(),
        dpos=settings.officers(),
        journal=database.unit_of_work(DiscloserTransaction),
        custody=RemoteCustody(verifier.channel),
        custodians=settings.custodian_subjects(),
        keyrings=RemoteKeyrings(verifier.channel),
        recoveries=RemoteRecoveries(verifier.channel),
        checks=checks,
    )
    desk = None
    if settings.courier_address:
        desk = Desk(RemoteCallBacks(settings.courier_address, settings.tls), settings.listening())
    return create(settings, office, desk)


@roles.role("eraser", private=True)
def eraser(_arguments: list[str]) -> int:
    """Take orders of erasure, keep them through their days of grace, destroy what they are about."""
    from chassis import logs, telemetry
    from chassis.rpc import ServerRefused
    from identity_vault.entrypoints.eraser import run
    from identity_vault.gateways.erasure_ledger import LedgerFolder
    from identity_vault.gateways.shredder import connect_shredder
    from identity_vault.settings import EraserSettings

    settings = EraserSettings.load()
    logs.configure("identity-vault", "eraser", level=settings.log_level, coarse_time=True)
    telemetry.silent()
    try:
        run(settings, connect_shredder(settings), LedgerFolder(settings.erasure_ledger, settings.erasure_ledger_days))
    except ServerRefused as refused:
        sys.stderr.write(f"identity_vault eraser: {refused}\n")
        return 2
    return 0


@roles.role("erasures", private=True)
def erasures(arguments: list[str]) -> int:
    """Look at erasures, sign to undo one or confirm a day's many, replay the ledger after a restore."""
    from chassis import logs
    from identity_vault.entrypoints.erasures import run
    from identity_vault.gateways.erasure_ledger import LedgerFolder
    from identity_vault.gateways.shredder import OpenBaoShredder, connect_shredder
    from identity_vault.settings import EraserSettings

    def connect(settings: EraserSettings) -> tuple[OpenBaoShredder, LedgerFolder]:
        return connect_shredder(settings), LedgerFolder(settings.erasure_ledger, settings.erasure_ledger_days)

    logs.configure("identity-vault", "erasures", level="ERROR", coarse_time=True)
    return run(arguments, connect)


@roles.role("sweep", private=True)
def sweep(arguments: list[str]) -> int:
    """Make every record anew in random order, once a year; tell how far it is."""
    from identity_vault.entrypoints.sweep import run
    from identity_vault.gateways.openbao_sweep import shelves

    return run(arguments, shelves)


@roles.role("journal", private=True)
def journal(arguments: list[str]) -> int:
    """Sign and export the journal, verify an export anywhere, drop an old month."""
    from identity_vault.entrypoints.journal import run

    return run(arguments)


@roles.role("linker", private=True)
def linker(_arguments: list[str]) -> int:
    """Know which report has which contact; give the courier its tickets at fixed hours."""
    from chassis import logs, telemetry
    from chassis.clock import SystemClock
    from chassis.db import Database
    from chassis.health import Heartbeat
    from chassis.rpc import ServerRefused
    from chassis.stopping import on_termination
    from identity_vault.entrypoints.linker import Linker
    from identity_vault.gateways.courier import CourierGateway
    from identity_vault.gateways.key_folder import KeyFolder
    from identity_vault.reach_settings import LinkerSettings

    settings, stop = LinkerSettings.load(), on_termination()
    logs.configure("identity-vault", "linker", level=settings.log_level, coarse_time=True)
    telemetry.silent()
    database = Database(settings.database_url.get_secret_value(), name="identity-vault.linker")
    gateway = CourierGateway(settings.courier_address, settings.tls, settings.courier_name)
    process = Linker(settings, database, KeyFolder(settings.linker_keys_dir), gateway, SystemClock())
    try:
        process.run(stop, Heartbeat(settings.state_dir, "linker"))
    except ServerRefused as refused:
        sys.stderr.write(f"identity_vault linker: {refused}\n")
        return 2
    finally:
        gateway.close()
        database.close()
    return 0


@roles.role("courier", private=True)
def courier(_arguments: list[str]) -> int:
    """Know which contact has which address; write to it when a ticket comes. Keep call-backs for the listeners."""
    from chassis import logs, telemetry
    from chassis.clock import SystemClock
    from chassis.db import Database
    from chassis.health import Heartbeat
    from chassis.idtokens import IdTokens, IssuerKeys
    from chassis.rpc import ServerRefused
    from chassis.stopping import on_termination
    from identity_vault.entrypoints.courier import CourierProcess
    from identity_vault.gateways.key_folder import KeyFolder
    from identity_vault.gateways.listeners import ListenerTokens
    from identity_vault.gateways.smtp import mail_server
    from identity_vault.reach_settings import CourierSettings

    settings, stop, clock = CourierSettings.load(), on_termination(), SystemClock()
    logs.configure("identity-vault", "courier", level=settings.log_level, coarse_time=True)
    telemetry.silent()
    database = Database(settings.database_url.get_secret_value(), name="identity-vault.courier")
    tokens = IdTokens(IssuerKeys(settings.oidc_issuer), settings.oidc_client_id, longest_age=settings.id_token_age)
    server, keys = mail_server(settings, clock), KeyFolder(settings.courier_keys_dir)
    process = CourierProcess(settings, database, keys, server, ListenerTokens(tokens), clock)
    try:
        process.run(stop, Heartbeat(settings.state_dir, "courier"))
    except ServerRefused as refused:
        sys.stderr.write(f"identity_vault courier: {refused}\n")
        return 2
    finally:
        database.close()
    return 0


@roles.role("courier-bounces", private=True)
def courier_bounces(_arguments: list[str]) -> int:
    """Take a mail that came back, on standard input: its contact does not answer."""
    from chassis import logs, telemetry
    from chassis.db import Database
    from identity_vault.entrypoints.bounces import run
    from identity_vault.entrypoints.courier import bounces_of
    from identity_vault.reach_settings import BounceSettings

    settings = BounceSettings.load()
    logs.configure("identity-vault", "courier-bounces", level=settings.log_level, coarse_time=True)
    telemetry.silent()
    database = Database(settings.database_url.get_secret_value(), name="identity-vault.courier-bounces", pool_size=1)
    try:
        return run(bounces_of(settings, database), sys.stdin.buffer)
    finally:
        database.close()


@roles.role("migrate")
def migrate(_arguments: list[str]) -> None:
    """Bring the database to its newest revision, as its owner."""
    from sqlalchemy import make_url

    from chassis.migrations import upgrade
    from identity_vault.settings import MigrateSettings

    settings = MigrateSettings.load()
    app_role = make_url(settings.database_url.get_secret_value()).username
    upgrade(MIGRATIONS, settings.owner_url.get_secret_value(), app_role or "")


if __name__ == "__main__":
    sys.exit(roles.main())
