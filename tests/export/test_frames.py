"""Frames are what the curve and the decoder say, in order."""

import numpy as np

from vae_studio.export.frames import frames


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
