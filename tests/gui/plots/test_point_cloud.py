"""Tests of the points as arrays."""

import numpy as np
import pytest

from vae_studio.gui.plots.point_cloud import PointCloud, distinct_colours


def cloud(n=500, seed=0):
    rng = np.random.default_rng(seed)
    xy = rng.normal(size=(n, 2)).astype(np.float32)
    labels = rng.integers(0, 5, n)
    return xy, labels, PointCloud.of(xy, labels, np.arange(n) + 1000)


def test_the_nearest_point_is_the_one_that_a_search_by_hand_finds():
    xy, _, points = cloud()
    for x, y in np.random.default_rng(1).normal(size=(50, 2)):
        expected = np.argmin(((xy - np.float32([x, y])) ** 2).sum(axis=1))
        assert points.indices[points.nearest(x, y, 10)] == expected + 1000


def test_points_too_far_away_are_not_found():
    assert PointCloud.of([[0, 0]], None, None).nearest(3, 4, 4.9) is None
    assert PointCloud.of([[0, 0]], None, None).nearest(3, 4, 5.1) == 0


def test_hidden_labels_are_not_found():
    xy, labels, points = cloud()
    points.hidden = frozenset({int(labels[7])})
    found = points.nearest(*xy[7], 10)
    assert points.labels[found] != labels[7]
    assert points.visible().sum() == (labels != labels[7]).sum()


def test_a_place_that_is_no_number_is_never_nearest():
    assert PointCloud.of([[np.nan, 0], [2, 0]], None, None).nearest(0, 0, 5) is not None
    assert PointCloud.of([[np.nan, 0]], None, None).nearest(0, 0, 5) is None


def test_an_empty_cloud_has_no_nearest_point():
    assert PointCloud.of(np.zeros((0, 2)), None, None).nearest(0, 0, 5) is None


def test_points_glide_from_where_they_are_seen():
    _, _, before = cloud(seed=0)
    _, _, after = cloud(seed=1)
    assert after.gliding_from(before)
    np.testing.assert_array_equal(after.seen()[0], before.x)
    after.progress = 0.5
    np.testing.assert_allclose(after.seen()[1], (before.y + after.y) / 2, atol=1e-6)
    _, _, newest = cloud(seed=2)
    assert newest.gliding_from(after)
    np.testing.assert_allclose(newest.seen()[0], (before.x + after.x) / 2, atol=1e-6)
    newest.progress = 1.0
    np.testing.assert_array_equal(newest.seen()[0], newest.x)


def test_other_pictures_do_not_glide():
    _, _, before = cloud()
    assert not PointCloud.of(np.zeros((500, 2)), None, None).gliding_from(before)
    assert not PointCloud.of(np.zeros((3, 2)), None, None).gliding_from(before)


def test_lengths_that_do_not_match_are_refused():
    with pytest.raises(ValueError, match="labels"):
        PointCloud.of(np.zeros((3, 2)), [0, 1], None)


def test_colours_are_distinct():
    assert len({tuple(colour) for colour in distinct_colours(30)}) == 30
    assert distinct_colours(0).shape == (0, 3)
