"""Tests of the real pictures on the points."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from vae_studio.gui.plots.latent_map import LatentMap
from vae_studio.gui.plots.thumb_layer import spread

PLACES = arrays(np.float64, st.tuples(st.integers(0, 60), st.just(2)), elements=st.floats(-300, 300))


@given(PLACES, st.floats(5, 80))
def test_squares_never_overlap_and_all_that_fit_are_there(places, size):
    chosen = spread(places[:, 0], places[:, 1], size)
    apart = np.abs(places[:, None] - places[None, chosen]).max(axis=2)  # from each place to each that is chosen
    for number, row in enumerate(chosen):
        assert (np.delete(apart[row], number) >= size).all()
    left_out = np.setdiff1d(np.arange(len(places)), chosen)
    assert (apart[left_out] < size).any(axis=1).all()


def picture_of(number):
    """A picture of one colour, a different one for each number."""
    return np.full((9, 7, 3), (number * 37 % 256, number * 101 % 256, number // 256 * 16), np.uint8)


@pytest.fixture
def latent_map(qtbot):
    shown = LatentMap()
    shown.set_animated(False)
    shown.resize(396, 280)
    qtbot.addWidget(shown)
    shown.set_thumbnail(picture_of)
    shown.show()
    return shown


def look(shown):
    image = shown.grab().toImage()
    layer, cloud = shown._scene.thumbs, shown._scene.cloud
    x, y = cloud.seen()
    found = {}
    for row in layer.shown():
        pixel = shown.map_to_widget(x[row], y[row]) * image.devicePixelRatio()
        if image.rect().contains(pixel):
            colour = image.pixelColor(pixel)
            found[int(cloud.indices[row])] = (colour.red(), colour.green(), colour.blue())
    return found


@pytest.mark.parametrize("count", [1, 30, 300])
def test_each_point_has_its_own_picture_wherever_it_moves(latent_map, count):
    random = np.random.default_rng(count)
    for _ in range(3):
        numbers = random.permutation(2000)[:count]
        latent_map.set_points(random.normal(size=(count, 2)), random.integers(0, 3, count), "abc", indices=numbers)
        latent_map.fit()
        found = look(latent_map)
        assert found and set(found) <= set(numbers.tolist())
        for number, colour in found.items():
            assert colour == tuple(picture_of(number)[0, 0]), f"the picture on point {number} is another one's"


def test_too_many_points_have_no_pictures_until_one_zooms_in(latent_map):
    latent_map.set_points(np.random.default_rng(0).normal(size=(100_000, 2)))
    assert look(latent_map) == {}
    latent_map._look(latent_map.camera().zoomed(60, 200, 140))
    assert look(latent_map)


def test_they_stay_while_the_view_moves(latent_map):
    latent_map.set_points(np.random.default_rng(0).normal(size=(300, 2)))
    before = set(look(latent_map))
    latent_map._look(latent_map.camera().panned(9, -4))
    after = set(look(latent_map))
    gone = [number for number in before - after if number in range(300)]
    rect = latent_map.view_rect()
    cloud = latent_map._scene.cloud
    for number in gone:
        row = int(np.flatnonzero(cloud.indices == number)[0])
        assert not (rect[0] < cloud.x[row] < rect[2] and rect[1] < cloud.y[row] < rect[3])


def test_they_can_be_switched_off_and_hidden_points_have_none(latent_map):
    latent_map.set_points(np.random.default_rng(0).normal(size=(40, 2)), np.arange(40) % 2, ("even", "odd"))
    latent_map.set_label_visible(1, False)
    assert all(number % 2 == 0 for number in look(latent_map))
    latent_map.set_thumbs_visible(False)
    assert look(latent_map) == {}


def test_pictures_that_are_not_there_or_not_finite_points_do_no_harm(latent_map):
    xy = np.random.default_rng(0).normal(size=(40, 2))
    xy[3] = np.nan
    latent_map.set_points(xy)
    latent_map.set_thumbnail(lambda number: None if number % 2 else picture_of(number))
    latent_map.grab()
    latent_map.set_thumbnail(None)
    latent_map.grab()
