"""Files are sealed on their way in: nothing of them touches a disk in clear, and memory does not grow with them."""

import hashlib
import io
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from sqlalchemy import text

from chassis.blobs import BlobStore
from chassis.sealing import age, padding
from intake.entrypoints.web.uploads import clean_name, clean_type
from intake.usecases.sweeping import OrphanSweep
from paravent.intake.v1.events_pb2 import ReportSubmitted

PHOTO = ("photo.jpg", b"\xff\xd8" + os.urandom(200_000), "image/jpeg")


@pytest.fixture
def blobs(settings) -> BlobStore:
    return BlobStore.open(settings.blobs_url)


def submitted(database, casework):
    with database.engine.connect() as connection:
        payload = connection.execute(text("SELECT payload FROM outbox")).scalar_one()
    return casework.open(ReportSubmitted.FromString(payload).envelope)


def opened(blobs, file) -> bytes:
    out = io.BytesIO()
    with blobs.reader(file.blob) as source:
        age.open_stream(file.key, source, out)
    return out.getvalue()


def test_a_file_opens_with_the_key_that_only_the_envelopes_hold(browser, database, casework, blobs):
    browser.fill()
    browser.send(files=[PHOTO, ("note.txt", "été".encode(), "text/plain")])
    photo, note = submitted(database, casework).files
    assert (photo.name, photo.media_type, photo.size) == ("photo.jpg", "image/jpeg", len(PHOTO[1]))
    assert photo.sha256 == hashlib.sha256(PHOTO[1]).digest()
    plain = opened(blobs, photo)
    assert plain[: photo.size] == PHOTO[1]
    assert len(plain) == padding.bucket(photo.size)
    assert opened(blobs, note)[: note.size].decode() == "été"


def test_files_survive_an_error_and_can_be_taken_back(browser, database, casework):
    browser.fill()
    browser.send(identite="", files=[PHOTO, ("autre.txt", b"x", "text/plain")])
    assert "Fichiers déjà joints" in browser.page
    browser.send(retirer=browser.field("retirer"))
    assert [file.name for file in submitted(database, casework).files] == ["autre.txt"]


def test_a_file_that_is_too_large_is_left_out_and_named(browser, blobs):
    browser.fill()
    response = browser.send(files=[("film.mp4", bytes(4 * 1024 * 1024), "video/mp4"), PHOTO])
    assert response.status_code == 422
    assert "film.mp4" in browser.page
    assert "dépasse 3 Mo" in browser.page
    assert "photo.jpg" in browser.page
    assert len(list(blobs.names())) == 1


def test_too_many_files_are_left_out(browser):
    browser.fill()
    browser.send(files=[(f"{n}.txt", b"x", "text/plain") for n in range(5)])
    assert "3 fichiers au plus" in browser.page


def test_an_empty_file_is_left_out(browser):
    browser.fill()
    browser.send(files=[("vide.txt", b"", "text/plain")])
    assert "est vide" in browser.page


def test_a_file_named_after_its_author_is_shown_first(browser, database, casework):
    browser.fill()
    identity = {"identite": "confidential", "given_name": "Anne", "family_name": "Durand"}
    browser.send(files=[("lettre de Durand.pdf", b"x", "application/pdf")], **identity)
    assert "<mark>Durand</mark>" in browser.page
    browser.send(**identity, vu=browser.field("vu"), masquer=["file-0:10:16"])
    assert [file.name for file in submitted(database, casework).files] == ["lettre de [masqué].pdf"]


def test_a_body_that_is_cut_leaves_no_blob(browser, blobs):
    browser.fill()
    body = (
        f'--b\r\nContent-Disposition: form-data; name="etat"\r\n\r\n{browser.state}\r\n'
        '--b\r\nContent-Disposition: form-data; name="fichiers"; filename="a.txt"\r\n\r\n' + "x" * 1000
    )
    kind = {"content-type": "multipart/form-data; boundary=b"}
    response = browser.client.post("/signalement/envoi", content=body, headers=kind)
    assert response.status_code in (400, 422)
    assert list(blobs.names()) == []


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data", "text/plain"])
def test_a_body_that_is_no_form_of_ours_is_refused(browser, kind):
    response = browser.client.post("/signalement/envoi", content=b"x=1", headers={"content-type": kind})
    assert response.status_code == 400


def test_blobs_that_no_report_owns_are_swept_after_two_looks(browser, uow, blobs):
    browser.fill()
    browser.send(files=[PHOTO])
    browser.fill()
    browser.send(identite="", files=[PHOTO])  # an error: its file waits for a report that never comes
    sweep = OrphanSweep(uow, blobs)
    assert [sweep.look(), sweep.look(), sweep.look()] == [0, 1, 0]
    assert len(list(blobs.names())) == 1


def test_the_times_of_a_blob_are_days(browser, settings):
    browser.fill()
    browser.send(files=[PHOTO])
    [path] = Path(urlsplit(settings.blobs_url).path).iterdir()
    assert path.stat().st_mtime % 3600 == 0


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("C:\\Users\\moi\\lettre.pdf", "lettre.pdf"),
        ("../../etc/passwd", "passwd"),
        ("a\x00b\n<c>.txt", "abc.txt"),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
    ],
)
def test_a_files_name_is_its_own(given, kept):
    assert clean_name(given) == kept


def test_a_media_type_is_one_or_is_unknown():
    assert clean_type("Image/JPEG; q=1") == "image/jpeg"
    assert clean_type("<script>") == "application/octet-stream"


_STREAM = """
import asyncio, resource, sys
from chassis.blobs import BlobStore
from intake.entrypoints.web.uploads import Limits, receive

class Request:
    headers = {"content-type": "multipart/form-data; boundary=b"}
    async def stream(self):
        head = 'Content-Disposition: form-data; name="fichiers"; filename="film.mp4"'
        yield f"--b\\r\\n{head}\\r\\n\\r\\n".encode()
        for _ in range(int(sys.argv[2])):
            yield bytes(65536)
        yield b"\\r\\n--b--\\r\\n"

def peak(): return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
blobs = BlobStore.open(sys.argv[1])
limits = Limits(file=2**30, request=2**30, files=10)
sys.argv[2:], big = ["16"], sys.argv[2]
asyncio.run(receive(Request(), blobs, limits))
before = peak()
sys.argv[2:] = [big]
received = asyncio.run(receive(Request(), blobs, limits))
print(received.files[0].size, peak() - before)
"""


def test_a_file_of_100_megabytes_adds_less_than_50_to_memory(tmp_path):
    command = [sys.executable, "-c", _STREAM, f"file://{tmp_path}/blobs", "1600"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    size, grown = map(int, done.stdout.split())
    assert size == 1600 * 65536
    assert grown < 50 * 1024, f"{grown} KiB"
