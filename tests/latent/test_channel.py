"""Noise on the channel: measured in spreads, the same draw for all amounts."""

import numpy as np

from vae_studio.latent.channel import spread_of, with_noise


def test_noise_is_measured_in_spreads_and_grows_along_one_draw():
    mu = np.random.default_rng(0).normal(size=(4000, 2)).astype(np.float32) * [3, 0.1]
    spread = spread_of(mu)
    np.testing.assert_allclose(spread, [3, 0.1], rtol=0.05)
    none, half, whole = with_noise(mu, spread, [0, 0.5, 1])
    assert np.array_equal(none, mu)
    np.testing.assert_allclose(whole - mu, 2 * (half - mu), rtol=1e-3, atol=1e-5)
    np.testing.assert_allclose((whole - mu).std(axis=0), spread, rtol=0.05)
    assert np.array_equal(with_noise(mu, spread, [1])[0], whole)
    assert not np.array_equal(with_noise(mu, spread, [1], seed=1)[0], whole)


def test_codes_that_are_no_numbers_have_no_say_in_the_spread():
    mu = np.array([[0, 0], [2, 4], [np.nan, 1]], np.float32)
    np.testing.assert_array_equal(spread_of(mu), [1, 2])
    np.testing.assert_array_equal(spread_of(mu[2:]), [1, 1])
