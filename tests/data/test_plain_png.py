"""The quick reader gives Pillow's own pixels, or nothing."""

import io
import struct
import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from vae_studio.data.plain_png import plain_png, plain_pngs


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


def chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def written(rows, width, channels=1):
    """Return a file whose rows [H, 1 + width * channels] are foretold as their first bytes say."""
    head = struct.pack(">IIBBBBB", width, len(rows), 8, 0 if channels == 1 else 2, 0, 0, 0)
    packed = zlib.compress(rows.tobytes())
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


@given(st.integers(0, 2**32), st.integers(1, 5), st.integers(1, 9), st.integers(1, 9), st.sampled_from([1, 3]))
def test_files_read_together_are_the_files_read_one_by_one(seed, count, width, height, channels):
    random = np.random.default_rng(seed)
    rows = random.integers(0, 256, (count, height, 1 + width * channels), dtype=np.uint8)
    rows[..., 0] = random.integers(0, 5, (count, height))  # every way of foretelling, in the first row as well
    files = [written(one, width, channels) for one in rows]
    alone = np.stack([np.asarray(plain_png(file)).reshape(height, width, channels) for file in files])
    np.testing.assert_array_equal(plain_pngs(files, (width, height)), alone)


def test_colours_read_together_turn_grey_as_pillow_does_it():
    files = [png(noise("RGB")), png(noise("RGB").rotate(180))]
    wanted = [np.asarray(noise("RGB").convert("L")), np.asarray(noise("RGB").rotate(180).convert("L"))]
    np.testing.assert_array_equal(plain_pngs(files, (9, 7), grey=True)[..., 0], wanted)


def short(rows, width=4):
    return written(np.zeros((rows, 1 + width), np.uint8), width)[33:]


@pytest.mark.parametrize(
    "odd",
    [
        png(noise("L", (7, 9))),
        png(noise("RGB")),
        png(noise())[:-14],
        b"",
        png(noise())[:33] + short(6),  # fewer rows than its head says
        png(noise())[:33] + short(4000),  # and more
        png(noise())[:33] + chunk(b"IDAT", b"no zlib") + chunk(b"IEND", b""),
        written(np.full((7, 10), 5, np.uint8), 9),  # no such way of foretelling
    ],
)
def test_one_odd_file_among_plain_ones_is_not_read_with_them(odd):
    plain = [png(noise())] * 3
    assert plain_pngs(plain, (9, 7)) is not None
    assert plain_pngs([*plain, odd], (9, 7)) is None and plain_pngs([odd, *plain], (9, 7)) is None


@given(st.integers(0, 10_000), st.integers(1, 255), st.integers(0, 2))
def test_a_flipped_byte_is_not_accepted_among_others(place, flip, which):
    files = [bytearray(png(noise())) for _ in range(3)]
    files[which][place % len(files[which])] ^= flip
    read = plain_pngs([bytes(file) for file in files], (9, 7))
    assert read is None or np.array_equal(read, [np.asarray(noise())[..., None]] * 3)
