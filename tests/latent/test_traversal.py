"""Traversals of every dimension."""

import numpy as np
import pytest

from vae_studio.errors import UsageError
from vae_studio.latent.codes import Codes
from vae_studio.latent.traversal import Traversals


def codes():
    rng = np.random.default_rng(0)
    mu = (rng.normal(size=(4000, 4)) * [0.0, 1.0, 0.5, 3.0] + [0, 0, 2, 0]).astype(np.float32)
    return Codes(mu, np.tile(np.log([1, 0.01, 0.75, 0.01]), (4000, 1)).astype(np.float32))


def test_the_most_informative_dimension_comes_first_and_only_it_moves():
    around = np.array([5, 6, 7, 8], np.float32)
    walk = Traversals.of(codes(), around, frames=11)
    assert list(walk.order[[0, -1]]) == [3, 0]
    assert (np.diff(walk.kl) <= 0).all() and walk.kl[-1] == pytest.approx(0, abs=1e-6)
    assert walk.codes.shape == (4, 11, 4) and walk.codes.dtype == np.float32
    for row, dim in enumerate(walk.order):
        others = np.delete(np.arange(4), dim)
        assert (walk.codes[row][:, others] == around[others]).all()
        assert np.array_equal(walk.codes[row][:, dim], walk.values[row])
        assert (np.diff(walk.values[row]) > 0).all()
    assert walk.values[0, [0, -1]] == pytest.approx([-7.5, 7.5], rel=0.05)
    assert walk.values[list(walk.order).index(2)].mean() == pytest.approx(2, abs=0.05)
    assert Traversals.of(codes(), around, dims=2).codes.shape == (2, 9, 4)


def test_broken_codes_do_not_count():
    whole, broken = codes(), codes()
    broken.mu[::7] = np.nan
    broken.log_var[1::7, 2] = np.inf
    walk = Traversals.of(broken, np.zeros(4))
    assert list(walk.order) == list(Traversals.of(whole, np.zeros(4)).order)
    assert np.isfinite(walk.codes).all()
    for nothing in (Codes(whole.mu * np.nan, whole.log_var), Codes(whole.mu[:0], whole.log_var[:0])):
        assert Traversals.of(nothing, np.zeros(4)).values[0, [0, -1]] == pytest.approx([-2.5, 2.5])


def test_what_cannot_be_walked_is_said():
    for around in (np.zeros(3), [0, 0, 0, np.nan]):
        with pytest.raises(UsageError, match="starts at a code of 4 finite numbers"):
            Traversals.of(codes(), around)
    with pytest.raises(UsageError, match="at least two pictures"):
        Traversals.of(codes(), np.zeros(4), frames=1)
