"""The stretch of decoders whose geometry is known."""

import numpy as np
import pytest
import torch

from vae_studio.errors import CancelledError
from vae_studio.latent.plane import Plane, raw_plane
from vae_studio.latent.pullback import pullback
from vae_studio.latent.stretch import log_stretch, stretch, stretch_map


def sphere(z):
    """Longitude and latitude to a place on the unit sphere, far from the origin of the pictures."""
    lon, lat = z[:, 0], z[:, 1]
    return torch.stack([lat.cos() * lon.cos(), lat.cos() * lon.sin(), lat.sin()], dim=1) * 3 + 7


def swiss_roll(z):
    t, height = z[:, 0], z[:, 1]
    return torch.stack([t * t.cos(), height, t * t.sin()], dim=1)


@pytest.mark.parametrize(("dim", "pixels"), [(1, 3), (2, 9), (5, 40), (24, 300)])
def test_a_linear_decoder_stretches_by_its_determinant_everywhere(dim, pixels):
    rng = np.random.default_rng(dim)
    matrix = torch.from_numpy(rng.normal(size=(pixels, dim)).astype(np.float32))
    codes = rng.normal(size=(7, dim)).astype(np.float32)
    metric = pullback(lambda z: (z @ matrix.T).reshape(len(z), 1, -1), codes)
    wanted = np.linalg.slogdet(matrix.numpy().astype(float).T @ matrix.numpy().astype(float))[1] / 2
    assert np.allclose(log_stretch(metric), wanted, atol=1e-4)


def test_the_stretch_of_a_sphere_and_of_a_swiss_roll():
    codes = np.random.default_rng(0).uniform(-1.4, 1.4, (50, 2)).astype(np.float32)
    assert np.allclose(stretch(pullback(sphere, codes)), 9 * np.cos(codes[:, 1]), rtol=1e-4)
    codes += 6
    assert np.allclose(stretch(pullback(swiss_roll, codes)), np.sqrt(1 + codes[:, 0] ** 2), rtol=1e-4)


def test_on_a_plane_the_stretch_is_that_of_its_two_directions():
    rng = np.random.default_rng(1)
    matrix = torch.from_numpy(rng.normal(size=(30, 6)).astype(np.float32))
    axes = np.linalg.qr(rng.normal(size=(6, 2)))[0].T
    plane = Plane(rng.normal(size=6), axes)
    found = stretch_map(lambda z: z @ matrix.T, plane, (-1, -1, 1, 1), 5, 3)
    image = matrix.numpy() @ axes.T
    assert found.shape == (3, 5)
    assert np.allclose(found, np.sqrt(np.linalg.det(image.T @ image)), rtol=1e-4)


def test_rows_of_the_map_run_from_the_highest_y_down():
    found = stretch_map(sphere, raw_plane(2), (-1.0, 0.0, 1.0, 1.5), 2, 8)
    assert (np.diff(found[:, 0]) > 0).all()  # the pole, where the sphere shrinks, is on top


def test_one_dimension_has_a_length_and_a_dead_decoder_none():
    assert np.allclose(stretch_map(lambda z: z * 5, raw_plane(1), (0, 0, 1, 1), 2, 2), 5)
    dead = stretch(pullback(lambda z: z * 0 + 1, np.ones((3, 2))))
    assert (dead == 0).all()
    broken = stretch(pullback(sphere, [[0, 0], [np.nan, 0], [np.inf, 1]]))
    assert np.isfinite(broken[0]) and np.isnan(broken[1:]).all()
    assert pullback(sphere, np.zeros((0, 2))).shape == (0, 2, 2)


def test_it_works_where_the_thread_only_infers_and_leaves_weights_alone():
    network = torch.nn.Sequential(torch.nn.Linear(2, 8), torch.nn.LayerNorm(8), torch.nn.GELU(), torch.nn.Linear(8, 5))
    codes = torch.randn(4, 2, generator=torch.Generator().manual_seed(0))
    full = torch.stack([torch.autograd.functional.jacobian(network, code) for code in codes]).double()
    with torch.inference_mode():
        found = pullback(network, codes.numpy())
    assert np.allclose(found, (full.transpose(1, 2) @ full).detach().numpy(), rtol=1e-4, atol=1e-7)
    assert all(weight.grad is None for weight in network.parameters())


def test_it_can_be_cancelled():
    def stop(fraction, _sentence):
        if fraction > 0:
            raise CancelledError("Stopped.")

    with pytest.raises(CancelledError):
        pullback(sphere, np.zeros((1000, 2)), progress=stop)
