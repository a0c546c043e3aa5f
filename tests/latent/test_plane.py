"""Laws of the plane that the map shows."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.latent.strategies import codes
from vae_studio.errors import UsageError
from vae_studio.latent.codes import Codes
from vae_studio.latent.plane import pca_plane, plane_for, raw_plane

clouds = codes(st.integers(1, 12), st.integers(2, 9))
points = codes(5, 2)


@given(clouds, points)
def test_points_of_the_map_are_exact_codes(mu, xy):
    plane = pca_plane(mu)
    assert np.allclose(plane.axes @ plane.axes.T, np.eye(2), atol=1e-9)
    z = plane.to_code(xy)
    assert z.dtype == np.float32
    assert np.allclose(plane.to_plane(z), xy, rtol=1e-5, atol=2e-5)
    assert plane.distance(z).max() < 2e-5


@given(clouds)
def test_projection_is_the_nearest_point_of_the_plane(mu):
    plane = pca_plane(mu)
    foot = plane.to_plane(mu)
    for step in ([0.1, 0], [0, 0.1]):
        beside = plane.to_code(foot + step)
        assert (np.linalg.norm(mu - beside, axis=1) >= plane.distance(mu) - 1e-4).all()


@given(clouds, codes(1, 9), points)
def test_a_shifted_plane_passes_through_the_code(mu, code, xy):
    plane = pca_plane(mu)
    z = code[:, : mu.shape[1]]
    shifted = plane.through(z[0])
    assert np.allclose(shifted.to_code(shifted.to_plane(z)), z, atol=2e-5)
    assert np.allclose(shifted.to_plane(z), plane.to_plane(z), atol=2e-5)


def test_pca_finds_the_widest_plane_with_a_fixed_sign_and_ignores_bad_rows():
    rng = np.random.default_rng(0)
    mu = (rng.normal(size=(500, 5)) * [0.1, 9, 0.1, -4, 0.1] + 7).astype(np.float32)
    plane = pca_plane(mu)
    assert np.allclose(np.abs(plane.axes), np.eye(5)[[1, 3]], atol=0.05)
    assert (plane.axes[[0, 1], [1, 3]] > 0).all()
    mu[::50] = np.nan
    mu[1, 2] = np.inf
    assert np.allclose(pca_plane(mu).axes, plane.axes, atol=0.05)


@pytest.mark.parametrize(
    "mu", [np.full((4, 6), 3.3), np.outer([1, 2, 3], np.ones(6)), np.full((3, 6), np.nan), np.ones((0, 6))]
)
def test_degenerate_clouds_still_have_a_plane(mu):
    plane = pca_plane(mu.astype(np.float32))
    assert np.allclose(plane.axes @ plane.axes.T, np.eye(2))
    assert np.isfinite(plane.origin).all()


def test_codes_of_two_dimensions_are_shown_as_they_are():
    mu = np.random.default_rng(0).normal(size=(50, 2)).astype(np.float32) * [3, 1]
    assert np.array_equal(plane_for(Codes(mu, mu)).to_plane(mu), mu.astype(np.float32))
    wide = np.random.default_rng(0).normal(size=(50, 4)).astype(np.float32)
    assert np.array_equal(plane_for(Codes(wide, wide)).axes, pca_plane(wide).axes)


def test_one_dimension_is_a_line_on_the_map():
    plane = plane_for(Codes(np.ones((3, 1), np.float32), np.ones((3, 1), np.float32)))
    assert np.array_equal(plane.to_plane([[2.5]]), [[2.5, 0]])
    assert np.array_equal(plane.to_code([[2.5, 9]]), [[2.5]])


@pytest.mark.parametrize(("dim", "i", "j"), [(3, 0, 3), (3, -1, 0), (3, 1, 1), (1, 1, 0)])
def test_missing_dimensions_are_refused(dim, i, j):
    with pytest.raises(UsageError, match="latent dimension"):
        raw_plane(dim, i, j)


def test_chosen_dimensions():
    assert np.array_equal(raw_plane(4, 3, 1).to_plane([[1, 2, 3, 4]]), [[4, 2]])


@given(clouds)
def test_each_axis_points_where_its_largest_component_is_positive(mu):
    axes = pca_plane(mu).axes
    assert (axes[[0, 1], np.abs(axes).argmax(axis=1)] > 0).all()
