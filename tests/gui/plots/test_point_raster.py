"""Tests of the points drawn with numpy."""

import numpy as np
import pytest

from vae_studio.gui.plots.lens import Lens, Points
from vae_studio.gui.plots.point_raster import dot_radius, draw_order, keys, rasterise

RED, BLUE = 0xFFFF0000, 0xFF0000FF
COLOURS = np.array([[255, 0, 0], [0, 0, 255]], np.uint8)


def drawn(places, labels, radius=2.0, width=40, height=30, repeat=1):
    xy = np.repeat(np.array(places, np.float32), repeat, axis=0)
    key = keys(np.repeat(np.array(labels), repeat))
    points = Points(xy[:, 0].copy(), -xy[:, 1], key)
    return rasterise(points, Lens(1.0, 0.0, 0.0, width, height), COLOURS, radius, opacity=1.0)


@pytest.fixture(params=[1, 20_000], ids=["stamped", "grown"])
def repeat(request):
    """Few points are stamped, many are grown; both must look alike."""
    return request.param


def test_a_dot_lies_where_its_point_is(repeat):
    picture = drawn([[10.5, 20.5]], [0], repeat=repeat)
    assert picture[20, 10] == RED
    rows, columns = np.nonzero(picture)
    assert (rows.mean(), columns.mean()) == pytest.approx((20, 10), abs=0.1)
    assert rows.min() >= 17 and rows.max() <= 23


def test_dots_have_soft_edges(repeat):
    alpha = drawn([[10.5, 20.5]], [0], repeat=repeat) >> 24
    assert ((alpha > 0) & (alpha < 255)).any()
    assert np.count_nonzero(alpha) == pytest.approx(np.pi * 2.5**2, rel=0.35)


def test_colours_are_multiplied_by_alpha(repeat):
    words = drawn([[10.5, 20.5]], [0], repeat=repeat)
    assert ((words >> 16 & 255) == (words >> 24)).all()


def test_each_label_has_its_colour(repeat):
    picture = drawn([[10.5, 10.5], [30.5, 20.5]], [0, 1], repeat=repeat)
    assert (picture[10, 10], picture[20, 30]) == (RED, BLUE)


def test_the_later_of_two_dots_is_seen(repeat):
    assert drawn([[10.5, 10.5], [11.5, 10.5]], [0, 1], repeat=repeat)[10, 10] == BLUE
    assert drawn([[10.5, 10.5], [11.5, 10.5]], [1, 0], repeat=repeat)[10, 10] == RED


def test_dots_at_the_border_are_cut_off_not_wrapped(repeat):
    picture = drawn([[0.5, 0.5], [39.5, 29.5]], [0, 1], repeat=repeat)
    assert (picture[0, 0], picture[29, 39]) == (RED, BLUE)
    assert not picture[0, 30:].any() and not picture[29, :8].any() and not picture[10:20].any()


def test_points_outside_and_no_numbers_are_left_out(repeat):
    places = [[-500, 5], [5, 1e9], [np.nan, 3], [np.inf, 2], [-1e30, 4]]
    assert not drawn(places, [0] * 5, repeat=repeat).any()


def test_no_points_give_an_empty_picture():
    assert drawn(np.zeros((0, 2)), np.zeros(0, int)).shape == (30, 40)


def test_label_numbers_beyond_the_colours_wrap_around():
    assert drawn([[10.5, 10.5]], [3])[10, 10] == BLUE


def test_more_points_get_smaller_dots():
    radii = [dot_radius(count, 630_000) for count in (10, 10_000, 100_000, 1_000_000)]
    assert radii == sorted(radii, reverse=True) and radii[0] == 4.0 and radii[-1] == 0.5


def test_the_drawing_order_is_a_shuffle_and_stays():
    assert sorted(draw_order(50)) == list(range(50))
    assert (draw_order(50) == draw_order(50)).all() and (draw_order(50) != np.arange(50)).any()
