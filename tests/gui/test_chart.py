"""The chart: which code lies at a place of the map, and which picture a click means."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vae_studio.errors import UsageError
from vae_studio.gui.chart import Chart
from vae_studio.latent.cloud import Cloud
from vae_studio.latent.codes import Codes
from vae_studio.latent.embedding import Embedding


def cloud_of(mu, indices=None):
    mu = np.asarray(mu, np.float32)
    indices = np.arange(len(mu)) if indices is None else np.asarray(indices)
    return Cloud(Codes(mu, np.full_like(mu, -2)), indices, None, (), len(mu))


@pytest.fixture
def cloud():
    return cloud_of(np.random.default_rng(0).standard_normal((200, 6)) * [3, 2, 1, 1, 1, 0.5])


@pytest.fixture
def chart(cloud):
    chart = Chart()
    chart.begin(6)
    chart.set_cloud(cloud)
    return chart


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(["pca", "axes", "pictures"]),
    st.floats(-1, 1),
    st.tuples(st.floats(-3, 3), st.floats(-3, 3)),
    st.integers(0, 1000),
)
def test_on_every_plane_a_place_is_a_code_at_that_place(kind, depth, place, seed):
    cloud = cloud_of(np.random.default_rng(seed).standard_normal((40, 5)))
    chart = Chart()
    chart.begin(5)
    chart.set_cloud(cloud)
    if kind == "axes":
        chart.show_axes(4, 1)
    elif kind == "pictures":
        chart.show_through(cloud.codes.mu[[3, 7, 9]], (3, 7, 9))
    before = chart.xy
    chart.set_depth(depth)
    assert chart.kind == kind
    assert np.array_equal(chart.xy, before), "the depth moves no point"
    code = chart.code_at(*place)
    assert np.allclose(chart.to_map(code[None])[0], place, atol=1e-4)
    assert np.allclose(chart.plane.distance(code[None]), 0, atol=1e-4)


def test_the_depth_reaches_nearly_all_codes(chart, cloud):
    away = chart.plane.depth(cloud.codes.mu, chart._direction[None])[:, 0]
    assert 0.98 <= (np.abs(away) <= chart.reach * 1.0001).mean() < 1
    chart.set_depth(1.0)
    assert chart.plane.distance(chart._flat.origin[None])[0] == pytest.approx(chart.reach, rel=1e-4)


def test_a_plane_through_pictures_follows_them_and_shows_them_exactly(chart, cloud):
    chart.show_through(cloud.codes.mu[[5, 50, 150]], (5, 50, 150))
    moved = cloud_of(cloud.codes.mu[::-1] + 1, np.arange(200)[::-1])
    assert chart.set_cloud(moved) == ""
    assert np.allclose(chart.plane.distance(cloud.codes.mu[[5, 50, 150]] + 1), 0, atol=1e-4)


def test_three_equal_pictures_fix_no_plane_and_change_nothing(chart, cloud):
    before = chart.plane
    with pytest.raises(UsageError, match="three different pictures"):
        chart.show_through(cloud.codes.mu[[5, 5, 5]])
    assert chart.plane is before
    chart.show_through(cloud.codes.mu[[5, 50, 150]], (5, 50, 150))
    collapsed = cloud_of(np.ones((200, 6)))
    assert "choose" in chart.set_cloud(collapsed)
    assert chart.kind == "pca"
    assert np.isfinite(chart.xy).all()


def test_a_collapsed_cloud_has_no_depth(chart):
    chart.set_cloud(cloud_of(np.ones((50, 6))))
    chart.set_depth(0.7)
    assert chart.reach == pytest.approx(0, abs=1e-6)
    assert np.allclose(chart.code_at(0, 0), 1)


def test_the_plane_can_be_shifted_through_a_code_without_a_point_moving(chart, cloud):
    before = chart.xy
    chart.pass_through(cloud.codes.mu[17])
    assert chart.plane.distance(cloud.codes.mu[17][None])[0] == pytest.approx(0, abs=1e-5)
    assert np.allclose(chart.xy, before, atol=1e-5)


def test_a_bent_map_answers_with_pictures(chart, cloud):
    rows = np.arange(0, 200, 2)
    embedding = Embedding("tsne", np.random.default_rng(1).standard_normal((100, 2)).astype(np.float32), rows, 200)
    chart.show_embedding(embedding, cloud)
    assert not chart.exact and chart.kind == "tsne"
    assert np.isnan(chart.xy[1::2]).all() and np.array_equal(chart.xy[::2], embedding.xy)
    assert chart.picture_at(*embedding.xy[30]) == 60
    assert np.array_equal(chart.code_at(*embedding.xy[30]), cloud.codes.mu[60])
    assert np.array_equal(chart.to_map(cloud.codes.mu[[60, 8]]), embedding.xy[[30, 4]])
    assert np.isnan(chart.to_map(np.full((1, 6), np.nan, np.float32))).all()
    assert "plane again" in chart.set_cloud(cloud_of(cloud.codes.mu + 1))
    assert chart.exact


def test_a_bent_map_of_an_earlier_cloud_is_not_shown(chart, cloud):
    embedding = Embedding("tsne", np.zeros((200, 2), np.float32), np.arange(200), 200)
    chart.set_cloud(cloud_of(cloud.codes.mu + 1))
    chart.show_embedding(embedding, cloud)
    assert chart.exact


def test_codes_that_are_not_finite_are_never_picked(chart):
    mu = np.random.default_rng(0).standard_normal((20, 3)).astype(np.float32)
    mu[4] = np.nan
    chart.begin(3)
    chart.set_cloud(cloud_of(mu))
    assert chart.picture_at(*chart.xy[7]) == 7
    assert chart.reach > 0
    chart.set_cloud(cloud_of(np.full((5, 3), np.nan)))
    assert chart.picture_at(0, 0) is None
