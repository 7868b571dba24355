"""Key pairs in folders of their own, and the signed set of their public halves."""

import stat
from datetime import date, timedelta

import pytest

from chassis import keysets
from chassis.sealing import age
from chassis.settings import SettingsError
from chassis.signing import public_half
from identity_vault.entrypoints import keys as entrypoint
from identity_vault.entrypoints.keys import Folders
from identity_vault.gateways.key_folder import KeyFolder
from paravent.keys.v1.keys_pb2 import KeyUse

TODAY = date(2026, 11, 22)
ROOT = bytes(range(32))


@pytest.fixture
def folders(key_settings) -> Folders:
    places = (key_settings.transport_keys_dir, key_settings.verifier_keys_dir, key_settings.discloser_keys_dir)
    return Folders(*(KeyFolder(place) for place in places))


@pytest.fixture
def published(key_settings):
    def read(day: date = TODAY):
        signed = key_settings.key_set.read_bytes()
        return keysets.verify(signed, public_half(ROOT), issuer="identity-vault", today=day)

    return read


def test_transport_keys_are_made_days_ahead(published):
    periods = [key.period for key in published().keys if key.use == KeyUse.KEY_USE_VAULT_TRANSPORT_DAY]
    assert periods == ["2026-11-22", "2026-11-23", "2026-11-24", "2026-11-25"]


def test_the_public_half_belongs_to_the_private_one(key_settings, folders, published):
    public = keysets.find(published(), KeyUse.KEY_USE_VAULT_VERIFIER, "2026")
    assert age.recipient_of(folders.verifier.secret("2026")) == public


def test_private_halves_are_for_their_owner_only(key_settings):
    for folder in (key_settings.transport_keys_dir, key_settings.verifier_keys_dir, key_settings.discloser_keys_dir):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        for key in folder.glob("*.key"):
            assert stat.S_IMODE(key.stat().st_mode) == 0o600


def test_a_second_run_changes_nothing(key_settings, folders):
    before = key_settings.key_set.read_bytes()
    keys = {path: path.read_text() for path in key_settings.transport_keys_dir.iterdir()}
    assert entrypoint.run(key_settings, folders, [], TODAY) == 0
    assert key_settings.key_set.read_bytes() == before
    assert {path: path.read_text() for path in key_settings.transport_keys_dir.iterdir()} == keys


def test_the_next_days_set_replaces_the_one_of_the_day_before(key_settings, folders, published):
    before = published().version
    entrypoint.run(key_settings, folders, [], TODAY + timedelta(days=1))
    after = published(TODAY + timedelta(days=1))
    assert after.version > before
    assert keysets.find(after, KeyUse.KEY_USE_VAULT_TRANSPORT_DAY, "2026-11-22") is None
    assert keysets.find(after, KeyUse.KEY_USE_VAULT_TRANSPORT_DAY, "2026-11-26")


def test_a_lost_set_is_followed_by_one_that_consumers_accept(key_settings, folders, published):
    before = published().version
    key_settings.key_set.unlink()
    entrypoint.run(key_settings, folders, [], TODAY + timedelta(days=1))
    assert published(TODAY + timedelta(days=1)).version > before


def test_old_transport_keys_are_destroyed_and_layer_keys_stay(key_settings, folders):
    later = TODAY + timedelta(days=400)
    entrypoint.run(key_settings, folders, ["transport", "verifier", "discloser"], later)
    assert not (key_settings.transport_keys_dir / "2026-11-22.key").exists()
    assert (key_settings.transport_keys_dir / f"{later}.key").exists()
    assert [path.name for path in sorted(key_settings.verifier_keys_dir.iterdir())] == ["2026.key", "2026.pub"]


def test_publishing_needs_no_private_half(key_settings, folders, published):
    for folder in (key_settings.transport_keys_dir, key_settings.verifier_keys_dir, key_settings.discloser_keys_dir):
        for key in folder.glob("*.key"):
            key.unlink()
    key_settings.key_set.unlink()
    assert entrypoint.run(key_settings, folders, ["publish"], TODAY) == 0
    assert len(published().keys) == 6


def test_an_unknown_step_is_refused(key_settings, folders):
    assert entrypoint.run(key_settings, folders, ["verifer"], TODAY) == 2


def test_a_set_without_one_of_its_layers_is_not_published(key_settings, folders):
    before = key_settings.key_set.read_bytes()
    (key_settings.verifier_keys_dir / "2026.pub").unlink()
    assert entrypoint.run(key_settings, folders, ["publish"], TODAY) == 1
    assert key_settings.key_set.read_bytes() == before


def test_publishing_needs_the_issuing_key_and_the_other_steps_do_not(key_settings, folders):
    without = key_settings.model_copy(update={"issuing_key": None})
    assert entrypoint.run(without, folders, ["transport", "verifier", "discloser"], TODAY) == 0
    with pytest.raises(SettingsError, match="ISSUING_KEY"):
        entrypoint.run(without, folders, ["publish"], TODAY)
