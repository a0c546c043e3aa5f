"""Timing: every frame is there, once, at the right moment."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from vae_studio.errors import UsageError
from vae_studio.latent.timing import Timing

timings = st.builds(
    Timing,
    frames=st.integers(2, 300),
    fps=st.integers(1, 50),
    easing=st.sampled_from(["even", "smooth"]),
    hold=st.floats(0, 3),
    cycle=st.sampled_from(["once", "loop", "ping-pong"]),
)


@given(timings, st.integers(2, 9))
def test_exactly_as_many_frames_as_asked_for(timing, stops):
    t = timing.moments(stops)
    assert t.shape == (timing.frames,)
    assert t[0] == 0
    assert t.min() >= 0 and t.max() <= 1
    if timing.cycle == "once":
        assert t[-1] == 1
    if timing.cycle == "ping-pong":
        peak = int(t.argmax())
        assert t[peak] == 1
        assert (np.diff(t[: peak + 1]) >= 0).all() and (np.diff(t[peak:]) <= 0).all()
    else:
        assert (np.diff(t) >= 0).all()


@given(st.integers(2, 300), st.integers(2, 9))
def test_even_films_have_even_steps(frames, stops):
    assert np.allclose(Timing(frames=frames).moments(stops), np.linspace(0, 1, frames), atol=1e-12)
    loop = Timing(frames=frames, cycle="loop").moments(stops)
    assert np.allclose(loop, np.arange(frames) / frames, atol=1e-12)  # one more step is the first frame again


@given(st.integers(4, 200), st.integers(2, 6))
def test_there_and_back_shows_no_end_twice(frames, stops):
    t = Timing(frames=frames, cycle="ping-pong").moments(stops)
    assert (t == 0).sum() == 1 and (t == 1).sum() == 1
    assert (np.diff(t) != 0).all()


@pytest.mark.parametrize(
    ("cycle", "visits"), [("once", [0, 0.5, 1]), ("loop", [0, 1 / 3, 2 / 3]), ("ping-pong", [0, 0.5, 1, 0.5])]
)
def test_each_stop_is_shown_as_long_as_asked_for(cycle, visits):
    t = Timing(frames=100, fps=10, hold=0.8, cycle=cycle).moments(3)
    rests = [len(run) for run in np.split(t, np.flatnonzero(np.diff(t)) + 1) if len(run) > 1]
    assert rests == [8] * len(visits)
    assert [float(run[0]) for run in np.split(t, np.flatnonzero(np.diff(t)) + 1) if len(run) > 1] == pytest.approx(
        visits
    )


def test_a_rest_longer_than_the_film_leaves_the_way_visible():
    t = Timing(frames=12, hold=60).moments(3)
    assert len(np.unique(t)) >= 3 and t[-1] == 1


def test_smooth_films_slow_down_at_every_stop():
    t = Timing(frames=41, easing="smooth").moments(3)
    steps = np.diff(t)
    assert t[20] == pytest.approx(0.5)
    assert steps[[0, 19, 20, -1]].max() < steps[[10, 30]].min() / 5


def test_what_a_gif_really_shows():
    assert (Timing(fps=50).delay_centiseconds, Timing(fps=30).delay_centiseconds, Timing(fps=1).delay_centiseconds) == (
        2,
        3,
        100,
    )
    assert Timing(fps=30).shown_fps == pytest.approx(100 / 3)
    assert Timing(frames=60, fps=25).seconds == pytest.approx(2.4)


def test_bad_values_are_refused():
    with pytest.raises(UsageError, match="two stops"):
        Timing().moments(1)
    for wrong in ({"frames": 1}, {"frames": 10001}, {"fps": 51}, {"hold": -1}, {"cycle": "twice"}):
        with pytest.raises(ValidationError):
            Timing(**wrong)


def test_a_hold_lasts_as_long_as_it_says_at_the_rate_that_the_gif_really_has():
    timing = Timing(frames=300, fps=40, hold=1)  # a GIF shows 50 frames a second instead
    still = np.flatnonzero(np.diff(timing.moments(2)) > 0)[0] + 1
    assert still * timing.delay_centiseconds / 100 == pytest.approx(1)
