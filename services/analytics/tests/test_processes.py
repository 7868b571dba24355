"""The worker as it runs, and the roles that one calls by hand."""

import os
import signal
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from analytics.domain.figures import Cell
from analytics.usecases.publishing import latest_publication
from chassis.bus import connections, topology
from chassis.bus.envelope import Envelope
from chassis.bus.publisher import Publisher, outgoing
from chassis.testing import eventually
from paravent.casework.v1.events_pb2 import FigureDelta, FiguresChanged

KIND = "paravent.casework.v1.FiguresChanged"
CELL = Cell("2026-11", "MENACE", "350+")


@pytest.fixture
def amqp_url(fresh_vhost: Callable[[], Any]) -> str:
    url: str = fresh_vhost().amqp_url
    topology.declare(url, "analytics", [FiguresChanged])
    return url


@pytest.fixture
def environment(tmp_path: Path, address, database, amqp_url) -> dict[str, str]:
    secrets = tmp_path / "secrets"
    secrets.mkdir()
    (secrets / "analytics_database_url").write_text(address.app_url)
    (secrets / "analytics_owner_url").write_text(address.owner_url)
    (secrets / "analytics_amqp_url").write_text(amqp_url)
    return {
        "PATH": os.environ["PATH"],
        "PARAVENT_SECRETS": str(secrets),
        "ANALYTICS_STATE_DIR": str(tmp_path),
        "ANALYTICS_PUBLISH_SECONDS": "1",
    }


@pytest.fixture
def worker(environment: dict[str, str], tmp_path: Path) -> Iterator[None]:
    with (tmp_path / "worker.log").open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "analytics", "worker"], env=environment, stdout=output, stderr=subprocess.STDOUT
        )
        try:
            yield
        finally:
            process.send_signal(signal.SIGTERM)
            assert process.wait(20) == 0


def tell(amqp_url: str, delta: int, times: int = 1) -> None:
    """Casework tells of `delta` reports; the same event `times` times."""
    event = FiguresChanged(deltas=[FigureDelta(month=CELL.month, act=CELL.act, size_band=CELL.band, delta=delta)])
    envelope = Envelope(uuid.uuid4(), "casework", KIND, event.SerializeToString(), None)
    with connections.connect(amqp_url) as connection:
        for _ in range(times):
            assert not Publisher(connection).publish("casework.events", [outgoing(envelope)]).unroutable


def shown(uow) -> dict[Cell, int] | None:
    publication = latest_publication(uow)
    return None if publication is None else dict(publication.figures)


def test_what_casework_tells_is_published_at_the_next_hour_and_counted_once(worker, amqp_url, uow):
    tell(amqp_url, 10)
    eventually(lambda: shown(uow) == {}, within=30)
    tell(amqp_url, 1, times=3)
    eventually(lambda: shown(uow) == {CELL: 11}, within=30)


def test_a_person_publishes_out_of_turn(environment, told, uow):
    told(12, act="MENACE", band="350+")
    for role in ("migrate", "publish"):
        run = subprocess.run(
            [sys.executable, "-m", "analytics", role], env=environment, check=True, capture_output=True, text=True
        )
    assert "analytics: published\n" in run.stdout
    assert shown(uow) == {CELL: 12}


def test_a_threshold_under_three_keeps_a_process_from_starting(environment):
    run = subprocess.run(
        [sys.executable, "-m", "analytics", "publish"],
        env=environment | {"ANALYTICS_THRESHOLD": "2"},
        check=False,
        capture_output=True,
        text=True,
    )
    assert run.returncode == 2
    assert "ANALYTICS_THRESHOLD" in run.stderr
