"""From deltas to publications, on a real database."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, update
from sqlalchemy.exc import ProgrammingError

from analytics.domain.figures import Cell
from analytics.entrypoints.events import Worker
from analytics.store.tables import snapshot_cells, snapshots
from analytics.usecases.publishing import latest_publication
from chassis.bus import Refused
from paravent.casework.v1.events_pb2 import FigureDelta, FiguresChanged

CELL = Cell("2026-11", "HARCELEMENT_MORAL", "50-349")


def publish(uow, publishing) -> dict[Cell, int]:
    with uow("test") as tx:
        publishing.publish_now(tx)
    publication = latest_publication(uow)
    assert publication is not None
    return dict(publication.figures)


def test_the_next_published_figures_include_a_report_that_completes_its_cell(uow, told, publishing, clock):
    told(10)
    assert publish(uow, publishing) == {}
    clock.advance(timedelta(days=7))
    told(1)
    assert publish(uow, publishing) == {CELL: 11}


def test_a_delta_is_taken_back_by_its_opposite(uow, told, publishing):
    told(12)
    told(-2)
    assert publish(uow, publishing) == {}


def test_a_publication_waits_for_its_hour_and_bears_its_hour(uow, told, publishing, clock):
    told(11)
    with uow("test") as tx:
        assert publishing.publish_when_due(tx)
    publication = latest_publication(uow)
    assert publication is not None
    assert publication.published_at == datetime(2026, 11, 16, tzinfo=UTC)
    told(11)
    with uow("test") as tx:
        assert not publishing.publish_when_due(tx)
    clock.advance(timedelta(days=3))
    with uow("test") as tx:
        assert publishing.publish_when_due(tx)
    assert latest_publication(uow).figures == {CELL: 22}


def test_a_publication_that_repeats_the_last_keeps_no_figures_of_its_own(uow, told, publishing, clock):
    told(11)
    first = publish(uow, publishing)
    clock.advance(timedelta(days=7))
    assert publish(uow, publishing) == first
    with uow("test") as tx:
        assert len(tx.session.execute(snapshots.select()).all()) == 2
        assert len(tx.session.execute(snapshot_cells.select()).all()) == 1


@pytest.mark.parametrize("statement", [update(snapshot_cells).values(count=99), delete(snapshot_cells)])
@pytest.mark.parametrize("table", [snapshot_cells, snapshots])
def test_the_application_may_not_change_a_publication(uow, told, publishing, statement, table):
    told(11)
    publish(uow, publishing)
    forbidden = update(table).values(threshold=99) if table is snapshots else statement
    with pytest.raises(ProgrammingError, match="permission denied"), uow("test") as tx:
        tx.session.execute(forbidden)


def test_an_event_with_a_cell_that_is_none_is_refused(uow, publishing):
    event = FiguresChanged(deltas=[FigureDelta(month="2026-13", act="VIOLENCE", size_band="1-10", delta=1)])
    with pytest.raises(Refused), uow("test") as tx:
        Worker(publishing).figures_changed(event, tx)


def test_an_act_that_is_not_known_yet_is_counted(uow, publishing):
    delta = FigureDelta(month="2026-11", act="NOUVEL_ACTE", size_band="50-349", delta=12)
    with uow("test") as tx:
        Worker(publishing).figures_changed(FiguresChanged(deltas=[delta]), tx)
    assert publish(uow, publishing) == {Cell("2026-11", "NOUVEL_ACTE", "50-349"): 12}
