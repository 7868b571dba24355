"""Canary audit: what reporters are, say and come from stands in no store, queue, log, trace or mail."""

import base64
import gzip
import hashlib
import shutil
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import pytest

from local_platform.demo import Demo
from tests.anonymity.search import Canaries, Hit, report
from tests.support import stores


@pytest.fixture(scope="module")
def canaries(audited):
    return Canaries(audited.canaries)


def on_disk(demo: Demo, canaries: Canaries) -> set[Hit]:
    """Everything that stays on disk: clusters with their WAL, the broker's files, OpenBao's, blobs, logs, mails."""
    return set().union(*(canaries.in_folder(folder) for folder in demo.stores().values()))


def in_dumps(demo: Demo, canaries: Canaries, folder: Path) -> set[Hit]:
    """What a dump of each database holds: values as PostgreSQL gives them back, decompressed."""
    hits = set()
    for service in (*stores.SHARED, stores.VAULT):
        target = folder / f"{service}.sql"
        database = urlsplit(demo.database_url(service)).path[1:]
        url = demo.superuser_url(stores.cluster_of(service), database)
        subprocess.run([_pg_dump(), "--dbname", url, "--file", target], check=True)
        hits |= canaries.in_file(target, place=f"dump of {service}")
    return hits


def in_processes(demo: Demo, canaries: Canaries) -> set[Hit]:
    """What anybody on the machine may read of a process: its command line and its environment."""
    hits = set()
    for name in demo.processes:
        folder = Path("/proc") / str(demo.pid(name))
        for file in ("cmdline", "environ"):
            hits |= canaries.in_bytes(f"{file} of {name}", (folder / file).read_bytes())
    return hits


def _pg_dump() -> str:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_dump"))
    return str(found[-1]) if found else str(shutil.which("pg_dump"))


def test_the_lives_left_something_to_look_at(audited):
    """An audit of empty stores would prove nothing."""
    demo, people = audited.demo, len(audited.people)

    assert stores.count(demo, "intake", "SELECT count(*) FROM reports") >= people
    assert stores.count(demo, "casework", "SELECT count(*) FROM cases WHERE status = 'in_charge'") >= people
    assert stores.count(demo, "casework", "SELECT count(*) FROM messages") >= 2 * people
    assert stores.count(demo, "casework", "SELECT count(*) FROM files") >= people
    assert len(stores.record_paths(demo)) >= people
    assert len(list(demo.shared_folder("intake-blobs").iterdir())) >= people
    assert demo.mails
    assert any(path.stat().st_size for path in demo.otlp.rglob("*"))
    assert len(audited.canaries) > 100


def test_no_canary_on_disk(audited, canaries):
    hits = on_disk(audited.demo, canaries)

    assert not hits, report(hits)


def test_no_canary_in_a_dump(audited, canaries, tmp_path):
    hits = in_dumps(audited.demo, canaries, tmp_path)

    assert not hits, report(hits)


def test_no_canary_in_a_process(audited, canaries):
    hits = in_processes(audited.demo, canaries)

    assert not hits, report(hits)


def test_no_member_is_named_in_a_mail(audited):
    names = [name for (name,) in stores.rows(audited.demo, "intake", "SELECT name FROM members")]
    for mail in audited.demo.mails:
        text = mail.as_string() + str(mail.get_body(("plain",)).get_content())

        assert not [name for name in names if name in text]


# --- the audit itself: leaks planted in each kind of place are found


@pytest.fixture
def secret(audited):
    return audited.people[0].marks["nom"]


@pytest.mark.parametrize("store", ["logs", "otlp", "mail", "state", "intake-blobs"])
def test_a_leak_planted_in_a_file_is_found(audited, canaries, secret, store):
    leaks = {
        "plain": f"user={secret}".encode(),
        "base64": base64.b64encode(f"x{secret}".encode()),
        "gzip": gzip.compress(secret.encode()),
        "hash": hashlib.sha256(secret.encode()).hexdigest().encode(),
    }
    for kind, leak in leaks.items():
        planted = audited.demo.stores()[store] / f"planted-{kind}"
        planted.write_bytes(leak)
        try:
            hits = canaries.in_folder(audited.demo.stores()[store])
        finally:
            planted.unlink()

        assert hits, kind


@pytest.mark.parametrize("service", [*stores.SHARED, stores.VAULT])
def test_a_leak_planted_in_a_database_is_found(audited, canaries, secret, service, tmp_path):
    """Long and repeated: PostgreSQL compresses it on disk, and gives it back in a dump."""
    with stores.connect(audited.demo, service) as connection:
        connection.execute("CREATE TABLE planted (leak text)")
        connection.execute("INSERT INTO planted VALUES (%s)", [f"{secret} " * 500])
        try:
            hits = in_dumps(audited.demo, canaries, tmp_path)
        finally:
            connection.execute("DROP TABLE planted")

    assert {hit.place for hit in hits} == {f"dump of {service}"}


def test_a_leak_planted_in_a_process_is_found(audited, canaries, secret):
    with subprocess.Popen(["sleep", "60"], env={"NOTE": secret}) as planted:
        try:
            environment = psutil.Process(planted.pid).environ()
            hits = canaries.in_bytes("environ", str(environment).encode())
        finally:
            planted.kill()

    assert hits
