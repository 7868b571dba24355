"""An erasure while a sweep makes records anew: what was erased stays erased, whichever of the two comes first."""

import secrets
import threading
from collections.abc import Callable

import psycopg
import pytest
from sqlalchemy.exc import DBAPIError

from tests.support import sweeps


@pytest.fixture
def vault(new_vault, root, database, bao, certificates):
    return new_vault(database, root, bao.url, tls=certificates.issue("eraser.identity-vault.paravent"))


@pytest.fixture
def sweep_settings(root, bao, database):
    return sweeps.settings_of(root, bao.url, database)


# Of Watched: nothing done yet; staged; staged and gone from its place; in both again; before the stage is cleared.
MOMENTS = (1, 5, 7, 9, 10)


@pytest.fixture
def condemned(vault) -> bytes:
    """A report whose seven days of grace are over; only the eraser's turn is missing."""
    ref = secrets.token_bytes(16)
    vault.report(ref)
    vault.take(vault.order(ref))
    vault.pass_days(0)
    return ref


def at_moment(wanted: int, act: Callable[[], None]) -> Callable[[], None]:
    """Do something once, at the so-manieth moment of a sweep."""
    moments = iter(range(100))

    def watch() -> None:
        if next(moments) == wanted:
            act()

    return watch


@pytest.mark.parametrize("moment", MOMENTS)
def test_an_erasure_waits_for_the_record_in_hand_and_leaves_nothing(vault, condemned, sweep_settings, moment):
    eraser = threading.Thread(target=vault.pass_days, args=(7,))
    sweeps.whole(sweep_settings, at_moment(moment, eraser.start))
    eraser.join(60)
    vault.pass_days(0)
    assert vault.exists(condemned) == vault.nothing
    assert sweeps.traces(vault.root, vault.path(condemned)) == []
    assert vault.states() == ["erased"]


@pytest.mark.parametrize("moment", MOMENTS)
def test_an_erasure_after_a_sweep_was_cut_short_leaves_no_copy(vault, condemned, sweep_settings, moment):
    with pytest.raises(sweeps.Crash):
        sweeps.whole(sweep_settings, sweeps.crash_after(moment))
    vault.pass_days(7)
    assert sweeps.traces(vault.root, vault.path(condemned)) == []
    sweeps.whole(sweep_settings)
    assert sweeps.traces(vault.root, vault.path(condemned)) == []
    assert vault.exists(condemned) == vault.nothing


def test_what_was_erased_before_the_sweep_came_to_it_is_left_alone(vault, condemned, sweep_settings):
    with sweeps.sweeping(sweep_settings) as sweep:
        number = sweep.number()
        erase = at_moment(0, lambda: vault.pass_days(7))
        assert sweep.run(number, pause=0, tell=lambda _done, _of: erase())
    assert vault.exists(condemned) == vault.nothing
    assert sweeps.traces(vault.root, vault.path(condemned)) == []


@pytest.mark.parametrize("moment", MOMENTS[:3])
def test_a_sweep_that_lost_its_database_brings_nothing_back(vault, condemned, sweep_settings, moment):
    """The lock went with the connection; the eraser is done before the sweep's next request."""

    def cut() -> None:
        with psycopg.connect(vault.database.process_urls["sweep"], autocommit=True) as sweep:
            query = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'sweep'"
            assert all(ended for (ended,) in sweep.execute(query))
        vault.pass_days(7)

    with pytest.raises(DBAPIError):
        sweeps.whole(sweep_settings, at_moment(moment, cut))
    with sweeps.sweeping(sweep_settings) as sweep:
        sweep.mend()
    assert vault.exists(condemned) == vault.nothing
    assert sweeps.traces(vault.root, vault.path(condemned)) == []
