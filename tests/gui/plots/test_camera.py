"""Tests of the map's camera: places and pixels there and back."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vae_studio.gui.plots.camera import Camera, ticks

places = st.floats(-50, 50)
cameras = st.builds(
    Camera, x=places, y=places, scale=st.floats(0.5, 5000), width=st.floats(50, 2000), height=st.floats(50, 2000)
)


@given(cameras, places, places)
def test_a_place_becomes_a_pixel_and_back(camera, x, y):
    assert camera.to_map(*camera.to_widget(x, y)) == pytest.approx((x, y), abs=1e-6)


@given(cameras, st.floats(0.1, 10), st.floats(0, 2000), st.floats(0, 2000))
def test_zooming_keeps_the_place_under_the_cursor(camera, factor, left, top):
    zoomed = camera.zoomed(factor, left, top)
    assert zoomed.scale == pytest.approx(camera.scale * factor)
    assert zoomed.to_map(left, top) == pytest.approx(camera.to_map(left, top), abs=1e-6)


@given(cameras, st.floats(-500, 500), st.floats(-500, 500))
def test_panning_moves_places_with_the_cursor(camera, right, down):
    left, top = camera.to_widget(1, 2)
    assert camera.panned(right, down).to_widget(1, 2) == pytest.approx((left + right, top + down), abs=1e-5)


def test_y_points_up():
    camera = Camera(width=100, height=100)
    assert camera.to_widget(0, 0.1)[1] < camera.to_widget(0, 0)[1]


def test_fitting_shows_every_point_of_a_small_cloud():
    xy = np.array([[-7, 1], [3, 40]], np.float32)
    x0, y0, x1, y1 = Camera(width=300, height=200).fitted(xy).rect()
    assert x0 < -7 and x1 > 3 and y0 < 1 and y1 > 40


def test_fitting_ignores_a_stray_and_values_that_are_no_numbers():
    xy = np.random.default_rng(0).normal(size=(5000, 2)).astype(np.float32)
    xy[0], xy[1] = 1e6, np.nan
    x0, _, x1, _ = Camera(width=300, height=300).fitted(xy).rect()
    assert 4 < x1 - x0 < 12


@given(st.floats(-1e4, 1e4), st.floats(0.01, 1e4), st.integers(1, 12))
def test_ticks_are_inside_and_not_too_many(low, span, about):
    found = ticks(low, low + span, about)
    assert len(found) <= about + 1
    assert all(low - 1e-6 <= tick <= low + span + 1e-6 for tick in found)


def test_a_view_glides_from_one_to_another():
    a, b = Camera(x=0, scale=10, width=90, height=90), Camera(x=4, scale=40, width=90, height=90)
    assert a.towards(b, 0) == a
    assert a.towards(b, 1).scale == pytest.approx(40)
    assert a.towards(b, 0.5).scale == pytest.approx(20)
