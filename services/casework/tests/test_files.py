"""Files: copied under a key of the case, whole or not at all, under neutral names for referents."""

import secrets
from contextlib import suppress

import pytest

from casework.domain.people import Quality
from casework.store import tables
from casework.usecases import copying, reading, streams
from casework.usecases.desk import NoSuchCase
from chassis.sealing.age import CannotOpen

IMAGE = secrets.token_bytes(300_000)


def copy_all(world) -> None:
    while copying.copy_file(world.uow, world.copying):
        pass


def content_of(world, file) -> bytes:
    with world.copying.store.reader(file.blob) as sealed, streams.opened(file.key, sealed) as clear:
        return b"".join(streams.read_up_to(clear, file.size))


def find(world, person_id: str, case_id, file_id, quality=Quality.HANDLER):
    return reading.find_file(world.uow, world.desk, world.staff(person_id), case_id, file_id, quality)


def test_a_file_is_copied_under_a_new_key_and_reads_the_same(world, town):
    source = world.put_file(IMAGE)
    case_id = world.release(world.file(town, files=[source]))
    copy_all(world)
    [row] = world.rows(tables.files)
    assert row.state == "copied"
    screener = find(world, "screener-1", case_id, row.file_id, Quality.SCREENER)
    assert screener.name == "capture-de-Jeanne.png"
    assert content_of(world, screener) == IMAGE
    handler = find(world, "referent-1", case_id, row.file_id)
    assert handler.name == "piece-1.png"
    assert content_of(world, handler) == IMAGE
    assert handler.key != source.key


def test_a_referent_sees_no_file_before_the_release_and_none_that_was_withheld(world, town):
    reporter = world.file(town, files=[world.put_file(IMAGE), world.put_file(b"autre", "note.txt", "text/plain")])
    world.open_all()
    copy_all(world)
    kept, given = sorted(world.rows(tables.files), key=lambda row: row.position)
    case_id = world.case_of(reporter).case_id
    with pytest.raises(NoSuchCase):
        find(world, "referent-1", case_id, given.file_id)
    world.release(reporter, withheld=[kept.file_id])
    view = reading.show_to_handler(world.uow, world.desk, world.staff("referent-1"), case_id)
    assert [file.name for file in view.files] == ["piece-2.txt"]
    with pytest.raises(NoSuchCase):
        find(world, "referent-1", case_id, kept.file_id)
    assert find(world, "screener-1", case_id, kept.file_id, Quality.SCREENER).name == "capture-de-Jeanne.png"


@pytest.mark.parametrize("damage", ["missing", "wrong_key", "altered", "other_content"])
def test_a_file_that_cannot_be_copied_is_said_to_be_unreadable_and_the_case_goes_on(world, town, damage):
    source = world.put_file(IMAGE)
    if damage == "missing":
        source.blob = secrets.token_hex(16)
    elif damage == "wrong_key":
        source.key = world.put_file(b"x").key
    elif damage == "other_content":
        source.sha256 = secrets.token_bytes(32)
    else:
        with world.copying.intake.reader(source.blob) as reader:
            data = bytearray(reader.read())
        data[-1000] ^= 1
        with world.copying.intake.writer(source.blob) as writer:
            writer.write(bytes(data))
    case_id = world.release(world.file(town, files=[source]))
    copy_all(world)
    view = reading.show_to_screener(world.uow, world.desk, world.staff("screener-1"), case_id)
    assert [(file.name, file.state) for file in view.files] == [("capture-de-Jeanne.png", "unreadable")]
    assert list(world.copying.store.names()) == []


def test_a_reader_that_stops_early_leaves_nothing_hanging(world):
    file = world.put_file(secrets.token_bytes(2_000_000))
    reading = world.copying.intake.reader(file.blob)
    with reading as sealed, suppress(InterruptedError), streams.opened(file.key, sealed) as clear:
        clear.read(10)
        raise InterruptedError


def test_an_altered_blob_never_passes_for_whole(world):
    file = world.put_file(secrets.token_bytes(2_000_000))
    with world.copying.intake.reader(file.blob) as reader:
        data = reader.read()
    with world.copying.intake.writer(file.blob) as writer:
        writer.write(data[:-100_000])
    reading = world.copying.intake.reader(file.blob)
    with pytest.raises(CannotOpen), reading as sealed, streams.opened(file.key, sealed) as clear:
        list(streams.read_up_to(clear, file.size))


def test_a_store_that_fails_is_not_taken_for_a_blob_that_does_not_open(world):
    class Failing:
        def read(self, size: int = -1) -> bytes:
            raise ConnectionError

    file = world.put_file(b"x")
    with pytest.raises(ConnectionError), streams.opened(file.key, Failing()) as clear:
        list(streams.read_up_to(clear, file.size))
