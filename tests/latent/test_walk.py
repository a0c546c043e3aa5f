"""The walk of a film at both paces, with and without rests."""

import numpy as np
import pytest

from tests.latent.test_pace import STOPS, draw, hilly
from vae_studio.errors import UsageError
from vae_studio.latent.key_frame import KeyFrame
from vae_studio.latent.path import Path
from vae_studio.latent.path_report import PathReport
from vae_studio.latent.paths import PATHS
from vae_studio.latent.timing import Timing
from vae_studio.latent.walk import walk


def walked(timing, kind="linear", keys=()):
    curve, moments = walk(Path(STOPS, kind, timing.closed), timing, keys, None, hilly, draw)
    return curve(moments)


def unevenness(codes, timing):
    return PathReport.of(codes, draw, cyclic=timing.closed).unevenness


@pytest.mark.parametrize("kind", PATHS)
@pytest.mark.parametrize("cycle", ["once", "loop", "ping-pong"])
def test_a_pace_in_pictures_evens_out_every_kind_and_cycle(kind, cycle):
    timing = Timing(frames=90, cycle=cycle, pace="pictures")
    codes = walked(timing, kind)
    assert len(codes) == 90
    assert np.array_equal(codes[0], STOPS[0])
    assert unevenness(codes, timing) < (0.15 if cycle == "ping-pong" else 0.02)
    if kind == "linear":
        plain = timing.model_copy(update={"pace": "codes"})
        assert unevenness(walked(plain, kind), plain) > 0.3


def test_with_rests_every_stop_is_still_met():
    timing = Timing(frames=90, fps=20, pace="pictures")
    keys = (KeyFrame(hold=0.5), KeyFrame(hold=0.4, travel=1), KeyFrame())
    codes = walked(timing, keys=keys)
    for stop, frames in zip(STOPS[:2], (10, 8), strict=True):
        assert np.abs(codes - stop).max(axis=1)[np.isclose(codes, stop, atol=1e-5).all(axis=1)].size == frames


def test_times_that_do_not_fit_are_said_before_anything_is_drawn():
    def nothing(_codes):
        raise AssertionError

    with pytest.raises(UsageError, match="ask for more frames"):
        keys = (KeyFrame(travel=9), KeyFrame(), KeyFrame())
        walk(Path(STOPS), Timing(frames=20, pace="pictures"), keys, None, nothing, nothing)
