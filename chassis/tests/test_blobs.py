"""Blobs: streamed, whole or absent, without a fine time, readable by name only."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from chassis.blobs import BlobStore, NoSuchBlob, random_name
from chassis.clock import FixedClock

MIB = 1024 * 1024
NOON = FixedClock(datetime(2026, 3, 5, 11, 42, 7, tzinfo=UTC))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "blobs"


@pytest.fixture
def store(folder: Path) -> BlobStore:
    return BlobStore.open(f"file://{folder}", clock=NOON)


def put(store: BlobStore, data: bytes) -> str:
    name = random_name()
    with store.writer(name) as writer:
        writer.write(data)
    return name


def leave_unfinished(folder: Path) -> None:
    """A writer killed in the middle: 12 MiB written, never closed."""
    code = (
        "import os, sys; from chassis.blobs import BlobStore, random_name\n"
        "with BlobStore.open(sys.argv[1]).writer(random_name()) as w:\n"
        "    w.write(bytes(12 << 20)); w.flush(); os.kill(os.getpid(), 9)\n"
    )
    subprocess.run([sys.executable, "-c", code, f"file://{folder}"], check=False)


def test_what_was_written_is_read_back(store: BlobStore):
    name = put(store, b"sealed")
    with store.reader(name) as reader:
        assert reader.size == 6
        assert (reader.read(4), reader.read(4), reader.read(4)) == (b"seal", b"ed", b"")
    assert list(store.names()) == [name]
    assert store.exists(name)


def test_a_name_tells_nothing():
    assert len({random_name() for _ in range(100)}) == 100
    assert len(random_name()) == 32


def test_fifty_megabytes_pass_through_little_memory(folder: Path):
    script = (
        "import resource, sys; from chassis.blobs import BlobStore\n"
        "store = BlobStore.open(sys.argv[1]); peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "before = peak()\n"
        "with store.writer('big') as w:\n"
        "    for n in range(50): w.write(bytes([n]) * (1 << 20))\n"
        "with store.reader('big') as r:\n"
        "    sizes = [(len(c), c[0]) for c in r]\n"
        "assert sizes == [(1 << 20, n) for n in range(50)], sizes[:3]\n"
        "print(peak() - before)\n"
    )
    run = subprocess.run([sys.executable, "-c", script, f"file://{folder}"], check=True, capture_output=True, text=True)
    assert int(run.stdout) < 35 * 1024, f"{run.stdout} KiB more"


@pytest.mark.parametrize("megabytes", [0, 1, 20])
def test_an_aborted_writer_leaves_nothing(store: BlobStore, folder: Path, megabytes: int):
    def upload_cut_short() -> None:
        with store.writer(random_name()) as writer:
            writer.write(bytes(megabytes * MIB))
            raise ConnectionError

    with pytest.raises(ConnectionError):
        upload_cut_short()
    assert list(folder.iterdir()) == []


def test_the_remnants_of_a_killed_writer_are_swept_when_they_are_old(store: BlobStore, folder: Path):
    name = put(store, b"kept")
    leave_unfinished(folder)
    remnants = [path for path in folder.iterdir() if "#" in path.name]
    assert len(remnants) == 1
    assert list(store.names()) == [name]
    assert store.sweep() == 0
    os.utime(remnants[0], (time.time() - 25 * 3600,) * 2)
    assert store.sweep() == 1
    assert [path.name for path in folder.iterdir()] == [name]


def test_no_time_finer_than_the_day_stays_on_a_file_or_on_the_folder(store: BlobStore, folder: Path):
    midnight = datetime(2026, 3, 5, tzinfo=UTC).timestamp()
    first, second = put(store, b"one"), put(store, b"two")
    store.delete(second)
    assert [(folder / first).stat().st_mtime, folder.stat().st_mtime] == [midnight, midnight]


def test_a_deleted_blob_is_gone_and_deleting_it_again_is_no_fault(store: BlobStore):
    name = put(store, b"gone")
    store.delete(name)
    store.delete(name)
    assert not store.exists(name)
    with pytest.raises(NoSuchBlob):
        store.reader(name)


@pytest.mark.parametrize("name", ["../escape", "a/b", "", ".hidden", "x#1", "Ünicode"])
def test_a_name_that_is_not_flat_and_plain_is_refused(store: BlobStore, name: str):
    with pytest.raises(ValueError, match="not a blob's name"):
        store.exists(name)


def test_a_private_store_is_for_its_owner_alone(store: BlobStore, folder: Path):
    name = put(store, b"mine")
    assert folder.stat().st_mode & 0o777 == 0o700
    assert (folder / name).stat().st_mode & 0o777 == 0o600


@pytest.fixture
def walkable() -> Iterator[Path]:
    """A folder that other users may walk through, unlike pytest's own."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o711)
        yield Path(name)


@pytest.mark.skipif(os.getuid() != 0, reason="only root may become another user")
def test_another_user_of_a_shared_store_reads_a_blob_by_its_name_but_cannot_list(walkable: Path):
    folder = walkable / "blobs"
    store = BlobStore.open(f"file://{folder}", shared=True)
    name = put(store, b"for the opener")
    as_nobody = (
        f"import os; os.setgid(65534); os.setuid(65534)\n"
        f"assert open({str(folder / name)!r}, 'rb').read() == b'for the opener'\n"
        f"try: os.listdir({str(folder)!r})\n"
        f"except PermissionError: print('refused')\n"
    )
    run = subprocess.run([sys.executable, "-S", "-c", as_nobody], check=True, capture_output=True, text=True)
    assert run.stdout.strip() == "refused"
