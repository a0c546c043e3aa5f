"""Even visual speed for every kind of path, loops without a seam, and the numbers beside a path."""

import numpy as np
import pytest
import torch

from vae_studio.latent.pace import Pace, picture_steps
from vae_studio.latent.path import Path
from vae_studio.latent.path_report import PathReport
from vae_studio.latent.paths import PATHS
from vae_studio.latent.timing import Timing


def hilly(z):
    """Decode pictures that change fast near the origin and slowly elsewhere."""
    bump = torch.exp(-4 * z.square().sum(dim=1, keepdim=True))
    return torch.cat([0.2 * z, bump, 0.1 * torch.sin(3 * z)], dim=1)


def draw(codes):
    return hilly(torch.from_numpy(np.asarray(codes, np.float32))).numpy()


STOPS = np.array([[-1.5, 0.1], [1.5, 0.2], [1.2, 1.4]], np.float32)


def uneven(codes, cyclic=False):
    return PathReport.of(codes, draw, cyclic=cyclic).unevenness


@pytest.mark.parametrize("kind", PATHS)
def test_every_kind_of_path_can_be_walked_at_even_visual_speed(kind):
    path = Path(STOPS, kind)
    curve = path.curve(hilly)
    t = Timing(frames=120).moments(3)
    pace = Pace.of(curve, path.segments, draw)
    even = pace.whole(curve)
    assert uneven(even(t)) < 0.08  # a frame beside a corner is a shorter step
    assert uneven(curve(pace.even_moments(curve, 120, draw))) < 0.01
    assert np.array_equal(even([0, 1]), STOPS[[0, -1]])
    if kind == "linear":
        assert uneven(curve(t)) > 0.3  # so there was something to even out


@pytest.mark.parametrize("kind", PATHS)
def test_a_loop_has_no_seam_and_shows_nothing_twice(kind):
    path = Path(STOPS, kind, closed=True)
    curve = path.curve(hilly)
    pace = Pace.of(curve, path.segments, draw)
    smooth = pace.whole(curve)(Timing(frames=90, cycle="loop").moments(3))
    assert uneven(smooth, cyclic=True) < 0.1
    codes = curve(pace.even_moments(curve, 90, draw, cyclic=True))
    steps = picture_steps(np.concatenate([codes, codes[:1]]), draw)
    assert steps[-1] == pytest.approx(steps.mean(), rel=0.02)  # the last frame flows into the first
    assert uneven(codes, cyclic=True) < 0.01
    assert len(np.unique(codes, axis=0)) == 90


def test_between_stops_the_stops_keep_their_moments():
    path = Path(STOPS, "spline")
    curve = path.curve()
    pace = Pace.of(curve, path.segments, draw)
    even = pace.between_stops(curve)
    assert np.allclose(even([0, 0.5, 1]), STOPS, atol=1e-6)
    for half in (np.linspace(0, 0.5, 60), np.linspace(0.5, 1, 60)):
        assert uneven(even(half)) < 0.02


@pytest.mark.parametrize("dead", [lambda z: z * 0, lambda z: z * np.nan])
def test_a_dead_decoder_leaves_the_walk_as_it_was(dead):
    curve = Path(STOPS).curve()
    pace = Pace.of(curve, 2, dead)
    t = np.linspace(0, 1, 21)
    for even in (pace.whole(curve), pace.between_stops(curve)):
        assert np.allclose(even(t), curve(t), atol=1e-5)
    report = PathReport.of(curve(t), lambda z: z * 0)
    assert (report.length, report.unevenness, report.least_support) == (0, 0, None)


def test_steps_are_the_same_however_the_decoding_is_cut_into_batches():
    codes = np.random.default_rng(0).normal(size=(200, 2)).astype(np.float32)
    assert np.allclose(picture_steps(codes, draw), np.linalg.norm(np.diff(draw(codes), axis=0), axis=1), rtol=1e-5)
    assert len(picture_steps(codes[:1], draw)) == len(picture_steps(codes[:0], draw)) == 0


def test_the_numbers_beside_a_path():
    codes = np.array([[0, 0], [0, 0], [1, 0], [2, 0], [4, 0]], np.float32)  # rests, then steps 1, 1, 2
    report = PathReport.of(codes, lambda z: z, support=[50, np.nan, 3, 7, 90])
    assert report.length == 4
    assert report.unevenness == pytest.approx(np.std([1, 1, 2]) / (4 / 3))
    assert report.largest_step == pytest.approx(1.5)
    assert (report.least_support, report.loneliest_frame, report.frames) == (3, 2, 5)
    assert "least support 3 of 100 at frame 3" in report.sentence()
    assert PathReport.of(codes, lambda z: z, cyclic=True).length == 8
