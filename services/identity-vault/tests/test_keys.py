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
from identity_vault.usecases.layer import open_frame
from identity_vault.usecases.ports import TransportKeyMissing, TransportKeyRetired
from paravent.keys.v1.keys_pb2 import KeyUse

TODAY = date(2026, 11, 22)
ROOT = bytes(range(32))


@pytest.fixture
def folders(key_settings) -> Folders:
    return Folders(*(KeyFolder(place) for place in key_settings.places()))


@pytest.fixture
def published(key_settings):
    def read(day: date = TODAY):
        signed = key_settings.key_set.read_bytes()
        return keysets.verify(signed, public_half(ROOT), issuer="identity-vault", today=day)

    return read


def test_transport_keys_are_made_days_ahead(published):
    periods = [key.period for key in published().keys if key.use == KeyUse.KEY_USE_VAULT_TRANSPORT_DAY]
    assert periods == ["2026-11-22", "2026-11-23", "2026-11-24", "2026-11-25"]


@pytest.mark.parametrize("process", ["verifier", "discloser", "linker", "courier"])
def test_the_public_half_belongs_to_the_private_one(folders, published, process):
    public = keysets.find(published(), KeyUse.Value(f"KEY_USE_VAULT_{process.upper()}"), "2026")
    assert age.recipient_of(getattr(folders, process).secret("2026")) == public


def test_private_halves_are_for_their_owner_only(key_settings):
    for folder in key_settings.places():
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
    entrypoint.run(key_settings, folders, ["transport", "verifier", "discloser", "linker", "courier"], later)
    assert not (key_settings.transport_keys_dir / "2026-11-22.key").exists()
    with pytest.raises(TransportKeyRetired):
        folders.transport.secret("2026-11-22")
    assert (key_settings.transport_keys_dir / f"{later}.key").exists()
    assert [path.name for path in sorted(key_settings.verifier_keys_dir.iterdir())] == ["2026.key", "2026.pub"]


def test_publishing_needs_no_private_half(key_settings, folders, published):
    for folder in key_settings.places():
        for key in folder.glob("*.key"):
            key.unlink()
    key_settings.key_set.unlink()
    assert entrypoint.run(key_settings, folders, ["publish"], TODAY) == 0
    assert len(published().keys) == 4 + 4


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


def test_a_destroyed_key_leaves_no_byte_of_itself(folders, key_settings):
    path = key_settings.transport_keys_dir / "2026-11-23.key"
    secret = path.read_bytes()
    with path.open("rb") as held:  # the file itself, whatever it is called and even once it has no name
        folders.transport.destroy("2026-11-23")
        assert len(held.read()) == len(secret)
        held.seek(0)
        assert b"AGE-SECRET-KEY" not in held.read()
    left = {path.name: path.read_bytes() for path in key_settings.transport_keys_dir.glob("2026-11-23*")}
    assert left == {"2026-11-23.retired": b"\n"}


def test_a_destruction_that_was_cut_short_is_finished_by_the_next(folders, key_settings):
    """Killed after the key had lost its name: it is no key any more, and the next run overwrites it."""
    folder = key_settings.transport_keys_dir
    (folder / "2026-11-22.key").rename(folder / "2026-11-22.going")
    with pytest.raises(TransportKeyMissing):
        folders.transport.secret("2026-11-22")
    folders.transport.destroy("2026-11-22")
    assert [path.name for path in folder.glob("2026-11-22*")] == ["2026-11-22.retired"]


def test_a_key_that_another_process_destroyed_is_not_used_from_memory(folders, key_settings):
    other = KeyFolder(key_settings.transport_keys_dir)
    assert other.secret("2026-11-22")
    folders.transport.destroy("2026-11-22")
    with pytest.raises(TransportKeyRetired):
        other.secret("2026-11-22")


@pytest.mark.parametrize("layer", ["verifier", "discloser", "linker", "courier"])
def test_a_rotated_layer_opens_what_was_sealed_before_and_after(key_settings, folders, published, layer):
    use = KeyUse.Value(f"KEY_USE_VAULT_{layer.upper()}")
    before = age.seal_fixed(keysets.find(published(), use, "2026"), b"before", 1152)
    assert entrypoint.run(key_settings, folders, [layer, "--new"], TODAY) == 0
    assert keysets.find(published(), use, "2026-11-22") is None, "not before it is published"
    assert entrypoint.run(key_settings, folders, ["publish"], TODAY) == 0
    newest = max(key.period for key in published().keys if key.use == use and key.period <= TODAY.isoformat())
    assert newest == "2026-11-22"
    after = age.seal_fixed(keysets.find(published(), use, newest), b"after", 1152)
    keys = KeyFolder(getattr(key_settings, f"{layer}_keys_dir"))
    assert open_frame(keys, before) == b"before"
    assert open_frame(keys, after) == b"after"
    with pytest.raises(age.CannotOpen):
        age.open_fixed(keys.secret("2026"), after)


def test_the_yearly_key_is_named_by_its_year(key_settings, folders, published):
    new_year = date(2027, 1, 1)
    assert entrypoint.run(key_settings, folders, ["verifier", "linker", "--new"], new_year) == 0
    assert [period for period, _ in folders.verifier.public_halves()] == ["2026", "2027"]
    assert [period for period, _ in folders.courier.public_halves()] == ["2026"]


@pytest.mark.parametrize("wrong", [["--new"], ["transport", "--new"], ["publish", "--new"]])
def test_only_a_layer_that_is_named_is_rotated(key_settings, folders, wrong):
    assert entrypoint.run(key_settings, folders, wrong, TODAY) == 2
