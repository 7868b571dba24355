"""A vault with records of a known order of filing, and the sweep's own rights."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from identity_vault.domain.record import path_of
from identity_vault.settings import SweepSettings
from tests.support import sweeps


@pytest.fixture
def filed(vault, new_writer, settings) -> Callable[[int], list[str]]:
    """Seal so many records; answers their paths in the order of filing."""

    def make(count: int) -> list[str]:
        writers = [new_writer() for _ in range(count)]
        for writer in writers:
            vault.Seal(writer.record())
        return [path_of(writer.locator, settings.path_key_bytes()) for writer in writers]

    return make


@pytest.fixture
def sweep_settings(root, bao, database) -> SweepSettings:
    return sweeps.settings_of(root, bao.url, database)


@pytest.fixture
def sweep(sweep_settings, tmp_path: Path) -> Iterator[Callable[..., "subprocess.Popen[str]"]]:
    """`python -m identity_vault sweep ...` as a process; `per_second` and other settings in the environment."""
    folder = tmp_path / "sweep-secrets"
    folder.mkdir()
    for name in ("database_url", "openbao_role_id", "openbao_secret_id"):
        (folder / f"identity_vault_{name}").write_text(getattr(sweep_settings, name).get_secret_value())
    told = {
        "IDENTITY_VAULT_OPENBAO_ADDRESS": sweep_settings.openbao_address,
        "IDENTITY_VAULT_OPENBAO_NAMESPACE": str(sweep_settings.openbao_namespace),
        "PARAVENT_SECRETS": str(folder),
    }
    running: list[subprocess.Popen[str]] = []

    def start(word: str, per_second: float = 1000, **more: str) -> "subprocess.Popen[str]":
        env = os.environ | told | {"IDENTITY_VAULT_SWEEP_PER_SECOND": str(per_second)} | more
        command = [sys.executable, "-m", "identity_vault", "sweep", *word.split()]
        running.append(subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True))
        return running[-1]

    yield start
    for process in running:
        process.kill()
        process.communicate()
