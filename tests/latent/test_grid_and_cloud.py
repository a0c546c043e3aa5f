"""Cells of the map, figures of the codes, and the cloud's word on how much data lies at a place."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vae_studio.latent.cloud import Cloud
from vae_studio.latent.codes import Codes
from vae_studio.latent.grid import cell_middles, mosaic


@given(st.integers(1, 9), st.integers(1, 9))
def test_cells_fill_the_rectangle_and_each_picture_lies_in_its_cell(columns, rows):
    rect = (-2.0, -1.0, 4.0, 3.0)
    middles = cell_middles(rect, columns, rows)
    pictures = np.arange(columns * rows, dtype=np.uint8)[:, None, None, None] * np.ones((1, 3, 5, 1), np.uint8)
    page = mosaic(pictures, columns)
    assert page.shape == (rows * 3, columns * 5, 1)
    for number, (x, y) in enumerate(middles):
        column = int((x - rect[0]) / (rect[2] - rect[0]) * page.shape[1])
        row = int((rect[3] - y) / (rect[3] - rect[1]) * page.shape[0])
        assert page[row, column, 0] == number


def cloud(mu):
    codes = Codes(mu.astype(np.float32), np.zeros_like(mu, dtype=np.float32))
    return Cloud(codes, np.arange(len(mu)) * 3, None, (), 3 * len(mu))


@pytest.mark.parametrize("dim", [1, 2, 8, 20])
def test_support_is_high_inside_and_nothing_far_away(dim):
    mu = np.random.default_rng(0).standard_normal((600, dim))
    land = cloud(mu)
    assert land.support(np.zeros(dim)) > 60
    assert land.support(np.full(dim, 40.0)) == 0
    near, far = land.support(np.full(dim, 0.2)), land.support(np.full(dim, 2.5))
    assert near > far


def test_nearest_names_pictures_and_not_rows():
    mu = np.random.default_rng(1).standard_normal((50, 2))
    numbers, distances = cloud(mu).nearest(mu[7], 3)
    assert numbers[0] == 21
    assert distances[0] == pytest.approx(0, abs=1e-6)


def test_a_collapsed_cloud_still_has_a_map():
    land = cloud(np.zeros((30, 4)))
    assert np.isfinite(land.xy).all()
    assert 0 <= land.support(np.zeros(4)) <= 100


def test_kl_per_dim_and_active_units_of_codes():
    mu = np.stack([np.linspace(-1, 1, 101), np.zeros(101)], axis=1).astype(np.float32)
    codes = Codes(mu, np.zeros_like(mu))
    assert codes.kl_per_dim() == pytest.approx([0.5 * (mu[:, 0].astype(float) ** 2).mean(), 0.0], abs=1e-9)
    assert codes.active_units() == 1
    assert Codes(mu[:, 1:], np.zeros_like(mu[:, 1:])).active_units() == 0


def test_a_cloud_seen_on_another_ones_plane_keeps_its_codes():
    noise = np.random.default_rng(0)
    then, now = (Codes(noise.standard_normal((20, 5)).astype(np.float32), np.zeros((20, 5), np.float32)) for _ in "ab")
    finished = Cloud(now, np.arange(20), None, (), 20)
    seen = Cloud(then, np.arange(20), None, (), 20).seen_on(finished.plane)
    np.testing.assert_allclose(seen.xy, finished.plane.to_plane(then.mu))
    assert seen.codes is then
    assert seen.only(np.arange(3)).plane is not finished.plane
