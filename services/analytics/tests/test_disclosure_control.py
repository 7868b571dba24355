"""Statistical secrecy, as properties: whatever the counts, what is published does not give back what is hidden."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.domain.disclosure_control import publishable
from analytics.domain.figures import ACTS, BANDS, Cell

CELL = Cell("2026-11", "HARCELEMENT_MORAL", "50-349")
cells = st.builds(Cell, st.sampled_from(["2026-10", "2026-11"]), st.sampled_from(ACTS[:3]), st.sampled_from(BANDS[:3]))
counts = st.dictionaries(cells, st.integers(-3, 60), max_size=9)
histories = st.lists(counts, min_size=1, max_size=6)
thresholds = st.integers(3, 15)


def published(history: list[dict[Cell, int]], threshold: int) -> list[dict[Cell, int]]:
    """The publications that follow each other while the true counts are those of the history."""
    publications: list[dict[Cell, int]] = []
    for true in history:
        publications.append(publishable(true, publications[-1] if publications else {}, threshold))
    return publications


@given(histories, thresholds)
def test_no_figure_under_the_threshold_is_ever_published(history, threshold):
    assert all(figure >= threshold for shown in published(history, threshold) for figure in shown.values())


@given(histories, thresholds)
def test_between_two_publications_a_figure_moves_by_the_threshold_or_not_at_all(history, threshold):
    for before, after in pairwise(published(history, threshold)):
        for cell in before.keys() & after.keys():
            moved = abs(after[cell] - before[cell])
            assert moved == 0 or moved >= threshold


@given(histories, thresholds)
def test_a_published_figure_is_less_than_the_threshold_away_from_the_truth(history, threshold):
    for true, shown in zip(history, published(history, threshold), strict=True):
        assert all(abs(figure - true.get(cell, 0)) < threshold for cell, figure in shown.items())


@given(histories, thresholds, st.data())
def test_what_is_hidden_cannot_be_recomputed_from_all_that_is_ever_published(history, threshold, data):
    """Every count that is not shown could as well be any other of its hidden range: the publications are the same.

    Nothing that is computed from the publications alone, however clever, can then tell the two worlds apart.
    """
    seen = published(history, threshold)
    other = []
    for true, before, after in zip(history, [{}, *seen], seen, strict=False):
        world = dict(true)
        for cell in {*true, *before}:
            shown_before, shown = before.get(cell, 0), after.get(cell, 0)
            if shown == shown_before:  # the count may be anywhere around it
                world[cell] = data.draw(st.integers(shown_before - threshold + 1, shown_before + threshold - 1))
            elif shown == 0:  # it fell: it may be anywhere from nothing to so far under what was shown
                world[cell] = data.draw(st.integers(-3, min(shown_before - threshold, threshold - 1)))
        other.append(world)
    assert published(other, threshold) == seen


@given(counts, thresholds)
def test_no_margin_is_published(true, threshold):
    assert publishable(true, {}, threshold).keys() <= true.keys()


def test_one_report_more_shows_in_a_cell_that_was_one_short():
    assert publishable({CELL: 10}, {}, 11) == {}
    assert publishable({CELL: 11}, {}, 11) == {CELL: 11}


def test_one_report_more_does_not_show_in_a_figure_just_published():
    assert publishable({CELL: 21}, {CELL: 20}, 11) == {CELL: 20}
    assert publishable({CELL: 31}, {CELL: 20}, 11) == {CELL: 31}


def test_a_figure_that_falls_under_the_threshold_is_hidden_again():
    assert publishable({CELL: 2}, {CELL: 13}, 11) == {}
    assert publishable({CELL: 3}, {CELL: 13}, 11) == {CELL: 13}


@pytest.mark.parametrize("threshold", [2, 0, -1])
def test_a_threshold_under_three_is_refused(threshold):
    with pytest.raises(ValueError, match="never below 3"):
        publishable({}, {}, threshold)
