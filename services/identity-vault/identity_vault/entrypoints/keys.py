"""`keys [STEP...] [--new]`: make the key pairs of each process, publish their public halves; by default all steps.

`--new` gives the processes that are named another key pair beside the ones they have.
"""

import os
from datetime import date
from pathlib import Path
from typing import NamedTuple

from chassis import logs
from identity_vault.settings import KeysSettings
from identity_vault.usecases.keys import prepare_layer_key, prepare_transport_keys, publish, rotate_layer_key
from identity_vault.usecases.ports import KeyPairs
from paravent.keys.v1.keys_pb2 import KeyUse

log = logs.get(__name__)

LAYERS = ("verifier", "discloser", "linker", "courier")
STEPS = ("transport", *LAYERS, "publish")
_NEW = "--new"


class Folders(NamedTuple):
    """The key pairs of each process that opens something, by the name of their step."""

    transport: KeyPairs
    verifier: KeyPairs
    discloser: KeyPairs
    linker: KeyPairs
    courier: KeyPairs


def run(settings: KeysSettings, folders: Folders, steps: list[str], today: date) -> int:
    """Exit status: 2 for a step that does not exist, 1 when there is nothing whole to publish. Raises SettingsError."""
    if _NEW in steps:
        return _rotate(folders, [step for step in steps if step != _NEW], today)
    if not set(steps) <= set(STEPS):
        return 2
    for step in steps or STEPS:
        if step == "transport":
            ahead, kept = settings.transport_days_ahead, settings.transport_days_kept
            prepare_transport_keys(folders.transport, today, ahead=ahead, kept=kept)
        elif step == "publish":
            if not all(folder.public_halves() for folder in folders):
                log.error("keys.incomplete")
                return 1
            _publish(settings, folders, today)
        else:
            prepare_layer_key(getattr(folders, step), today)
        log.info("keys.done", step=step)
    return 0


def _rotate(folders: Folders, layers: list[str], today: date) -> int:
    """Publishing comes apart, and after: a key is used only once its process can open what is sealed to it."""
    if not layers or not set(layers) <= set(LAYERS):
        return 2
    for layer in layers:
        log.info("keys.rotated", step=layer, period=rotate_layer_key(getattr(folders, layer), today))
    return 0


def _publish(settings: KeysSettings, folders: Folders, today: date) -> None:
    uses: dict[int, KeyPairs] = {
        KeyUse.KEY_USE_VAULT_TRANSPORT_DAY: folders.transport,
        KeyUse.KEY_USE_VAULT_VERIFIER: folders.verifier,
        KeyUse.KEY_USE_VAULT_DISCLOSER: folders.discloser,
        KeyUse.KEY_USE_VAULT_LINKER: folders.linker,
        KeyUse.KEY_USE_VAULT_COURIER: folders.courier,
    }
    previous = settings.key_set.read_bytes() if settings.key_set.exists() else None
    certificate, seed = settings.issuer()
    signed = publish(certificate, seed, uses, today=today, previous=previous)
    if signed != previous:
        _replace(settings.key_set, signed)


def _replace(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".new")
    draft.write_bytes(data)
    os.replace(draft, path)
