"""What intake does with the events of the others; the bus's own rules are tested in the chassis."""

import pytest
from sqlalchemy import text

from chassis.bus import Refused
from chassis.bus.subscriptions import subscriptions
from chassis.signing import public_half
from intake.entrypoints.events import Worker
from intake.usecases.keys import CASEWORK, KeysUnavailable
from paravent.casework.v1.events_pb2 import CaseOpened, KeySetPublished, ReporterNotified
from paravent.intake.v1.events_pb2 import ReportSubmitted


@pytest.fixture
def worker(clock) -> Worker:
    return Worker(public_half(bytes(range(32))), clock)


def test_members_and_keys_are_taken_only_when_signed(worker):
    signers = {mark.message.DESCRIPTOR.name: mark.signed_by for _, mark in subscriptions(worker)}
    assert signers == {
        "MemberListed": "billing",
        "ReferentListed": "billing",
        "KeySetPublished": "casework",
        "CaseOpened": None,
        "ReporterNotified": None,
        "ClaimOffered": None,
    }


def test_a_listed_member_is_in_the_directory(worker, uow, listed, database):
    with uow("event") as tx:
        worker.member_listed(listed(), tx)
        assert tx.members.by_id("m-boulogne").name == "Boulogne-sur-Mer"


def test_once_the_case_is_open_caseworks_copy_is_gone(worker, uow, browser, database):
    browser.fill()
    browser.send()
    with uow("event") as tx:
        payload = tx.session.execute(text("SELECT payload FROM outbox")).scalar_one()
        worker.case_opened(CaseOpened(report_id=ReportSubmitted.FromString(payload).report_id), tx)
    with database.engine.connect() as connection:
        [row] = connection.execute(text("SELECT casework_envelope, reporter_envelope FROM reports")).all()
    assert row.casework_envelope is None
    assert row.reporter_envelope


def test_a_key_set_is_kept_and_an_older_one_changes_nothing(worker, uow, casework, keys, clock):
    first, second = casework.key_set(), casework.key_set()
    with uow("event") as tx:
        worker.key_set_published(KeySetPublished(signed_key_set=second), tx)
        worker.key_set_published(KeySetPublished(signed_key_set=first), tx)
        assert tx.key_sets.get(CASEWORK) == second
    assert keys.casework_month("cdg-62", clock.now().date()) == ("2026-11", casework.month.recipient)
    with pytest.raises(KeysUnavailable):
        keys.casework_month("cdg-80", clock.now().date())


def test_a_key_set_that_the_root_did_not_certify_is_refused(worker, uow, casework):
    forged = casework.issuer.publish([], root=bytes(32))
    with uow("event") as tx, pytest.raises(Refused):
        worker.key_set_published(KeySetPublished(signed_key_set=forged), tx)


def test_a_key_slipped_into_the_database_is_not_used(uow, ready, keys, casework, clock):
    forged = casework.issuer.publish([], root=bytes(32))
    with uow("attack") as tx:
        tx.session.execute(text("UPDATE key_sets SET signed = :forged, version = 99"), {"forged": forged})
    with pytest.raises(KeysUnavailable):
        keys.casework_month("cdg-62", clock.now().date())


def test_a_notice_for_no_report_is_dropped(worker, uow):
    with uow("event") as tx:
        worker.reporter_notified(ReporterNotified(report_id=bytes(16), notice_id=bytes(16), envelope=b"x"), tx)
        assert tx.notices.of(bytes(16)) == []
