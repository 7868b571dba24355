"""The yearly sweep on real servers: nothing at rest tells the order of filing, and nothing is lost on the way."""

import signal
import statistics
from collections.abc import Sequence

import grpc
import psycopg
import pytest

from chassis.testing import eventually
from identity_vault.store.sweeps import ROWS
from identity_vault.usecases import sweeping
from tests.support import sweeps


def correlation(order: Sequence[object]) -> float:
    """Of a list of ranks with 0, 1, 2... (Spearman)."""
    ranks = [sorted(order).index(value) for value in order]  # type: ignore[type-var]
    return statistics.correlation(ranks, range(len(ranks)))


def made_at(root, paths: Sequence[str]) -> list[str]:
    """OpenBao's `created_time` of the record and of its metadata, one after the other."""
    found = []
    for path in paths:
        data = root.secrets.kv.v2.read_secret_metadata(path, mount_point="identities")["data"]
        (version,) = data["versions"].values()
        assert data["current_version"] == 1
        found.append(f"{data['created_time']} {version['created_time']}")
    return found


def on_disk(database) -> list[str]:
    """Paths of record_keys as they stand in its file."""
    with psycopg.connect(database.owner_url) as owner:
        rows = owner.execute("SELECT path FROM record_keys ORDER BY record_keys.ctid").fetchall()
    return [path for (path,) in rows]


def test_after_a_sweep_no_store_tells_the_order_of_filing(root, database, filed, sweep_settings):
    paths = filed(80)
    bodies = [sweeps.places(root, path) for path in paths]
    assert correlation(made_at(root, paths)) == pytest.approx(1)
    assert on_disk(database) == paths

    sweeps.whole(sweep_settings)

    assert abs(correlation(made_at(root, paths))) < 0.45, "80 in random order: beyond this once in 20,000"
    assert [sweeps.places(root, path) for path in paths] == bodies
    assert on_disk(database) == sorted(paths), "in the order of keyed hashes"
    with psycopg.connect(database.owner_url) as owner:
        assert owner.execute("SELECT count(DISTINCT xmin::text) FROM record_keys").fetchone() == (1,)
        assert owner.execute("SELECT number, finished_on IS NOT NULL FROM sweeps").fetchall() == [(1, True)]
    assert root.list("identities-stage/metadata") is None


def test_rows_that_came_one_with_each_frame_lose_their_order_as_well(database, filed, sweep_settings):
    filed(3)
    with psycopg.connect(database.owner_url, autocommit=True) as owner:
        for number in (3, 1, 2):
            tag = bytes([number]) * 32
            owner.execute("INSERT INTO registrations VALUES (%s, %s)", (tag, b"sealed"))
            owner.execute("INSERT INTO links VALUES (%s, %s)", (tag, b"sealed"))
            owner.execute("INSERT INTO contacts VALUES (%s, %s, 'kept')", (tag, b"sealed"))
        sweeps.whole(sweep_settings)
        for table in ROWS[1:]:
            rows = owner.execute(f"SELECT tag, xmin::text FROM {table} ORDER BY {table}.ctid").fetchall()
            assert [tag[0] for tag, _ in rows] == [1, 2, 3], table
            assert len({xmin for _, xmin in rows}) == 1, table


def test_a_second_sweep_makes_everything_anew_again(root, database, filed, sweep_settings):
    (path,) = filed(1)
    made = set()
    for _ in range(2):
        sweeps.whole(sweep_settings)
        made |= set(made_at(root, [path]))
    assert len(made) == 2
    with psycopg.connect(database.owner_url) as owner:
        assert owner.execute("SELECT swept FROM record_keys").fetchall() == [(2,)]


@pytest.mark.parametrize("moment", range(2 * sweeps.STEPS))
def test_cut_short_at_any_moment_the_record_is_somewhere_and_the_next_run_ends_it(root, filed, sweep_settings, moment):
    (path,) = filed(1)
    (body,) = sweeps.places(root, path).values()
    with pytest.raises(sweeps.Crash):
        sweeps.whole(sweep_settings, sweeps.crash_after(moment))
    found = sweeps.places(root, path)
    assert found
    assert all(content == body for content in found.values())

    sweeps.whole(sweep_settings)

    assert sweeps.places(root, path) == {"identities": body}


def test_killed_again_and_again_a_sweep_loses_nothing_and_comes_to_its_end(root, database, filed, sweep):
    paths = filed(60)
    bodies = {path: sweeps.places(root, path)["identities"] for path in paths}

    def done() -> int:
        with psycopg.connect(database.process_urls["sweep"]) as connection:
            query = "SELECT count(*) FROM record_keys WHERE swept = 1"
            return int(connection.execute(query).fetchone()[0])

    for aim in (5, 20, 35):
        process = sweep("run", per_second=60)
        eventually(lambda aim=aim: done() >= aim, within=60)
        process.send_signal(signal.SIGKILL)
        process.wait()
        for path in paths:
            assert bodies[path] in sweeps.places(root, path).values()
    assert done() < len(paths)

    process = sweep("run")
    output, errors = process.communicate(timeout=60)
    assert (process.returncode, errors) == (0, "")
    assert "sweep 1: " in output
    assert "sweep 1 is finished" in output
    assert {path: sweeps.places(root, path) for path in paths} == {path: {"identities": bodies[path]} for path in paths}


def test_asked_to_stop_it_ends_after_the_record_in_hand_and_goes_on_later(root, filed, sweep):
    paths = filed(30)
    process = sweep("run", per_second=5)
    assert process.stdout is not None
    assert process.stdout.readline() == "sweep 1: 0 of 30 (0 %)\n"
    process.terminate()
    output, errors = process.communicate(timeout=30)
    assert (process.returncode, errors) == (1, "")
    assert "was stopped: run it again" in output
    assert root.list("identities-stage/metadata") is None
    assert sweep("run").wait(60) == 0
    assert all(sweeps.traces(root, path) == ["identities"] for path in paths)


def test_status_needs_no_token_and_tells_how_far_it_is(filed, sweep, tmp_path):
    filed(4)
    for name in ("role_id", "secret_id"):
        (tmp_path / "sweep-secrets" / f"identity_vault_openbao_{name}").rename(tmp_path / name)
    output, _ = sweep("status").communicate(timeout=30)
    assert output == "no sweep yet; 4 records\n"
    process = sweep("run")
    _, errors = process.communicate(timeout=30)
    assert (process.returncode, "IDENTITY_VAULT_OPENBAO_SECRET_ID" in errors) == (2, True)
    for name in ("role_id", "secret_id"):
        (tmp_path / name).rename(tmp_path / "sweep-secrets" / f"identity_vault_openbao_{name}")
    assert sweep("run").wait(60) == 0
    output, _ = sweep("status").communicate(timeout=30)
    assert output.startswith("sweep 1 begun 20")
    assert output.endswith("; 4 of 4 records made anew\n")
    assert sweep("run now").wait(30) == 2


def test_two_sweeps_do_not_run_at_once(filed, sweep):
    filed(30)
    first = sweep("run", per_second=3)
    assert first.stdout is not None
    first.stdout.readline()
    second = sweep("run")
    output, _ = second.communicate(timeout=30)
    assert (second.returncode, output) == (1, "another sweep is running\n")


def test_with_openbao_away_a_sweep_ends_and_nothing_has_happened(root, filed, sweep):
    (path,) = filed(1)
    process = sweep("run", IDENTITY_VAULT_OPENBAO_ADDRESS="http://127.0.0.1:9")
    output, errors = process.communicate(timeout=60)
    assert (process.returncode, errors) == (1, "")
    assert "OpenBao is away" in output
    assert sweeps.traces(root, path) == ["identities"]


def test_a_copy_that_a_restored_backup_brings_back_is_put_where_it_belongs(root, database, filed, sweep):
    """The snapshot was taken while the record stood on the stage alone, the database after the sweep's end."""
    (path,) = filed(1)
    assert sweep("run").wait(60) == 0
    (body,) = sweeps.places(root, path).values()
    kv = root.secrets.kv.v2
    kv.create_or_update_secret(path, dict(body), cas=0, mount_point="identities-stage")
    kv.delete_metadata_and_all_versions(path, mount_point="identities")
    output, _ = sweep("mend").communicate(timeout=60)
    assert output.startswith("1 records put back")
    assert sweeps.places(root, path) == {"identities": body}


def test_records_are_sealed_while_a_sweep_runs_and_frames_sent_again_change_nothing(
    root, vault, new_writer, filed, sweep_settings
):
    """One frame comes again at each moment of its record's re-creation."""
    writer = new_writer()
    frame = writer.record()
    vault.Seal(frame)
    sealed: list[str] = []

    def watch() -> None:
        vault.Seal(frame)
        sealed.extend(filed(1))

    sweeps.whole(sweep_settings, watch)
    assert len(sealed) == 2 * sweeps.STEPS
    assert all(sweeps.traces(root, path) == ["identities"] for path in sealed)
    assert root.list("identities-stage/metadata") is None
    vault.Seal(frame)
    with pytest.raises(grpc.RpcError):
        vault.Seal(new_writer().record(locator=b"short"))


def test_a_table_that_stays_busy_ends_the_sweep_which_is_run_again(database, filed, sweep_settings, monkeypatch):
    filed(2)
    monkeypatch.setattr(sweeping, "_TRIES", 1)
    with psycopg.connect(database.owner_url) as reader:
        reader.execute("SELECT count(*) FROM record_keys")
        with pytest.raises(sweeping.Busy):
            sweeps.whole(sweep_settings)
    sweeps.whole(sweep_settings)
    with psycopg.connect(database.owner_url) as owner:
        assert owner.execute("SELECT number, finished_on IS NOT NULL FROM sweeps").fetchall() == [(1, True)]
