"""Canary audit: what reporters are, say and come from stands in no store, queue, log, trace or mail."""

import base64
import gzip
import hashlib
import re
import shutil
import subprocess
from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import pytest

from local_platform.demo import Demo
from tests.anonymity import identities
from tests.anonymity.cast import mark
from tests.anonymity.search import Canaries, Hit, report
from tests.support import stores


@pytest.fixture(scope="module")
def canaries(audited):
    return Canaries(audited.canaries)


def on_disk(demo: Demo, canaries: Canaries) -> set[Hit]:
    """Everything that stays on disk: clusters with their WAL, the broker's files, OpenBao's with its raft file and both
    audit logs, blobs, the exported journal, the ledger of erasures, logs, traces, mails."""
    return set().union(*(in_store(demo, canaries, name) for name in demo.stores()))


def in_store(demo: Demo, canaries: Canaries, name: str) -> set[Hit]:
    folder = demo.stores()[name]
    return in_mails(folder, canaries) if name == "mail" else canaries.in_folder(folder)


def in_mails(folder: Path, canaries: Canaries) -> set[Hit]:
    """The courier's mails name who they go to, once; nothing else may be found."""
    hits = set()
    for path in folder.iterdir():
        hits |= canaries.in_bytes(f"name of {folder}/…", path.name.encode())
        hits |= canaries.in_bytes(str(path), _without_recipient(path.read_bytes()))
    return hits


def _without_recipient(mail: bytes) -> bytes:
    head, gap, body = mail.partition(b"\r\n\r\n")
    if b"<messages@courrier.example.org>" in head or b"From: messages@courrier.example.org" in head:
        head = re.sub(rb"(?m)^To: kanari[a-z0-9]+@boite\.example\.net\r?$", b"", head, count=1)
    return head + gap + body


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


def _audit_logs(demo: Demo) -> list[Path]:
    return sorted(demo.stores()["openbao"].rglob("audit-*.log"))


def _pg_dump() -> str:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_dump"))
    return str(found[-1]) if found else str(shutil.which("pg_dump"))


def test_the_lives_left_something_to_look_at(audited):
    """An audit of empty stores would prove nothing."""
    demo, people = audited.demo, len(audited.everybody)

    assert stores.count(demo, "intake", "SELECT count(*) FROM reports") >= people
    assert stores.count(demo, "casework", "SELECT count(*) FROM cases WHERE status = 'in_charge'") >= people - 1
    assert stores.count(demo, "casework", "SELECT count(*) FROM messages") >= 2 * people
    assert stores.count(demo, "casework", "SELECT count(*) FROM files") >= len(audited.people)
    assert len(stores.record_paths(demo)) >= people
    assert len(list(demo.shared_folder("intake-blobs").iterdir())) >= len(audited.people)
    assert identities.written_to(demo)
    assert any(path.stat().st_size for path in demo.otlp.rglob("*"))
    assert len(audited.canaries) > 120


def test_every_way_of_an_identity_was_gone(audited):
    told = dict(stores.rows(audited.demo, stores.VAULT, "SELECT kind, count(*) FROM journal GROUP BY kind"))
    planned = Counter(does for person in audited.people for does in person.does)

    # Who told their name as they filed told both referents of the member.
    assert told["consent_recorded"] == planned["agrees"] + 2 * planned["told"]
    assert told["consent_withdrawn"] == planned["withdraws"]
    assert told["consent_hastened"] == planned["hastens"]
    assert told["disclosure"] == planned["shown"]
    assert told["name_added"] == planned["named later"]
    assert told["order_carried_out"] == planned["demanded"]
    assert told["erased"] == planned["erased"]


def test_each_new_store_holds_something(audited):
    demo = audited.demo

    for table in ("registrations", "consents", "links", "contacts", "call_backs", "record_keys", "orders", "erasures"):
        assert stores.count(demo, stores.VAULT, f"SELECT count(*) FROM {table}"), table
    for table in ("claims", "former_words", "referents"):
        assert stores.count(demo, "intake", f"SELECT count(*) FROM {table}"), table
    for table in ("identity_requests", "voices"):
        assert stores.count(demo, "casework", f"SELECT count(*) FROM {table}"), table
    assert stores.count(demo, "notifications", "SELECT count(*) FROM public_events")
    assert any(path.stat().st_size for path in demo.stores()["vault-erasure-ledger"].iterdir())
    assert any(path.stat().st_size for path in demo.stores()["vault-journal"].rglob("*"))
    assert len(_audit_logs(demo)) == 2


def test_every_way_of_a_code_was_gone(audited):
    """Confirmed, taken back, decided without; an oral report that is its speaker's now; a code that nobody has used."""
    proceedings = [name for (name,) in stores.rows(audited.demo, "casework", "SELECT proceeding FROM cases")]
    states = stores.rows(audited.demo, "casework", "SELECT state, decided_day FROM voices")

    assert proceedings.count("decided") == 1
    assert [state for state, checked in states if checked] == ["withdrawn"]
    assert stores.count(audited.demo, "casework", "SELECT count(*) FROM cases WHERE oral") == 1
    assert stores.count(audited.demo, "intake", "SELECT count(*) FROM claims") == 1
    assert len(audited.concerned.codes) == 3


def test_an_address_stands_in_the_mails_to_it_alone(audited):
    boxes = {person.marks["boîte"] for person in audited.everybody if "boîte" in person.marks}

    assert identities.written_to(audited.demo) <= boxes


def test_no_canary_on_disk(audited, canaries):
    hits = on_disk(audited.demo, canaries)
    files = sum(path.is_file() for folder in audited.demo.stores().values() for path in folder.rglob("*"))
    print(f"audit: {len(audited.canaries)} marks searched in {files} files", flush=True)

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


FILES = ["logs", "otlp", "mail", "state", "intake-blobs", "casework-blobs", "rabbitmq", "openbao"]


@pytest.mark.parametrize("store", [*FILES, "vault-journal", "vault-erasure-ledger"])
def test_a_leak_planted_in_a_file_is_found(audited, canaries, secret, store):
    leaks = {
        "plain": f"user={secret}".encode(),
        "base64": base64.b64encode(f"x{secret}".encode()),
        "gzip": gzip.compress(secret.encode()),
        "hash": hashlib.sha256(secret.encode()).hexdigest().encode(),
    }
    planted = {kind: audited.demo.stores()[store] / f"planted-{kind}" for kind in leaks}
    try:
        for kind, path in planted.items():
            path.write_bytes(leaks[kind])
        places = " ".join(hit.place for hit in in_store(audited.demo, canaries, store))
    finally:
        for path in planted.values():
            path.unlink()

    assert [kind for kind, path in planted.items() if str(path) not in places] == []


@pytest.mark.parametrize(
    ("sender", "header", "body"),
    [
        ("messages@courrier.example.org", "To: {}", "Bonjour {}"),
        ("messages@courrier.example.org", "To: {}\r\nReply-To: {}", ""),
        ("paravent@example.org", "To: {}", ""),
    ],
)
def test_an_address_that_a_mail_tells_elsewhere_is_found(audited, canaries, tmp_path, sender, header, body):
    box = next(person.marks["boîte"] for person in audited.people if "boîte" in person.marks)
    mail = f"From: {sender}\r\n{header}\r\n\r\n{body}".replace("{}", box)
    (tmp_path / "planted.eml").write_text(mail, newline="")

    assert in_mails(tmp_path, canaries)


def test_a_leak_into_the_vaults_wal_is_found(audited):
    """A table that lived for a moment: its rows are gone from every file but the log."""
    planted = mark("wal")
    with stores.connect(audited.demo, stores.VAULT) as connection:
        connection.execute("CREATE TABLE planted (leak text)")
        connection.execute("INSERT INTO planted VALUES (%s)", [planted])
        connection.execute("DROP TABLE planted")
    log = audited.demo.stores()["vault-postgres"] / "pg_wal"

    assert audited.demo.until(lambda: Canaries({"planted": planted}).in_folder(log))


def test_a_leak_into_the_audit_logs_is_found(audited):
    """Values are hashed there; a path is not."""
    planted = mark("piste")
    stores.vault_client(audited.demo).read(f"identities/metadata/{planted}")

    for path in _audit_logs(audited.demo):
        assert Canaries({"planted": planted}).in_file(path)


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
