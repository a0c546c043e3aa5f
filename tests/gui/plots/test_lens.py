"""Tests of how points become pixels, block by block."""

import numpy as np
import pytest

from vae_studio.gui.plots import dot_layer
from vae_studio.gui.plots.lens import Lens, Points

LENS = Lens(scale=10.0, left=50.0, top=40.0, width=100, height=80)


def points(count, shown=None, spread=3.0):
    noise = np.random.default_rng(0)
    x, y = noise.normal(size=(2, count)).astype(np.float32) * np.float32(spread)
    return Points(x, y, np.arange(1, count + 1, dtype=np.uint32).astype(np.uint16), shown)


def by_hand(cloud, margin):
    canvas = np.zeros((80 + 2 * margin, 100 + 2 * margin), np.uint16)
    for x, y, key in zip(cloud.x, cloud.y, cloud.key, strict=True):
        column, row = int(np.floor(50 + 10 * x)) + margin, int(np.floor(40 - 10 * y)) + margin
        if 0 <= column < canvas.shape[1] and 0 <= row < canvas.shape[0]:
            canvas[row, column] = key
    return canvas


@pytest.mark.parametrize("count", [1, 500, 40_000])  # the last takes more than one block
def test_the_last_point_of_a_pixel_stays(count):
    cloud = points(count)
    inner = (slice(1, -1), slice(1, -1))  # strays lie on the outermost row or column
    np.testing.assert_array_equal(LENS.write(cloud, 4)[inner], by_hand(cloud, 4)[inner])


def test_points_that_are_not_shown_leave_no_trace():
    shown = np.random.default_rng(1).random(40_000) < 0.3
    every = points(40_000)
    some = Points(every.x[shown], every.y[shown], every.key[shown])
    hidden = Points(every.x, every.y, every.key, shown)
    np.testing.assert_array_equal(LENS.write(hidden, 2), LENS.write(some, 2))
    assert LENS.count(hidden) == LENS.count(some)


def test_the_seen_are_counted_and_of_very_many_estimated():
    cloud = points(1000)
    seen = ((np.abs(cloud.x) < 5) & (np.abs(cloud.y) < 4)).sum()
    assert LENS.count(cloud) == pytest.approx(seen, abs=1)
    many = points(600_000)
    seen = ((np.abs(many.x) < 5) & (np.abs(many.y) < 4)).sum()
    assert LENS.count(many) == pytest.approx(seen, rel=0.01)


def test_no_numbers_and_strays_stay_out_of_the_picture():
    x = np.array([np.nan, np.inf, -np.inf, 3e38, 0], np.float32)
    y = np.array([0, 0, 0, 0, np.nan], np.float32)
    assert not LENS.write(Points(x, y, np.ones(5, np.uint16)), 4)[4:-4, 4:-4].any()
    assert LENS.count(Points(x, y, np.ones(5, np.uint16))) == 0


def test_a_moving_map_of_very_many_points_leaves_some_out_and_then_shows_all(qtbot, monkeypatch):
    from vae_studio.gui.plots.latent_map import LatentMap

    monkeypatch.setattr(dot_layer, "_MOST_MOVING", 1000)
    shown = LatentMap()
    qtbot.addWidget(shown)
    shown.set_animated(False)
    shown.resize(400, 300)
    shown.set_points(np.random.default_rng(0).normal(size=(5000, 2)))
    shown.show()
    qtbot.waitUntil(shown.is_complete)
    shown._look(shown._scene.camera.zoomed(1.01, 200, 150))
    shown.repaint()
    assert not shown.is_complete()
    some = np.count_nonzero(np.array(shown._scene.dots._image.constBits()).reshape(-1, 4)[:, 3])
    qtbot.waitUntil(shown.is_complete)
    every = np.count_nonzero(np.array(shown._scene.dots._image.constBits()).reshape(-1, 4)[:, 3])
    assert 0 < some < every
