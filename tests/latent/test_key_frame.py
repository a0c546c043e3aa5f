"""Key frames: each stop rests as long as it says, each way takes as long as it says."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from vae_studio.errors import UsageError
from vae_studio.latent.key_frame import KeyFrame
from vae_studio.latent.timing import Timing


def shown(timing, keys, fps=None):
    """Return (place, frames shown there) for every stop that is reached, in their order."""
    places = timing.moments(len(keys), keys, fps) * (len(keys) if timing.closed else len(keys) - 1)
    runs = np.split(places, np.flatnonzero(np.diff(places)) + 1)
    return [(round(float(run[0])), len(run)) for run in runs if abs(run[0] - round(run[0])) < 1e-9]


def test_each_stop_has_its_own_hold_and_each_way_its_own_time():
    keys = [KeyFrame(hold=0.5, travel=1), KeyFrame(travel=0.3), KeyFrame(hold=2)]
    timing = Timing(frames=7, fps=10, hold=0.2)
    assert shown(timing, keys) == [(0, 5), (1, 2), (2, 20)]
    t = timing.moments(3, keys) * 2
    assert len(t) == timing.frame_count(3, keys) == 1 + 4 + 10 + 1 + 3 + 19  # all ways are timed: `frames` follows
    assert np.allclose(np.diff(t[4:15]), 0.1) and np.allclose(np.diff(t[15:19]), 1 / 3)


def test_ways_without_a_time_share_what_is_left():
    keys = [KeyFrame(travel=1), KeyFrame(), KeyFrame(), KeyFrame(hold=1)]
    t = Timing(frames=50, fps=10).moments(4, keys) * 3
    assert len(t) == 50
    assert np.flatnonzero(np.isclose(t, 1)).tolist() == [10]
    assert np.flatnonzero(np.isclose(t, 2)).tolist() == [25] and (t[40:] == 3).all() and t[39] < 3


def test_there_and_back_takes_the_same_times_both_ways():
    keys = [KeyFrame(travel=0.5), KeyFrame(hold=0.4, travel=1), KeyFrame(hold=0.3)]
    timing = Timing(fps=10, cycle="ping-pong")
    assert shown(timing, keys) == [(0, 1), (1, 4), (2, 3), (1, 4)]
    t = timing.moments(3, keys)
    assert len(t) == 5 + 3 + 10 + 2 + 10 + 3 + 5
    assert np.allclose(t[1:], t[1:][::-1])
    two = Timing(fps=10, cycle="ping-pong").moments(2, [KeyFrame(travel=0.5), KeyFrame(travel=7)])
    assert len(two) == 10  # the last stop's way leads nowhere


def test_a_loop_uses_the_last_travel_to_come_home():
    keys = [KeyFrame(travel=0.2), KeyFrame(travel=0.4)]
    assert np.allclose(Timing(fps=10, cycle="loop").moments(2, keys) * 2, [0, 0.5, 1, 1.25, 1.5, 1.75])


def test_the_rate_that_is_really_shown_counts():
    keys = [KeyFrame(hold=1), KeyFrame()]
    timing = Timing(frames=300, fps=40)  # a GIF shows 50 frames a second instead
    assert shown(timing, keys)[0][1] == 50
    assert shown(timing, keys, 40)[0][1] == 40


times = st.one_of(st.none(), st.floats(0.01, 3))
keyed = st.lists(st.builds(KeyFrame, hold=st.one_of(st.none(), st.floats(0, 3)), travel=times), min_size=2, max_size=7)


@given(keyed, st.sampled_from(["once", "loop", "ping-pong"]), st.integers(2, 400), st.integers(1, 50), st.floats(0, 2))
def test_no_stop_is_missed_and_no_frame_lost(keys, cycle, frames, fps, hold):
    timing = Timing(frames=frames, fps=fps, cycle=cycle, hold=hold)
    try:
        t = timing.moments(len(keys), keys)
    except UsageError as error:
        assume("shorter travels" not in str(error))
        raise
    segments = len(keys) if timing.closed else len(keys) - 1
    assert len(t) == timing.frame_count(len(keys), keys)
    assert t[0] == 0 and t.min() >= 0 and t.max() <= 1 and (cycle != "once" or t[-1] == 1)
    if any(key.travel for key in keys[:segments]):
        met = {round(place) for place in t * segments if abs(place - round(place)) < 1e-9}
        assert met >= set(range(len(keys)))
    if cycle != "ping-pong":
        assert (np.diff(t) >= 0).all()


@given(st.integers(2, 300), st.integers(2, 9), st.floats(0, 3), st.sampled_from(["once", "loop", "ping-pong"]))
def test_empty_key_frames_change_nothing(frames, stops, hold, cycle):
    timing = Timing(frames=frames, hold=hold, cycle=cycle)
    assert np.array_equal(timing.moments(stops), timing.moments(stops, [KeyFrame()] * stops))
    assert np.array_equal(
        timing.moments(stops), Timing(frames=frames, cycle=cycle).moments(stops, [KeyFrame(hold=hold)] * stops)
    )


def test_what_does_not_fit_is_said():
    timing = Timing(frames=10, fps=10)
    with pytest.raises(UsageError, match="take at least 32 frames, but the film has 10; ask for more frames"):
        timing.moments(3, [KeyFrame(travel=3), KeyFrame(), KeyFrame()])
    with pytest.raises(UsageError, match="3 stops but times for 2"):
        timing.moments(3, [KeyFrame()] * 2)
    with pytest.raises(UsageError, match="make 30,001 frames, more than 10,000; shorten them"):
        Timing(fps=50).frame_count(2, [KeyFrame(travel=600), KeyFrame()])
    t = timing.moments(3, [KeyFrame(hold=9), KeyFrame(), KeyFrame(hold=0.2)])
    assert len(t) == 10 and (np.diff(t) > 0).sum() == 2 and t[-1] == 1  # too long a rest leaves the way visible
