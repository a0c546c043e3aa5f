"""Which moments stay: the first, the last, and the rest evenly in log time."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vae_studio.runs.thinning import is_due, log_time, thinned

rising = st.lists(st.integers(0, 10**6), min_size=2, max_size=150, unique=True).map(sorted)


@given(rising, st.integers(2, 60))
def test_no_more_than_asked_for_and_the_first_and_the_last_among_them(steps, most):
    kept = thinned(steps, most)
    assert len(kept) == min(len(steps), most)
    assert kept == sorted(set(kept))
    assert (kept[0], kept[-1]) == (0, len(steps) - 1)


@given(rising, st.integers(2, 60))
def test_no_gap_is_made_that_is_wider_than_twice_an_even_one(steps, most):
    even_gaps(steps, [steps[place] for place in thinned(steps, most)], most)


@given(rising, st.integers(2, 20))
def test_thinned_one_by_one_as_they_come_the_law_holds_as_well(steps, most):
    kept = []
    for step in steps:
        kept.append(step)
        kept = [kept[place] for place in thinned(kept, most)]
    assert (kept[0], kept[-1]) == (steps[0], steps[-1])
    even_gaps(steps, kept, most)


def even_gaps(steps, kept, most):
    span = log_time(steps[-1]) - log_time(steps[0])
    for before, after in pairwise(kept):
        if steps.index(after) > steps.index(before) + 1:
            assert log_time(after) - log_time(before) <= 2 * span / max(most - 1, 1) + 1e-9


def test_a_thousand_epochs_keep_their_early_life():
    kept = thinned(range(0, 235_001, 235), 60)
    steps = [place * 235 for place in kept]
    assert steps[:6] == [0, 235, 470, 705, 940, 1175]
    gaps = [log_time(after) - log_time(before) for before, after in pairwise(steps[10:])]
    assert max(gaps) < 3 * min(gaps)


@pytest.mark.parametrize(("steps", "step", "due"), [([], 0, True), ([0, 1], 3, True), ([0, 10, 90, 100], 101, False)])
def test_a_moment_is_due_where_there_is_room_or_time_has_passed(steps, step, due):
    assert is_due(steps, step, 4) is due
    assert is_due([0, 10, 90, 100], 400, 4)
