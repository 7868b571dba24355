"""A convention's last day stops new reports, by the member's own midnight; what was filed before runs to its end."""

from datetime import UTC, datetime

import pytest

from casework.store import tables
from casework.usecases import receiving
from paravent.billing.v1.events_pb2 import MembershipChanged


def tell(world, member_id: str, until: str, *, version: int = 2, zone: str = "", cdg: str = "cdg-62") -> None:
    event = MembershipChanged(
        member_id=member_id,
        version=version,
        name="Commune d'Essai",
        cdg_id=cdg,
        size_band="20-49",
        from_day="2026-01-01",
        until_day=until,
        time_zone=zone,
    )
    with world.uow("tell") as tx:
        receiving.record_membership(tx, event)


def served(world) -> list[str]:
    with world.uow("served") as tx:
        return [row.member_id for row in tx.people.served_by(world.staff("screener-1"))]


def test_a_report_filed_before_the_last_day_opens_after_it_and_its_referent_keeps_access(world, town):
    before = world.file(town)
    case_id = world.release(before)
    late = world.file(town)

    tell(world, town, "2026-11-20")
    world.clock.instant = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
    world.open_all()

    assert world.case_of(late).status == "screening"
    with world.uow("concerned") as tx:
        assert "referent-1" in tx.people.concerned(case_id)
    assert len(world.rows(tables.cases)) == 2


@pytest.mark.parametrize(
    ("zone", "last_second"),
    [
        ("", "2026-11-20T22:59:59Z"),
        ("Indian/Reunion", "2026-11-20T19:59:59Z"),
        ("America/Cayenne", "2026-11-21T02:59:59Z"),
    ],
)
def test_no_oral_report_is_taken_down_after_the_members_last_midnight(world, town, zone, last_second):
    tell(world, town, "2026-11-20", zone=zone)
    world.clock.instant = datetime.fromisoformat(last_second)
    assert town in served(world)
    world.clock.instant = datetime.fromtimestamp(world.clock.instant.timestamp() + 1, UTC)
    assert town not in served(world)


def test_an_unknown_time_zone_is_refused(world, town):
    with pytest.raises(KeyError):
        tell(world, town, "", zone="Europe/Nulle-Part")
