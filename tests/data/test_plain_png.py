"""The quick reader gives Pillow's own pixels, or nothing."""

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from vae_studio.data.plain_png import plain_png


def png(image, **save):
    file = io.BytesIO()
    image.save(file, "PNG", **save)
    return file.getvalue()


def noise(mode="L", size=(9, 7)):
    shape = (size[1], size[0]) if mode == "L" else (size[1], size[0], 3)
    return Image.fromarray(np.random.default_rng(0).integers(0, 256, shape).astype(np.uint8))


@pytest.mark.parametrize("mode", ["L", "RGB"])
@pytest.mark.parametrize("size", [(1, 1), (9, 7), (64, 64), (200, 3)])
def test_plain_pictures_are_read_exactly(mode, size):
    image = noise(mode, size)
    read = plain_png(png(image, compress_level=9))
    assert read is not None and read.mode == mode
    np.testing.assert_array_equal(np.asarray(read), np.asarray(image))


def test_words_in_the_file_do_no_harm():
    info = PngImagePlugin.PngInfo()
    info.add_text("author", "somebody")
    assert plain_png(png(noise(), pnginfo=info, dpi=(72, 72))) is not None


def test_whatever_changes_the_pixels_is_left_to_the_general_reader():
    exif = Image.Exif()
    exif[0x0112] = 6
    others = [png(noise().convert(mode)) for mode in ("P", "1", "LA", "RGBA", "I;16")]
    others += [png(noise(), exif=exif), png(noise(), transparency=3), b"", b"\x89PNG", png(noise())[:-14]]
    assert [plain_png(content) for content in others] == [None] * len(others)


@given(st.integers(0, 10_000), st.integers(1, 255))
def test_a_flipped_byte_is_never_accepted(place, flip):
    content = bytearray(png(noise()))
    content[place % len(content)] ^= flip
    read = plain_png(bytes(content))
    assert read is None or np.array_equal(np.asarray(read), np.asarray(noise()))
