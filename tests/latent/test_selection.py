"""Boxes and lassos beside plain definitions, and that a selection keeps the pictures' numbers."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from vae_studio.latent.cloud import Cloud
from vae_studio.latent.codes import Codes
from vae_studio.latent.selection import inside_box, inside_polygon

places = st.floats(-4, 4, width=16)


def inside(point, corners):
    """Even-odd, as it is written in every book."""
    x, y = point
    odd = False
    for (x0, y0), (x1, y1) in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        if (y0 <= y) != (y1 <= y) and x < x0 + (y - y0) * ((x1 - x0) / (y1 - y0)):
            odd = not odd
    return odd


@given(
    arrays(np.float64, (st.integers(3, 12)).map(lambda n: (n, 2)), elements=places),
    arrays(np.float64, (30, 2), elements=places),
)
def test_a_lasso_holds_what_the_even_odd_rule_says(corners, points):
    assert list(inside_polygon(points, corners)) == [row for row, p in enumerate(points) if inside(p, corners)]


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 10**6), st.integers(3, 60), st.sampled_from(["wild", "loop", "comb", "flat"]))
def test_many_points_are_decided_as_few_are(seed, count, shape):
    rng = np.random.default_rng(seed)
    points = rng.normal(size=(60_000, 2)).astype(np.float32)
    turn = np.linspace(0, 2 * np.pi, count, endpoint=False)
    corners = {
        "wild": rng.normal(size=(count, 2)) * 2,
        "loop": np.stack([np.cos(turn), np.sin(turn)], axis=1) * rng.uniform(1, 2, (count, 1)),
        "comb": np.stack([np.linspace(-2, 2, count), np.where(np.arange(count) % 2, 2.0, -2.0)], axis=1),
        "flat": np.stack([np.linspace(-3, 3, count), 1e-3 * rng.normal(size=count)], axis=1),
    }[shape]
    whole = inside_polygon(points, corners)
    parts = [inside_polygon(part, corners) + 6000 * n for n, part in enumerate(np.split(points, 10))]
    assert np.array_equal(whole, np.concatenate(parts))


def test_a_box_holds_its_edges_and_may_be_drawn_from_any_corner():
    points = np.array([[0, 0], [1, 1], [2, 2], [np.nan, 1], [1, np.inf], [0.5, 1.5]])
    for rect in ((0, 0, 1, 2), (1, 2, 0, 0), (1, 0, 0, 2)):
        assert list(inside_box(points, rect)) == [0, 1, 5]


@pytest.mark.parametrize("corners", [[], [[0, 0]], [[0, 0], [1, 1]], [[0, 0], [np.nan, 1], [1, 1]], [[1, 1]] * 5])
def test_what_is_no_area_holds_nothing(corners):
    points = np.random.default_rng(0).uniform(-1, 2, (30_000, 2))
    assert len(inside_polygon(points, np.reshape(corners, (-1, 2)))) == 0


@given(st.data())
def test_picture_numbers_survive_every_filter_sort_and_lasso(data):
    count = data.draw(st.integers(1, 60))
    rng = np.random.default_rng(data.draw(st.integers(0, 999)))
    mu = rng.normal(size=(count, 3)).astype(np.float32)
    numbers = rng.permutation(1000)[:count]
    by_number = dict(zip(numbers, mu, strict=True))
    labels = numbers % 7
    cloud = Cloud(Codes(mu, mu * 0), numbers, labels, tuple("abcdefg"), 1000)
    for step in data.draw(st.lists(st.sampled_from(["lasso", "box", "sort", "mask", "label"]), max_size=5)):
        if step == "lasso":
            rows = inside_polygon(cloud.codes.mu[:, :2], rng.normal(size=(5, 2)) * 3)
        elif step == "box":
            rows = inside_box(cloud.codes.mu[:, 1:], (-1, -2, 2, 1))
        elif step == "sort":
            rows = np.argsort(cloud.codes.mu[:, 0])
        else:
            rows = rng.random(len(cloud.codes)) < 0.7 if step == "mask" else np.flatnonzero(cloud.labels < 4)
        cloud = cloud.only(rows)
    assert len(cloud.codes) == len(cloud.indices) == len(cloud.labels)
    for number, code, label in zip(cloud.indices, cloud.codes.mu, cloud.labels, strict=True):
        assert np.array_equal(by_number[number], code) and label == number % 7
    if len(cloud.codes):
        assert cloud.nearest(cloud.codes.mu[0], 1)[0][0] == cloud.indices[0]


@pytest.mark.parametrize("count", [6, 30_000])
@pytest.mark.parametrize("height", [5e-324, 1e-311, 1e-200, 1e-36])
def test_a_lasso_without_height_holds_what_lies_within_and_overflows_nowhere(count, height):
    xy = np.random.default_rng(0).normal(size=(count, 2)).astype(np.float32)
    xy[3] = 0.5, 0
    with np.errstate(all="raise", under="ignore"):
        found = inside_polygon(xy, [(0.0, 0.0), (0.0, 0.0), (1.0, 0.0), (1.0, height), (0.0, height)])
    assert found.tolist() == [3]
