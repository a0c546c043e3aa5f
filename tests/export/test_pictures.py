"""Sheets, the drawn map and its colours."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from vae_studio.errors import ExportError, UsageError
from vae_studio.export.map_image import draw_map, extent_of, grid_points
from vae_studio.export.palette import label_colours
from vae_studio.export.sheet import sheet, write_png


@given(
    st.integers(1, 12),
    st.sampled_from([1, 3]),
    st.one_of(st.none(), st.integers(1, 20)),
    st.integers(0, 3),
    st.integers(1, 3),
)
def test_every_picture_is_on_the_sheet(count, channels, columns, gap, scale):
    pictures = np.random.default_rng(0).integers(0, 256, (count, 3, 4, channels)).astype(np.uint8)
    page = sheet(pictures, columns, gap, scale)
    per_row = (page.shape[1] - gap) // (4 * scale + gap)
    assert columns is None or per_row == min(columns, count)
    for number, picture in enumerate(pictures):
        top, left = gap + number // per_row * (3 * scale + gap), gap + number % per_row * (4 * scale + gap)
        shown = page[top : top + 3 * scale : scale, left : left + 4 * scale : scale]
        assert np.array_equal(shown, np.broadcast_to(picture, (3, 4, 3)))
    assert (page[:gap] == 255).all() and (page[:, page.shape[1] - gap :] == 255).all()


@pytest.mark.parametrize(
    ("count", "side", "columns", "scale"),
    [(64, 8, None, 8), (1, 8, None, 64), (9, 28, None, 6), (12, 8, 12, 6), (64, 64, None, 1), (200, 8, 2, 1)],
)
def test_small_pictures_make_no_tiny_sheet(count, side, columns, scale):
    pictures = np.random.default_rng(0).integers(0, 256, (count, side, side, 1)).astype(np.uint8)
    page = sheet(pictures, columns, scale=0)
    assert np.array_equal(page, sheet(pictures, columns, scale=scale))
    smaller = sheet(pictures, columns, scale=max(1, scale - 1))
    assert max(page.shape) >= 512 and (scale == 1 or max(smaller.shape) < 512)


def test_png_reads_back(tmp_path):
    for channels in (1, 3):
        picture = np.random.default_rng(0).integers(0, 256, (5, 7, channels)).astype(np.uint8)
        write_png(tmp_path / "a.png", picture)
        with Image.open(tmp_path / "a.png") as image:
            assert np.array_equal(np.asarray(image).reshape(picture.shape), picture)
    with pytest.raises(ExportError, match="does not exist"):
        write_png(tmp_path / "nowhere" / "a.png", picture)
    with pytest.raises(UsageError, match="no picture"):
        sheet(np.zeros((0, 3, 3, 1), np.uint8))


def _oklab(colours):
    light = colours / 255
    light = np.where(light <= 0.04045, light / 12.92, ((light + 0.055) / 1.055) ** 2.4)
    cones = np.array([[0.4122, 0.5363, 0.0514], [0.2119, 0.6807, 0.1074], [0.0883, 0.2817, 0.63]])
    mix = np.array([[0.2105, 0.7936, -0.0041], [1.978, -2.4286, 0.4506], [0.0259, 0.7828, -0.8087]])
    return np.cbrt(light @ cones.T) @ mix.T


def test_label_colours_differ_and_stay_when_labels_are_added():
    many = label_colours(60)
    assert many.shape == (60, 3) and many.dtype == np.uint8
    assert all(np.array_equal(label_colours(n), many[:n]) for n in (0, 1, 5, 13, 14, 40))
    lab = _oklab(many[:13].astype(float))
    apart = np.linalg.norm(lab[:, None] - lab[None], axis=2) + np.eye(13)
    assert apart.min() > 0.11
    assert len(np.unique(many, axis=0)) == 60
    assert (lab[:, 0] > 0.4).all() and (lab[:, 0] < 0.88).all()  # neither lost on dark nor on white


def test_a_dot_lies_where_its_code_is():
    picture = draw_map(np.array([[1, 1.5]], np.float32), np.array([2]), [], None, (0, 2, 0, 2), 200)
    wanted = label_colours(3)[2].astype(int)
    assert picture.shape == (200, 200, 3)
    assert np.abs(picture[50, 100] - wanted).max() < 45  # top down: y = 1.5 is a quarter from the top
    far = draw_map(np.array([[1, 1.5]], np.float32), None, [], None, (0, 2, 0, 2), 800)
    drawn = np.argwhere((far != 250).any(axis=2))
    assert np.allclose(drawn.mean(axis=0) + 0.5, [200, 400], atol=0.1)
    edge = far[drawn[:, 0], drawn[:, 1]].astype(int).sum(axis=1)
    assert len(np.unique(edge)) > 2  # antialiased


def test_the_background_lies_under_its_codes():
    extent = (-1.0, 3.0, 10.0, 14.0)
    xy = grid_points(extent, 4)
    assert xy[0].tolist() == [-0.5, 13.5] and xy[1].tolist() == [0.5, 13.5] and xy[-1].tolist() == [2.5, 10.5]
    bright = (np.clip((xy[:, 0] + 1) / 4, 0, 1) * 255).astype(np.uint8)
    tiles = np.broadcast_to(bright[:, None, None, None], (16, 5, 5, 1)).reshape(4, 4, 5, 5, 1)
    picture = draw_map(np.zeros((0, 2), np.float32), None, [], tiles, extent, 80)
    assert (np.diff(picture[40, [10, 30, 50, 70], 0].astype(int)) > 20).all()
    assert np.ptp(picture[:, 10, 0].astype(int)) < 3


def test_bad_points_and_odd_labels_are_drawn_around():
    xy = np.array([[np.nan, 0], [np.inf, 1], [1e30, 0], [0, 0]], np.float32)
    picture = draw_map(xy, np.array([0, 1, 2, -1]), ["a"], None, (-1, 1, -1, 1), 100)
    assert np.ptp(picture[50, 50].astype(int)) <= 1  # grey: no label
    with pytest.raises(UsageError, match="empty"):
        draw_map(xy, None, [], None, (1, 1, 0, 1))


def test_the_legend_hides_as_few_points_as_it_can():
    rng = np.random.default_rng(0)
    xy = rng.uniform(0.2, 1, (300, 2)).astype(np.float32)  # upper right: the legend goes elsewhere
    labels = rng.integers(0, 3, 300)
    with_names = draw_map(xy, labels, ["one", "two", "three"], None, (-1, 1, -1, 1), 300)
    bare = draw_map(xy, labels - 9, [], None, (-1, 1, -1, 1), 300)
    assert (with_names[:140, 200:] == 255).all(axis=2).sum() == 0
    assert (with_names == 255).all(axis=2).sum() >= 0 and not np.array_equal(with_names, bare)


def test_the_extent_shows_nearly_all_points():
    xy = np.random.default_rng(0).normal(size=(5000, 2)).astype(np.float32) + np.array([5, -2])
    xy[0], xy[1] = [1e6, 0], [np.nan, 0]
    left, right, bottom, top = extent_of(xy)
    inside = (xy[:, 0] > left) & (xy[:, 0] < right) & (xy[:, 1] > bottom) & (xy[:, 1] < top)
    assert inside.mean() > 0.99 and right - left == pytest.approx(top - bottom) and right - left < 12
    assert extent_of(np.full((2, 2), np.nan, np.float32)) == (-3, 3, -3, 3)
    assert extent_of(np.ones((2, 2), np.float32))[0] < 1
