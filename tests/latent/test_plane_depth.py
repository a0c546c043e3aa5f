"""Planes through chosen codes, and planes that a depth slider moves."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from vae_studio.errors import UsageError
from vae_studio.latent.plane import Plane, pca_plane, plane_through, raw_plane

small = st.floats(-3, 3, width=32)
dims = st.integers(3, 12)


def clouds(rows):
    return dims.flatmap(lambda dim: arrays(np.float32, (rows, dim), elements=small))


def any_plane(mu, kind):
    if kind == "through":
        try:
            return plane_through(mu[:3])
        except UsageError:
            assume(False)
    return pca_plane(mu) if kind == "pca" else raw_plane(mu.shape[1], 2, 0)


@given(clouds(6), st.sampled_from(["raw", "pca", "through"]), arrays(np.float64, (5, 2), elements=small), small)
def test_the_map_stays_exact_at_every_depth(mu, kind, xy, amount):
    plane = any_plane(mu, kind)
    directions = plane.depth_directions(mu, 3)
    assert len(directions) == min(3, mu.shape[1] - 2)
    assert np.allclose(
        directions @ np.concatenate([plane.axes, directions]).T,
        np.eye(len(directions), len(directions) + 2, 2),
        atol=1e-9,
    )
    moved = plane.moved(directions[0], amount)
    z = moved.to_code(xy)
    exact = moved.origin + xy @ moved.axes
    assert np.abs(moved.to_code(moved.to_plane(z)) - z).max() <= 1e-6 * (1 + np.abs(exact).max())
    assert np.allclose(plane.depth(z, directions)[:, 0], amount, atol=2e-5)
    assert np.allclose(plane.to_plane(z), xy, atol=2e-5)  # a place keeps its x and y while the plane moves


@given(clouds(6), st.sampled_from(["raw", "pca"]))
def test_plane_and_depths_hold_the_whole_of_a_code(mu, kind):
    plane = any_plane(mu, kind)
    directions = plane.depth_directions(mu, mu.shape[1])
    whole = plane.origin + plane.to_plane(mu) @ plane.axes + plane.depth(mu, directions) @ directions
    assert np.allclose(whole, mu, atol=2e-5)
    spread = plane.depth(mu, directions).var(axis=0)
    assert (np.diff(spread) <= 1e-4).all()  # the widest first


@given(arrays(np.float32, (3, 5), elements=small))
def test_three_codes_lie_on_their_plane(codes):
    try:
        plane = plane_through(codes)
    except UsageError:
        return
    assert np.allclose(plane.axes @ plane.axes.T, np.eye(2), atol=1e-9)
    xy = plane.to_plane(codes)
    assert np.allclose(plane.to_code(xy), codes, atol=2e-5)
    assert np.allclose(xy[0], 0, atol=1e-6) and abs(xy[1, 1]) < 1e-5 and xy[1, 0] > 0 and xy[2, 1] > 0


def test_codes_without_a_plane_are_refused_in_a_sentence():
    one = np.array([1.0, 2.0, 3.0, 4.0])
    with pytest.raises(UsageError, match="are the same; choose three different pictures"):
        plane_through([one, one, one * 2])
    for third in (one, one * 5, one * 5 + 1e-6):
        with pytest.raises(UsageError, match="lie on one line, which fixes no plane"):
            plane_through([one, one * 3, third])
    with pytest.raises(UsageError, match="not a finite number"):
        plane_through([one, one * np.nan, one])


def test_a_direction_within_the_plane_moves_nothing():
    plane = raw_plane(4)
    assert np.array_equal(plane.moved([1, 1, 0, 0], 9).origin, np.zeros(4))
    assert np.array_equal(plane.moved([1, 0, 2, 0], 3).origin, [0, 0, 6, 0])


@pytest.mark.parametrize("dim", [1, 2])
def test_small_codes_have_no_depth(dim):
    mu = np.random.default_rng(0).normal(size=(9, dim)).astype(np.float32)
    assert raw_plane(dim).depth_directions(mu, 4).shape == (0, dim)


def test_depth_needs_no_codes():
    plane = Plane(np.zeros(5), np.eye(5)[:2])
    assert plane.depth_directions(np.zeros((0, 5), np.float32), 2).shape == (2, 5)
    assert plane.depth_directions(np.full((3, 5), np.nan, np.float32), 2).shape == (2, 5)
