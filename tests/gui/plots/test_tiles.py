"""Tests of the map's tiles: where they lie, which are kept, what is shown while they are missing."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter, QPalette

from vae_studio.gui.plots.camera import Camera
from vae_studio.gui.plots.land_kind import LANDS
from vae_studio.gui.plots.land_layer import LandLayer
from vae_studio.gui.plots.tile_cache import TileCache
from vae_studio.gui.plots.tile_grid import TileKey, level_for, tiles_in

KEYS = st.builds(TileKey, st.just("a"), st.integers(-20, 20), st.integers(-99, 99), st.integers(-99, 99))
CAMERA = Camera(0.4, 0.6, 96.0, 192.0, 192.0)


@given(KEYS, st.integers(1, 6))
def test_larger_tiles_hold_smaller_ones_where_they_say(key, levels):
    larger = key.above(levels)
    x0, y0, x1, y1 = larger.rect
    left, top, side = key.within(larger)
    assert key.rect == pytest.approx(
        (x0 + left * (x1 - x0), y1 - (top + side) * (y1 - y0), x0 + (left + side) * (x1 - x0), y1 - top * (y1 - y0))
    )


@given(KEYS)
def test_four_tiles_lie_within_one(key):
    assert {smaller.above() for smaller in key.below()} == {key}
    areas = [(x1 - x0) * (y1 - y0) for x0, y0, x1, y1 in (smaller.rect for smaller in key.below())]
    assert len(set(key.below())) == 4 and sum(areas) == pytest.approx(4.0**-key.level)


@given(st.floats(1e-6, 1e9), st.floats(-1e3, 1e3), st.floats(-1e3, 1e3))
def test_what_is_seen_is_covered_once(scale, x, y):
    rect = Camera(x, y, scale, 900.0, 700.0).rect()
    keys = tiles_in("a", rect, level_for(scale))
    assert len(set(keys)) == len(keys) <= 200
    side = 2.0 ** -level_for(scale)
    assert 60 < side * scale < 150 or scale < 1e-4
    edges = np.array([key.rect for key in keys])
    assert edges[:, :2].min(axis=0) == pytest.approx(np.floor(np.array(rect[:2]) / side) * side, abs=1e-9)
    assert (edges[:, :2].min(axis=0) <= rect[:2]).all() and (edges[:, 2:].max(axis=0) >= rect[2:]).all()


def test_the_middle_comes_first():
    keys = tiles_in("a", (0.0, 0.0, 5.0, 5.0), 0)
    assert keys[0] == ("a", 0, 2, 2) and len(keys) == 25


def values(number):
    return np.full((8, 8), number, np.float32)


def test_the_tiles_used_longest_ago_go():
    cache = TileCache(limit=3 * values(0).nbytes)
    keys = [TileKey("a", 0, column, 0) for column in range(4)]
    for number, key in enumerate(keys[:3]):
        cache.put(key, values(number), 0)
    assert cache.get(keys[0]) is not None
    cache.put(keys[3], values(3), 0)
    assert cache.get(keys[1]) is None and cache.get(keys[0]) is not None
    assert cache.size == 3 * values(0).nbytes


def test_an_old_tile_is_shown_until_the_new_one_comes_and_never_after():
    cache, key = TileCache(), TileKey("a", 0, 0, 0)
    cache.put(key, values(1), cache.generation("a"))
    assert cache.fresh(key)
    cache.expire("a")
    assert not cache.fresh(key) and cache.get(key)[0, 0] == 1
    cache.put(key, values(2), cache.generation("a"))
    cache.put(key, values(1), 0)  # late
    assert cache.fresh(key) and cache.get(key)[0, 0] == 2
    cache.clear()
    assert cache.get(key) is None and cache.size == 0


def painted(layer):
    image = QImage(192, 192, QImage.Format.Format_RGB32)
    image.fill(0xFF336699)
    painter = QPainter(image)
    layer.paint(painter, CAMERA, QRectF(0, 0, 192, 192), QPalette())
    painter.end()
    return image


def plain(colour):
    image = QImage(8, 8, QImage.Format.Format_RGB32)
    image.fill(colour)
    return image


def test_a_missing_picture_is_shown_from_the_larger_tile_around_it_or_the_smaller_ones_within():
    cache = TileCache()
    layer = LandLayer(cache)
    layer.kind, layer.veiled = "decoded", False
    here = (170, 40)  # within the tile of column 1, row 1
    cache.put(TileKey("decoded", -2, 0, 0), plain(0xFFFF0000), 0)
    assert painted(layer).pixelColor(*here).red() > 200 > painted(layer).pixelColor(*here).green()
    cache.put(TileKey("decoded", 0, 1, 1), plain(0xFF00FF00), 0)
    assert painted(layer).pixelColor(*here).green() > 200 > painted(layer).pixelColor(*here).red()
    cache.clear()
    for smaller in TileKey("decoded", 0, 1, 1).below():
        cache.put(smaller, plain(0xFF0000FF), 0)
    assert painted(layer).pixelColor(*here).blue() > 200 > painted(layer).pixelColor(*here).red()


def test_a_field_is_put_together_from_the_best_tiles():
    cache = TileCache()
    layer = LandLayer(cache)
    layer.kind = "density"
    assert layer.span(CAMERA) is None
    coarse = np.arange(64, dtype=np.float32).reshape(8, 8)
    cache.put(TileKey("density", -2, 0, 0), coarse, 0)
    cache.put(TileKey("density", 0, 0, 0), values(100), 0)
    field = layer.field("density", CAMERA)
    x0, y0, x1, y1 = field.rect
    rows, columns = field.values.shape

    def at(x, y):
        return field.values[int((y1 - y) / (y1 - y0) * rows), int((x - x0) / (x1 - x0) * columns)]

    assert at(0.5, 0.5) == 100
    assert at(1.1, 1.1) == coarse[5, 2], "from the larger tile"
    assert np.isnan(at(-0.1, 0.5)), "nothing is known there"


def test_values_that_are_no_numbers_or_all_alike_do_no_harm():
    cache = TileCache()
    layer = LandLayer(cache)
    for kind in ("density", "stretch", "support"):
        layer.kind = kind
        for odd in (np.nan, -np.inf, 3.0):
            cache.put(TileKey(kind, 0, 0, 0), np.full([LANDS[kind].cells] * 2, odd, np.float32), 0)
            painted(layer)


@pytest.mark.parametrize("side", [6, 28, 48, 64, 128, 640])
@pytest.mark.parametrize("scale", [0.3, 70.0, 96.0, 130.0, 4e4])
def test_decoded_pictures_are_seen_at_about_their_own_size_and_never_too_small_to_be_seen(side, scale):
    layer = LandLayer(TileCache())
    layer.kind, layer.side = "decoded", side
    camera = Camera(0.0, 0.0, scale, 900.0, 600.0)
    seen = scale * 2.0 ** -layer.level("decoded", camera) / LANDS["decoded"].cells
    assert 0.7 < seen / max(side, 48) < 1.42
    veil = scale * 2.0 ** -layer.level("support", camera) / LANDS["support"].cells
    assert veil == pytest.approx(seen), "one value for each picture"
    layer.kind = "support"
    assert layer.level("support", camera) == level_for(scale), "for its own sake it is drawn finer"


def test_land_without_data_is_veiled():
    cache = TileCache()
    layer = LandLayer(cache)
    layer.kind = "decoded"
    for column in (0, 1):
        for row in (-1, 0, 1):
            cache.put(TileKey("decoded", 0, column, row), plain(0xFF000000), 0)
    seen = np.tile([50.0, 50.0, 0.0, 0.0], (4, 1)).astype(np.float32)  # the right half lies empty
    for row in (-1, 0):
        cache.put(TileKey("support", -1, 0, row), seen, 0)
    image = painted(layer)
    assert image.pixelColor(185, 110).lightness() > image.pixelColor(85, 110).lightness() + 60
    layer.veiled = False
    image = painted(layer)
    assert image.pixelColor(185, 110) == image.pixelColor(85, 110)
