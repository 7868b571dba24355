"""Back up, erase, restore, replay: gone. With the very scripts of deploy/operations, on real servers."""

import os
import secrets
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import hvac
import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from chassis.migrations import upgrade
from identity_vault.usecases.erasing import forget
from local_platform import openbao_bootstrap
from local_platform.infrastructure import Servers
from local_platform.ports import free_port
from local_platform.servers.openbao import OpenBao

MIGRATIONS = Path(__file__).parents[2] / "migrations"
OPERATIONS = Path(__file__).parents[4] / "deploy" / "operations"


@pytest.fixture
def own_bao(servers: Servers) -> Iterator[OpenBao]:
    """A server of its own: a restore brings all of it back to where it was."""
    server = OpenBao(servers.folder / f"openbao-{secrets.token_hex(4)}", free_port(), free_port())
    server.start()
    yield server
    server.discard()


@pytest.fixture
def vault(own_bao: OpenBao, fresh_database, new_vault):
    root = hvac.Client(url=own_bao.url, token=own_bao.address.root_token)
    openbao_bootstrap.apply(root)
    database = fresh_database("identity-vault", vault=True)
    upgrade(MIGRATIONS, database.owner_url, database.app_role)
    return new_vault(database, root, own_bao.url)


@pytest.fixture
def operate(vault, own_bao: OpenBao, tmp_path: Path) -> Callable[..., str]:
    """Runs a script of deploy/operations, told of both servers as its header says."""
    facts = conninfo_to_dict(vault.database.owner_url)
    password = tmp_path / "pgpass"
    password.write_text(f"*:*:*:*:{facts['password']}\n")
    password.chmod(0o600)
    token = tmp_path / "token"
    token.write_text(own_bao.address.root_token)
    told = {
        "PGHOST": str(facts["host"]),
        "PGPORT": str(facts["port"]),
        "PGUSER": str(facts["user"]),
        "PGDATABASE": str(facts["dbname"]),
        "PGPASSFILE": str(password),
        "BAO_ADDR": own_bao.url,
        "BAO_TOKEN_FILE": str(token),
    }

    def run(script: str, *arguments: str) -> str:
        command = [str(OPERATIONS / script), *arguments]
        done = subprocess.run(command, env=os.environ | told, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    return run


@pytest.fixture
def erasures(vault, tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """`python -m identity_vault erasures ...` as a process, with its settings and secrets."""
    folder = tmp_path / "secrets"
    folder.mkdir()
    for name in ("database_url", "openbao_role_id", "openbao_secret_id"):
        (folder / f"identity_vault_{name}").write_text(getattr(vault.settings, name).get_secret_value())
    environment = {
        "IDENTITY_VAULT_OPENBAO_ADDRESS": vault.settings.openbao_address,
        "IDENTITY_VAULT_ERASURE_LEDGER": str(vault.settings.erasure_ledger),
        "PARAVENT_SECRETS": str(folder),
    }

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "identity_vault", "erasures", *arguments]
        return subprocess.run(command, env=os.environ | environment, capture_output=True, text=True, check=False)

    return run


def test_what_was_erased_stays_erased_after_a_restore(
    vault, operate: Callable[..., str], erasures: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    gone, kept = secrets.token_bytes(16), secrets.token_bytes(16)
    vault.report(gone)
    vault.report(kept)
    backup = operate("vault-backup.sh", str(tmp_path / "backups"))
    vault.take(vault.order(gone))
    vault.pass_days(0)
    vault.pass_days(7)
    assert vault.exists(gone) == vault.nothing

    vault.close()
    operate("vault-restore.sh", backup)
    assert vault.exists(gone) == vault.everything, "the backup brings it back"
    assert vault.states() == []

    replayed = erasures("replay")
    assert (replayed.returncode, replayed.stderr) == (0, "")
    assert replayed.stdout.startswith("1 erasures carried out again")
    forget(vault.forgetting)
    assert vault.exists(gone) == vault.nothing
    assert vault.exists(kept) == vault.everything
    vault.pass_days(0)
    assert vault.kinds() == [("erased", "retention")]
    assert " erased retention " in erasures("list").stdout


def test_openbao_restored_alone_opens_nothing_and_is_swept_by_replay(
    vault, operate: Callable[..., str], erasures: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    gone = secrets.token_bytes(16)
    vault.report(gone)
    backup = Path(operate("vault-backup.sh", str(tmp_path / "backups")))
    vault.take(vault.order(gone))
    vault.pass_days(0)
    vault.pass_days(7)
    token = {"X-Vault-Token": vault.root.token}
    address = f"{vault.root.url}/v1/sys/storage/raft/snapshot-force"
    vault.root.session.post(address, data=(backup / "openbao.snapshot").read_bytes(), headers=token, timeout=30)
    assert vault.exists(gone) == vault.nothing | {"record": True}
    assert erasures("replay").returncode == 0
    assert vault.exists(gone) == vault.nothing


def test_a_damaged_backup_is_not_restored(vault, operate: Callable[..., str], tmp_path: Path) -> None:
    ref = secrets.token_bytes(16)
    vault.report(ref)
    backup = Path(operate("vault-backup.sh", str(tmp_path / "backups")))
    snapshot = backup / "openbao.snapshot"
    snapshot.write_bytes(snapshot.read_bytes()[:-1])
    with pytest.raises(AssertionError, match=r"openbao\.snapshot"):
        operate("vault-restore.sh", str(backup))
    assert vault.exists(ref) == vault.everything


def test_backups_are_closed_to_others_and_live_thirty_days(operate: Callable[..., str], tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    old = folder / "20200101T000000Z"
    old.mkdir(parents=True)
    os.utime(old, (0, 0))
    backup = Path(operate("vault-backup.sh", str(folder)))
    assert not old.exists()
    assert all(path.stat().st_mode & 0o077 == 0 for path in (backup, *backup.iterdir()))


def test_a_stolen_backup_of_openbao_holds_no_record_key(vault, operate: Callable[..., str], tmp_path: Path) -> None:
    key = secrets.token_bytes(32)
    with psycopg.connect(vault.database.owner_url, autocommit=True) as owner:
        owner.execute("INSERT INTO record_keys VALUES (%s, %s)", ("ab" * 32, key))
    backup = Path(operate("vault-backup.sh", str(tmp_path / "backups")))
    snapshot = (backup / "openbao.snapshot").read_bytes()
    assert key not in snapshot
    assert key.hex().encode() not in snapshot
