"""Processes of identity-vault: `python -m identity_vault {sealer,keys,migrate}`."""

import sys
from pathlib import Path

from chassis.roles import Roles

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
        sys.stderr.write(f"usage: python -m identity_vault keys [{'|'.join(STEPS)}]\n")
    return status


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
