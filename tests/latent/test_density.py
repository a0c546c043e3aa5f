"""The density of the aggregate posterior beside the true one, and its manners with odd clouds."""

import numpy as np
import pytest
from scipy.special import logsumexp
from scipy.stats import spearmanr

from vae_studio.errors import CancelledError
from vae_studio.latent.codes import Codes
from vae_studio.latent.density import Density
from vae_studio.latent.grid import cell_middles
from vae_studio.latent.plane import pca_plane, raw_plane


def codes_of(mu, deviation=0.0):
    mu = np.asarray(mu, np.float32)
    return Codes(mu, np.full_like(mu, 2 * np.log(max(deviation, 1e-13))))


def mixture(dim, count, rng):
    """Return centres and widths of some blobs, and codes of pictures whose posteriors fill them."""
    centres = rng.normal(size=(6, dim)) * 2
    widths = rng.uniform(0.2, 0.9, 6)
    which = rng.choice(6, count, p=[0.3, 0.3, 0.2, 0.1, 0.05, 0.05])
    mu = centres[which] + 0.8 * widths[which, None] * rng.normal(size=(count, dim))
    log_var = np.broadcast_to(2 * np.log(0.6 * widths[which, None]), mu.shape)
    return centres, widths, Codes(mu.astype(np.float32), log_var.astype(np.float32))


def true_log_density(z, centres, widths):
    squares = ((z[:, None] - centres) ** 2).sum(axis=2) / widths**2
    weights = np.log([0.3, 0.3, 0.2, 0.1, 0.05, 0.05])
    return logsumexp(weights - squares / 2 - z.shape[1] * np.log(widths * np.sqrt(2 * np.pi)), axis=1)


@pytest.mark.parametrize(("dim", "count"), [(1, 3000), (2, 2000), (2, 20000), (5, 20000), (10, 20000)])
def test_density_and_support_rank_places_as_the_true_density_does(dim, count):
    rng = np.random.default_rng(dim)
    centres, widths, codes = mixture(dim, count, rng)
    density = Density.of(codes)
    drawn = codes.mu + np.exp(codes.log_var / 2) * rng.normal(size=codes.mu.shape)
    z = np.concatenate([drawn[:1500], rng.uniform(-4, 4, (500, dim))])
    truth = true_log_density(z, centres, widths)
    assert spearmanr(density.log_density(z), truth).statistic >= 0.95
    assert spearmanr(density.support(z[:1500]), truth[:1500]).statistic >= 0.95
    if dim <= 2:  # and the values are right, not only their order
        assert np.abs(density.log_density(z[:1500]) - truth[:1500]).mean() < 0.25


def test_half_of_what_pictures_look_like_has_less_support():
    rng = np.random.default_rng(0)
    _, _, codes = mixture(3, 5000, rng)
    fresh = codes.mu + np.exp(codes.log_var / 2) * rng.normal(size=codes.mu.shape)
    support = Density.of(codes).support(fresh)
    assert np.allclose(np.quantile(support, [0.1, 0.5, 0.9]), [10, 50, 90], atol=5)


def test_dimensions_that_carry_nothing_make_no_place_empty():
    rng = np.random.default_rng(0)
    mu = np.concatenate([rng.normal(size=(3000, 2)), np.zeros((3000, 30))], axis=1)
    codes = Codes(mu.astype(np.float32), np.tile(np.repeat([-4.0, 0.0], [2, 30]), (3000, 1)).astype(np.float32))
    density = Density.of(codes)
    assert list(density.kept) == [0, 1]
    z = np.concatenate([[0, 0], rng.normal(size=30)])
    assert density.support(z)[0] > 60
    assert density.support(np.concatenate([[9, 9], np.zeros(30)]))[0] == 0


@pytest.mark.parametrize("dim", [1, 2, 9, 512])
def test_odd_clouds_have_sensible_answers(dim):
    here, far = np.zeros((1, dim)), np.full((1, dim), 50.0)
    for codes in (codes_of(np.zeros((1, dim)), 0.5), codes_of(np.zeros((300, dim))), codes_of(np.zeros((1, dim)))):
        density = Density.of(codes)
        assert density.support(here)[0] >= 40
        assert density.support(far)[0] == 0
        assert density.log_density(here)[0] > density.log_density(far)[0]
    broken = codes_of(np.random.default_rng(0).normal(size=(500, dim)), 0.1)
    broken.mu[::3] = np.nan
    broken.log_var[1::3] = np.inf
    density = Density.of(broken)
    assert (density.pictures, density.total) == (166, 500)
    assert density.support(here)[0] > 30
    assert list(density.support(np.full((2, dim), np.nan))) == [0, 0]
    assert density.log_density(np.full((1, dim), np.inf))[0] == -np.inf
    for nothing in (codes_of(np.full((4, dim), np.nan)), codes_of(np.zeros((0, dim)))):
        assert Density.of(nothing).support(here)[0] == 0
        assert Density.of(nothing).log_density(here)[0] == -np.inf


@pytest.mark.parametrize(("count", "dim", "asked"), [(1_000_000, 2, 100_000), (6000, 512, 4096)])
def test_large_clouds_are_asked_in_part_and_say_so(count, dim, asked):
    mu = np.random.default_rng(0).standard_normal((count, dim), dtype=np.float32)
    density = Density.of(Codes(mu, np.full_like(mu, -4)))
    assert (density.pictures, density.total) == (asked, count)
    assert density.support(np.zeros(dim))[0] > 80
    assert density.support(np.full(dim, 5.0))[0] == 0


def test_a_map_of_the_land_agrees_with_single_places():
    rng = np.random.default_rng(0)
    _, _, codes = mixture(4, 3000, rng)
    density, plane = Density.of(codes), pca_plane(codes.mu)
    land = density.support_map(plane, (-12, -10, 12, 10), 12, 10)
    assert land.shape == (10, 12)
    assert land[2, 3] == density.support(plane.to_code([[-12 + 7, 10 - 5]]))[0]
    assert land[0, 0] == 0 < land.max()
    heights = density.log_density_map(plane, (-12, -10, 12, 10), 12, 10)
    assert spearmanr(land[land > 0], heights[land > 0]).statistic > 0.99


@pytest.mark.parametrize("dim", [6, 20])
def test_maps_of_many_dimensions_are_drawn_from_fewer_codes_and_look_the_same(dim):
    rng = np.random.default_rng(0)
    _, _, codes = mixture(dim, 12_000, rng)
    density, plane = Density.of(codes), pca_plane(codes.mu)
    assert (density.pictures, density.thinned.pictures, density.total) == (12_000, 4096, 12_000)
    land = density.support_map(plane, (-5, -5, 5, 5), 30, 30)
    exact = density.support(plane.to_code(cell_middles((-5, -5, 5, 5), 30, 30))).reshape(30, 30)
    assert np.abs(land - exact).mean() < 4
    few = Density.of(codes.subset(np.arange(100)))
    assert few.thinned is few


def test_the_land_is_the_same_each_time_and_can_be_cancelled():
    codes = codes_of(np.random.default_rng(0).normal(size=(500, 2)), 0.1)
    z = np.random.default_rng(1).normal(size=(50, 2))
    assert np.array_equal(Density.of(codes).support(z), Density.of(codes).support(z))

    def stop(_fraction, _sentence):
        raise CancelledError("Stopped.")

    with pytest.raises(CancelledError):
        Density.of(codes).support_map(raw_plane(2), (0, 0, 1, 1), 100, 100, stop)
