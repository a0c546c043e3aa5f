"""Tests of the numbers that points are coloured by."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vae_studio.latent.codes import Codes
from vae_studio.latent.columns import kl_of_each, nearest_distances


def test_the_kl_of_each_picture_adds_up_to_that_of_all():
    random = np.random.default_rng(0)
    codes = Codes(random.normal(size=(50, 3)).astype(np.float32), random.normal(-2, 1, (50, 3)).astype(np.float32))
    assert kl_of_each(codes).mean() == pytest.approx(codes.kl_per_dim().sum(), rel=1e-5)
    codes.mu[4, 1] = np.nan
    codes.log_var[5, 0] = 200
    found = kl_of_each(codes)
    assert np.isnan(found[[4, 5]]).all() and np.isfinite(np.delete(found, [4, 5])).all()


@given(st.integers(0, 60), st.sampled_from([1, 2, 8, 12, 40]), st.integers(0, 99))
def test_the_nearest_is_the_nearest(count, dim, seed):
    points = np.random.default_rng(seed).normal(size=(count, dim)).astype(np.float32) + 100
    if count > 3:
        points[1] = points[0]
        points[2, 0] = np.nan
    found = nearest_distances(points)
    apart = np.linalg.norm(points[:, None].astype(np.float64) - points[None], axis=2)
    np.fill_diagonal(apart, np.inf)
    apart[np.isnan(apart)] = np.inf
    wanted = apart.min(axis=1, initial=np.inf)
    known = np.isfinite(wanted)
    assert np.isnan(found[~known]).all()
    assert found[known] == pytest.approx(wanted[known], abs=1e-4)
