"""The audit itself: it finds each kind of leak, and nothing where there is none."""

import secrets

import pytest

from tests.anonymity.encodings import planted_forms
from tests.anonymity.search import Canaries

VALUE = "Zoé Kanari-Qwzx7"
KINDS = dict(planted_forms(VALUE))


@pytest.fixture(scope="module")
def canaries():
    return Canaries({"a name": VALUE})


@pytest.mark.parametrize("kind", KINDS)
def test_a_planted_leak_is_found(kind, canaries, tmp_path):
    noise = secrets.token_bytes(5000)
    (tmp_path / "store.bin").write_bytes(noise + KINDS[kind] + noise)

    assert canaries.in_folder(tmp_path)


def test_a_leak_across_two_chunks_is_found(canaries, tmp_path, monkeypatch):
    monkeypatch.setattr("tests.anonymity.search._CHUNK", 1000)
    (tmp_path / "store.bin").write_bytes(bytes(995) + VALUE.encode() + bytes(3000))

    assert canaries.in_folder(tmp_path)


def test_a_leak_in_a_file_name_is_found(canaries, tmp_path):
    (tmp_path / f"export {VALUE}.csv").touch()

    assert canaries.in_folder(tmp_path)


def test_noise_holds_nothing(canaries, tmp_path):
    (tmp_path / "store.bin").write_bytes(secrets.token_bytes(2_000_000))

    assert not canaries.in_folder(tmp_path)


def test_a_hit_never_repeats_the_value(canaries, tmp_path):
    (tmp_path / "store.bin").write_bytes(VALUE.encode())

    assert VALUE not in repr(canaries.in_folder(tmp_path))
