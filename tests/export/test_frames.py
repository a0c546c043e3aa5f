"""Frames are what the curve and the decoder say, at the asked-for size."""

import numpy as np
import pytest

from vae_studio.export.frames import frames, resize


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


def test_frames_come_in_order_and_in_batches():
    asked = []

    def decode(z):
        asked.append(len(z))
        return np.round(z[:, :, None, None] * 100).astype(np.uint8)

    def curve(t):
        return np.asarray(t, np.float32)[:, None]

    film = frames(curve, np.linspace(0, 1, 2001), decode, batch=4)
    first = next(film)
    assert first.shape == (1, 1, 1)
    assert sum(asked) < 1000, "only some frames are drawn ahead"
    wanted = np.round(np.linspace(0, 1, 2001).astype(np.float32) * 100)[1:]
    assert [int(frame[0, 0, 0]) for frame in film] == wanted.tolist()
    assert asked == [4] * 500 + [1]
