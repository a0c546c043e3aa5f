"""Neighbours agree with comparing everything."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.latent.strategies import codes
from vae_studio.errors import UsageError
from vae_studio.latent.neighbours import Neighbours


@settings(max_examples=40, deadline=None)  # the first example imports scipy
@given(
    st.sampled_from([1, 2, 3, 20]).flatmap(lambda d: st.tuples(codes(st.integers(1, 30), d), codes(3, d))),
    st.integers(1, 9),
)
def test_the_nearest_are_found(drawn, k):
    points, z = drawn
    indices, distances = Neighbours(points).nearest(z, k)
    every = np.linalg.norm(points.astype(np.float64)[None] - z[:, None], axis=2)
    assert np.allclose(distances, np.sort(every, axis=1)[:, :k], rtol=1e-4, atol=1e-4)
    assert np.allclose(np.take_along_axis(every, indices, 1), distances, rtol=1e-4, atol=1e-4)
    assert all(len(set(row)) == len(row) for row in indices.tolist())


@pytest.mark.parametrize("dim", [2, 20])
def test_bad_rows_are_never_found(dim):
    points = np.arange(10, dtype=np.float32)[:, None].repeat(dim, axis=1)
    points[3, 0] = np.nan
    points[4, 1] = np.inf
    neighbours = Neighbours(points)
    indices, distances = neighbours.nearest(np.full(dim, 3.1), 3)
    assert indices.tolist() == [2, 5, 1]
    assert distances[0] == pytest.approx(1.1 * dim**0.5, rel=1e-5)
    assert sorted(neighbours.nearest(np.zeros(dim), 99)[0].tolist()) == [0, 1, 2, 5, 6, 7, 8, 9]


def test_nothing_to_find():
    indices, distances = Neighbours(np.full((3, 2), np.nan, np.float32)).nearest([[0, 0], [1, 1]], 2)
    assert indices.shape == distances.shape == (2, 0)


def test_codes_that_do_not_fit_are_refused():
    neighbours = Neighbours(np.zeros((3, 2), np.float32))
    with pytest.raises(UsageError, match="2 dimensions"):
        neighbours.nearest([1.0, 2.0, 3.0])
    with pytest.raises(UsageError, match="not a finite number"):
        neighbours.nearest([np.nan, 0])


@pytest.mark.parametrize("shift", [0, 300, 1e6, 1e25])
def test_the_nearest_of_many_dimensions_are_exact_wherever_the_cloud_lies(shift):
    rng = np.random.default_rng(0)
    points = (rng.normal(size=(3000, 40)) + shift).astype(np.float32)
    for z in (points[7], points[7] + 0.5, np.zeros(40), np.full(40, 1e20)):
        every = np.linalg.norm(points.astype(np.float64) - z, axis=1)
        indices, distances = Neighbours(points).nearest(z, 10)
        assert np.allclose(every[indices], np.sort(every)[:10], rtol=1e-12)
        assert np.allclose(distances, np.sort(every)[:10], rtol=1e-6)
