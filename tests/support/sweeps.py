"""A sweep of identity-vault's records in a test: its settings, and shelves on which it can be cut short anywhere."""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import hvac
from pydantic import SecretStr

from chassis.clock import SystemClock
from chassis.db import Database
from identity_vault.gateways.openbao_sweep import shelves
from identity_vault.settings import SweepSettings
from identity_vault.store.sweeps import SweepTransaction
from identity_vault.usecases.sweeping import Shelf, Stage, Sweep
from local_platform import openbao_bootstrap

MOUNTS = ("identities", "identities-stage")
# What a sweep asks of OpenBao for one record: read stage, read, put on stage, destroy, put, destroy on stage.
STEPS = 6


class Crash(Exception):
    """The sweep ends here, as if killed."""


def settings_of(root: hvac.Client, url: str, database: Any) -> SweepSettings:
    """As an operator gives them for one sweep: a secret id drawn for it."""
    held = openbao_bootstrap.credentials(root, "identity-vault-sweep")
    return SweepSettings(
        database_url=SecretStr(database.process_urls["sweep"]),
        openbao_address=url,
        openbao_namespace=root.adapter.namespace,
        openbao_role_id=SecretStr(held.role_id),
        openbao_secret_id=SecretStr(held.secret_id),
        sweep_per_second=10_000,
    )


class Watched:
    """A shelf that tells before and after each request: `watch()` may raise."""

    def __init__(self, shelf: Shelf, watch: Callable[[], None]) -> None:
        self._shelf = shelf
        self._watch = watch

    def read(self, path: str) -> Mapping[str, object] | None:
        return self._told(lambda: self._shelf.read(path))

    def put(self, path: str, content: Mapping[str, object]) -> bool:
        return self._told(lambda: self._shelf.put(path, content))

    def destroy(self, path: str) -> None:
        return self._told(lambda: self._shelf.destroy(path))

    def paths(self) -> list[str]:
        return self._shelf.paths()  # type: ignore[attr-defined]

    def _told(self, request: Callable[[], Any]) -> Any:
        self._watch()
        answer = request()
        self._watch()
        return answer


def crash_after(moments: int) -> Callable[[], None]:
    """For `Watched`: even moments lie before a request, odd ones after it, its answer unread."""
    left = [moments]

    def watch() -> None:
        if not left[0]:
            raise Crash
        left[0] -= 1

    return watch


@contextmanager
def sweeping(settings: SweepSettings, watch: Callable[[], None] = lambda: None) -> Iterator[Sweep]:
    """A sweep in this process, under its own database role and its own AppRole."""
    database = Database(settings.database_url.get_secret_value(), name="sweep")
    records, stage = (Watched(shelf, watch) for shelf in shelves(settings))
    stop = threading.Event()
    try:
        yield Sweep(database.unit_of_work(SweepTransaction), records, as_stage(stage), SystemClock(), stop)
    finally:
        database.close()


def as_stage(shelf: Watched) -> Stage:
    return shelf


def whole(settings: SweepSettings, watch: Callable[[], None] = lambda: None) -> None:
    """A sweep from its beginning (or where it was) to its end."""
    with sweeping(settings, watch) as sweep:
        sweep.mend()
        assert sweep.run(sweep.number(), pause=0, tell=lambda _done, _of: None)


def places(root: hvac.Client, path: str) -> dict[str, Mapping[str, object]]:
    """Mount -> what stands there at a path, seen by root."""
    found = {}
    for mount in MOUNTS:
        try:
            kv = root.secrets.kv.v2
            answer = kv.read_secret_version(path, mount_point=mount, raise_on_deleted_version=True)
            found[mount] = answer["data"]["data"]
        except hvac.exceptions.InvalidPath:
            continue
    return found


def traces(root: hvac.Client, path: str) -> list[str]:
    """The mounts that know anything of a path."""
    found = []
    for mount in MOUNTS:
        try:
            root.secrets.kv.v2.read_secret_metadata(path, mount_point=mount)
            found.append(mount)
        except hvac.exceptions.InvalidPath:
            continue
    return found
