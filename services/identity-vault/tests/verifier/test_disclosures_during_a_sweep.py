"""Disclosures while a sweep makes records anew: the identity is shown, wherever its record stands at that moment."""

import threading

import pytest

from chassis.sealing.receipts import locator
from identity_vault.domain.record import path_of
from identity_vault.usecases.disclosing import Begun, without_verifiers_layer
from paravent.identity_vault.v1 import disclosure_pb2 as wire
from tests.support import sweeps


@pytest.fixture
def sweep_settings(root, bao, database):
    return sweeps.settings_of(root, bao.url, database)


class AsDiscloser:
    """What the discloser asks of the verifier, over the test's connection."""

    def __init__(self, world) -> None:
        self._world = world

    def approve(self, disclosure_id, accessors) -> None:
        request = wire.ApproveReadsRequest(disclosure_id=disclosure_id, accessors=accessors)
        self._world.disclosure.ApproveReads(request)

    def remove_layer(self, disclosure_id, records) -> object:
        return self._world.remove(disclosure_id, records)


def show(world, begun) -> bytes:
    """The `ref` of the record that was opened, found as the discloser finds it."""
    removed = without_verifiers_layer(AsDiscloser(world), world.reads, Begun(begun.disclosure_id, begun.paths))
    return removed.ref


# Of Watched: staged; staged and gone from its place; in both again; the stage cleared.
@pytest.mark.parametrize("moment", [5, 7, 9, 11])
def test_a_record_is_shown_though_a_sweep_was_cut_short_in_the_middle_of_it(world, sweep_settings, moment):
    reporter, authenticator = world.file(), world.ready()
    world.agree(reporter)
    with sweeps.sweeping(sweep_settings, sweeps.crash_after(moment)) as sweep, pytest.raises(sweeps.Crash):
        sweep.run(sweep.number(), pause=0, tell=lambda _done, _of: None)
    assert show(world, world.begin(authenticator)) == reporter.ref


def test_records_are_shown_while_sweeps_go_over_them_again_and_again(world, sweep_settings):
    authenticator = world.ready()
    over, failed = threading.Event(), []

    def sweep_on() -> None:
        try:
            while not over.is_set():
                sweeps.whole(sweep_settings)
        except Exception as error:
            failed.append(error)

    thread = threading.Thread(target=sweep_on)
    thread.start()
    try:
        for _ in range(8):
            reporter = world.file()
            world.agree(reporter)
            assert show(world, world.begin(authenticator)) == reporter.ref
    finally:
        over.set()
        thread.join(60)
    assert failed == []


def test_the_verifier_lets_the_copy_of_no_other_record_through(world, sweep_settings, refused, settings):
    authenticator = world.ready()
    other = world.file()
    world.agree(world.file())
    begun = world.begin(authenticator)
    elsewhere = path_of(locator(other.ref, 0), settings.path_key_bytes())
    with world.reads.reading() as reading:
        accessor = reading.request(elsewhere, staged=True)
        with refused("record-mismatch"):
            AsDiscloser(world).approve(begun.disclosure_id, [accessor])
