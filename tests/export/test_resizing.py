"""Pictures brought to size look as Pillow's do."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from vae_studio.export.resizing import resize, resized

FILTERS = ["nearest", "bilinear", "bicubic", "lanczos"]


@pytest.mark.parametrize("resampling", ["nearest", "bilinear", "bicubic", "lanczos"])
@pytest.mark.parametrize("channels", [1, 3])
def test_resizing_keeps_aspect_and_flat_colours(resampling, channels):
    flat = np.full((3, 8, 4, channels), 77, np.uint8)
    big = resize(flat, 32, resampling)
    assert big.shape == (3, 32, 16, channels) and (big == 77).all()
    assert resize(flat, 0, resampling) is flat


def test_nearest_repeats_pixels():
    picture = np.arange(12, dtype=np.uint8).reshape(1, 2, 2, 3)
    assert np.array_equal(resize(picture, 6, "nearest"), picture.repeat(3, axis=1).repeat(3, axis=2))


@settings(deadline=None, max_examples=60)
@given(
    st.tuples(st.integers(1, 40), st.integers(1, 40), st.sampled_from([1, 3])),
    st.integers(1, 150),
    st.sampled_from(FILTERS),
    st.integers(0, 2**32),
)
def test_every_filter_does_what_pillows_does(shape, size, resampling, seed):
    picture = np.random.default_rng(seed).integers(0, 256, shape).astype(np.uint8)
    ours = resized(picture, size, resampling)
    image = Image.fromarray(picture[..., 0] if shape[2] == 1 else picture)
    theirs = np.asarray(image.resize((ours.shape[1], ours.shape[0]), Image.Resampling[resampling.upper()]))
    assert max(ours.shape[:2]) == size
    error = np.abs(ours.astype(int) - theirs.reshape(ours.shape))
    # Pillow counts in whole numbers, and rounds the other way now and then: at worst in both directions.
    assert error.max(initial=0) <= (0 if resampling == "nearest" else 2)


def test_a_wide_picture_is_made_in_many_bands():
    picture = np.random.default_rng(0).integers(0, 256, (30, 700, 3)).astype(np.uint8)
    theirs = np.asarray(Image.fromarray(picture).resize((1400, 60), Image.Resampling.LANCZOS))
    error = np.abs(resized(picture, 1400).astype(int) - theirs)
    assert error.max() <= 1 and error.mean() < 0.001
