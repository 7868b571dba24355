"""Files: secrets, private keys and blobs, tried by every unix account of the platform."""

from pathlib import Path

import pytest

from tests.contracts.acting import actors, readers
from tests.support import stores

# What processes of one service may have in common; nothing is common to two services.
OF_A_SERVICE = {"database_url", "owner_url", "amqp_url", "event_key", "notice_key"}


def specs(manifest):
    return [*manifest.processes, *manifest.tasks]


def everything_in(folder: Path) -> list[Path]:
    return [folder, *sorted(folder.rglob("*"))]


def who_reads(demo, manifest, *folders: Path) -> set[str]:
    """The accounts that can read anything of these folders."""
    paths = [path for folder in folders for path in everything_in(folder)]
    return set().union(*readers(demo, manifest, paths).values())


def secret_values(demo, manifest) -> dict[str, dict[str, str]]:
    """Process -> field -> value."""
    return {
        spec.name: {
            path.name.removeprefix(spec.prefix.lower()): path.read_text() for path in demo.secrets(spec.name).iterdir()
        }
        for spec in specs(manifest)
    }


def test_a_process_holds_the_secrets_that_the_manifest_lists_and_no_other(demo, manifest):
    for spec in specs(manifest):
        folder = demo.secrets(spec.name)
        assert sorted(path.name for path in folder.iterdir()) == sorted(
            f"{spec.prefix.lower()}{field}" for field in spec.secrets
        ), spec.name
        assert folder.stat().st_mode & 0o777 == 0o500
        assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} <= {0o400}


def test_the_account_of_a_process_alone_reads_its_secrets(demo, manifest):
    paths = {path: spec.account for spec in specs(manifest) for path in everything_in(demo.secrets(spec.name))}
    found = readers(demo, manifest, paths)

    expected = {path: {account} for path, account in paths.items()} if demo.state["separate_accounts"] else {}
    assert found == {path: expected.get(path, set()) for path in paths}


def test_no_secret_is_common_to_two_services(demo, manifest):
    owners: dict[str, set[str]] = {}
    for process, held in secret_values(demo, manifest).items():
        for value in held.values():
            owners.setdefault(value, set()).add(process.partition(".")[0])
    assert len(owners) > 20
    assert [sorted(services) for services in owners.values() if len(services) > 1] == []


def test_a_key_stands_with_one_process_unless_it_is_the_service_s(demo, manifest):
    places: dict[tuple[str, str], set[str]] = {}
    for process, held in secret_values(demo, manifest).items():
        for field, value in held.items():
            if field not in OF_A_SERVICE:
                places.setdefault((field, value), set()).add(process)
    found = {field: where for (field, _), where in places.items() if field != "issuing_key"}
    assert found["pepper"] == {"intake.web"}
    assert found["path_key"] == {"identity-vault.sealer"}
    assert [where for where in found.values() if len(where) > 1] == []


def test_no_secret_stands_in_an_environment_or_a_command_line(demo, manifest):
    values = {value.encode() for held in secret_values(demo, manifest).values() for value in held.values()}
    for name in demo.processes:
        for file in ("environ", "cmdline"):
            told = Path(f"/proc/{demo.pid(name)}/{file}").read_bytes()
            assert not [value for value in values if value in told], f"{name} {file}"


def test_month_private_keys_are_the_opener_s_alone(demo, manifest):
    keys = demo.shared_folder("casework-month-keys")

    assert list(keys.rglob("*.age"))
    assert who_reads(demo, manifest, keys) <= {"casework+opener"}


@pytest.mark.parametrize(
    ("folder", "owner"),
    [
        ("vault-transport-keys", "vault"),
        ("vault-verifier-keys", "vault+verifier"),
        ("vault-discloser-keys", "vault+discloser"),
        ("vault-linker-keys", "vault+linker"),
        ("vault-courier-keys", "vault+courier"),
    ],
)
def test_each_layer_s_private_keys_have_one_reader_in_the_vault(demo, manifest, folder, owner):
    keys = list(demo.shared_folder(folder).glob("*.key"))

    assert keys
    assert who_reads(demo, manifest, *keys) <= {owner}


def test_the_ledger_of_erasures_is_the_eraser_s_alone(demo, manifest):
    folder = demo.shared_folder("vault-erasure-ledger")
    assert folder.stat().st_mode & 0o777 == 0o700
    assert who_reads(demo, manifest, folder) <= {"vault+eraser"}


def test_a_certificate_s_key_is_its_process_s_alone(demo, manifest):
    for spec in specs(manifest):
        if spec.tls:
            assert who_reads(demo, manifest, demo.layout.folder("tls", spec.name)) <= {spec.account}, spec.name


def test_what_a_process_keeps_for_itself_is_read_by_no_other_account(demo, manifest):
    for spec in manifest.processes:
        assert who_reads(demo, manifest, demo.layout.folder("state", spec.name)) <= {spec.account}, spec.name


def test_no_service_reads_what_the_platform_holds(demo, manifest):
    """The root key, the certificate authority, the passwords of administrators, the servers' data, the logs."""
    layout = demo.layout
    places = [layout.state_file, *(layout.folder(name) for name in ("keys", "authority", "logs", "pids"))]
    places += [folder for name, folder in demo.stores().items() if name in ("postgres", "vault-postgres", "openbao")]
    places += [layout.folder("servers", "rabbitmq"), layout.folder("servers", "postgres", "superuser")]
    paths = {path for place in places for path in (place, *_some_of(place))}
    paths.discard(layout.log("platform"))  # what the platform says to whoever started it
    found = readers(demo, manifest, paths)
    assert {path: who for path, who in found.items() if who} == {}


def _some_of(folder: Path) -> list[Path]:
    """What stands right in a folder: nobody gets deeper without it."""
    return sorted(folder.glob("*")) if folder.is_dir() else []


def test_mails_and_telemetry_are_read_by_their_sinks_alone(demo, manifest):
    assert who_reads(demo, manifest, demo.layout.folder("otlp")) <= {"sinks"}
    assert who_reads(demo, manifest, demo.layout.folder("mail")) <= {"sinks"}


def test_the_opener_gets_a_blob_of_intake_by_its_name_and_cannot_list_them(demo, manifest, cases):
    folder = demo.shared_folder("intake-blobs")
    blobs = list(folder.iterdir())
    assert blobs
    if demo.state["separate_accounts"]:
        assert readers(demo, manifest, [folder])[folder] == {"intake"}
        assert {"intake", "casework+opener"} <= readers(demo, manifest, blobs[:1])[blobs[0]]
    else:
        assert folder.stat().st_mode & 0o777 == 0o711
        assert blobs[0].stat().st_mode & 0o777 == 0o644


def test_a_blob_of_casework_is_read_in_casework_alone_and_listed_by_the_opener_alone(demo, manifest, cases):
    folder = demo.shared_folder("casework-blobs")
    blobs = list(folder.iterdir())
    assert len(blobs) == stores.count(demo, "casework", "SELECT count(*) FROM files WHERE state = 'copied'")
    if demo.state["separate_accounts"]:
        assert readers(demo, manifest, [folder])[folder] == {"casework+opener"}
        in_casework = {actor.name for actor in actors(manifest) if actor.name.partition("+")[0] == "casework"}
        assert readers(demo, manifest, blobs[:1])[blobs[0]] == in_casework
    else:
        assert folder.stat().st_mode & 0o777 == 0o710


def test_no_account_may_write_what_another_service_reads(demo, manifest, cases):
    """Secrets, keys, published key sets, blobs and the code itself."""
    if not demo.state["separate_accounts"]:
        for spec in specs(manifest):
            assert demo.secrets(spec.name).stat().st_mode & 0o022 == 0
        return
    places = {demo.shared_folder(spec.name): spec.account for spec in manifest.folders}
    places |= {demo.secrets(spec.name): spec.account for spec in specs(manifest)}
    places |= {path: account for folder, account in list(places.items()) for path in folder.rglob("*")}
    code = [Path(__file__), Path(stores.__file__), demo.layout.folder("public"), demo.layout.folder("python")]
    script = 'while IFS= read -r path; do [ -w "$path" ] && printf "%s\\n" "$path"; done; true'
    for actor in actors(manifest):
        done = actor.run(script, "".join(f"{path}\n" for path in [*places, *code]))
        service = actor.name.partition("+")[0]
        foreign = [line for line in done.stdout.splitlines() if places.get(Path(line), "").partition("+")[0] != service]
        assert foreign == [], actor.name
