"""Tests of pictures on their way to Qt and back."""

import gc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from vae_studio.gui.widgets.images import (
    argb_image,
    draw_rounded,
    fitted_rect,
    from_qimage,
    png_bytes,
    rounded,
    to_pixmap,
    to_qimage,
)

shapes = st.tuples(st.integers(1, 17), st.integers(1, 17), st.sampled_from([1, 3]))


@settings(max_examples=60)
@given(shapes.flatmap(lambda shape: arrays(np.uint8, shape)))
def test_a_picture_survives_the_way_there_and_back(picture):
    np.testing.assert_array_equal(from_qimage(to_qimage(picture)), picture)


def test_the_image_owns_its_pixels():
    picture = np.full((31, 33, 3), 200, np.uint8)
    image = to_qimage(picture)
    picture[:] = 0
    del picture
    gc.collect()
    assert (from_qimage(image) == 200).all()


def test_a_slice_that_is_not_contiguous_is_right():
    whole = np.random.default_rng(0).integers(0, 255, (3, 20, 30, 8), dtype=np.uint8)
    part = whole[1, ::2, 5:20, 2:5]
    np.testing.assert_array_equal(from_qimage(to_qimage(part)), part)


def test_what_is_no_picture_is_refused():
    for wrong in (np.zeros((4, 4, 3), np.float32), np.zeros((4, 4, 2), np.uint8), np.zeros((1, 4, 4, 3), np.uint8)):
        with pytest.raises(ValueError, match="picture"):
            to_qimage(wrong)


def test_a_pixmap_has_the_pictures_size(qapp):
    assert to_pixmap(np.zeros((5, 9, 1), np.uint8)).size().toTuple() == (9, 5)


def test_words_become_colours():
    image = argb_image(np.array([[0xFFFF0000, 0xFF0000FF]], np.uint32))
    assert image.pixelColor(0, 0).getRgb() == (255, 0, 0, 255)
    assert image.pixelColor(1, 0).getRgb() == (0, 0, 255, 255)


def test_png_bytes_are_a_png():
    assert png_bytes(to_qimage(np.zeros((3, 3, 1), np.uint8))).startswith(b"\x89PNG")


@given(st.integers(1, 500), st.integers(1, 500), st.booleans())
def test_a_fitted_rectangle_is_inside_centred_and_keeps_the_aspect(width, height, whole):
    frame = QRectF(10, 20, 300, 200)
    rect = fitted_rect(width, height, frame, whole)
    assert frame.adjusted(-0.01, -0.01, 0.01, 0.01).contains(rect)
    assert rect.width() * height == pytest.approx(rect.height() * width)
    assert (rect.center() - frame.center()).manhattanLength() < 1e-6


@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
@pytest.mark.parametrize("smooth", [True, False])
@pytest.mark.parametrize("rect", [QRectF(7, 6, 168, 168), QRectF(7.5, 6.5, 171, 150), QRectF(3, 4, 40, 40)])
def test_a_tall_picture_painted_a_few_rows_at_a_time_has_no_seams(qapp, rect, smooth, ratio):
    image = to_qimage(np.random.default_rng(0).integers(0, 255, (28, 28, 3), dtype=np.uint8))
    seen = []
    for at_once in (False, True):
        canvas = QImage(round(200 * ratio), round(200 * ratio), QImage.Format.Format_RGB32)
        canvas.setDevicePixelRatio(ratio)
        canvas.fill(0)
        painter = QPainter(canvas)
        if at_once:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
            painter.setClipPath(rounded(rect, 4))
            painter.drawImage(rect, image.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied))
        else:
            draw_rounded(painter, image, rect, 4, smooth)
        painter.end()
        seen.append(from_qimage(canvas))
    assert np.abs(seen[0].astype(int) - seen[1]).max() <= 1
