"""Drawn grey shapes whose size, angle and place are known: ground truth for disentanglement."""

import numpy as np

from vae_studio.data.drawing import Floats, column, coverage, ellipse, rectangle
from vae_studio.data.image_set import ImageSet, Pictures
from vae_studio.data.progress import Progress, silent

SIZE = 64
SHAPES = ("square", "ellipse", "heart")
_BLOCK = 64
_RADIUS = (8.0, 16.0)  # half the side of a square, in pixels
_MARGIN = 24.0  # no shape is cut by the edge of the picture


def draw_shapes(count: int = 6000, seed: int = 0, progress: Progress = silent) -> ImageSet:
    """Draw white shapes on black, 64x64, labelled by shape; shape i depends on `seed` and i alone.

    Factors: shape (0, 1, 2), size in [0, 1], angle in [0, 1] (of the shape's own period), x and y in [0, 1].
    """
    uniform = np.random.Generator(np.random.PCG64(seed)).random((count, 5))  # row by row from one stream
    labels = np.floor(uniform[:, 0] * len(SHAPES)).astype(np.int64)
    columns = {name: uniform[:, i].astype(np.float32) for i, name in enumerate(("size", "angle", "x", "y"), start=1)}
    factors = {"shape": labels.astype(np.float32), **columns}
    pictures = np.empty((count, SIZE, SIZE, 1), np.uint8)
    done = 0
    for shape in range(len(SHAPES)):
        rows = np.flatnonzero(labels == shape)
        for start in range(0, len(rows), _BLOCK):
            block = rows[start : start + _BLOCK]
            pictures[block] = _painted(shape, *(values[block] for values in columns.values()))
            done += len(block)
            progress(done / count, "Drawing shapes.")
    return ImageSet("shapes", pictures, labels, SHAPES, factors)


def _painted(shape: int, size: Floats, angle: Floats, x: Floats, y: Floats) -> Pictures:
    centres = np.arange(SIZE, dtype=np.float32) + np.float32(0.5)
    radius = column(_RADIUS[0] + (_RADIUS[1] - _RADIUS[0]) * size)
    period = (np.pi / 2, np.pi, 2 * np.pi)[shape]  # a square turned by a quarter is the same square
    turn = angle.astype(np.float64) * period
    cosine, sine = column(np.cos(turn)), column(np.sin(turn))
    across = centres[None, None, :] - column(_MARGIN + (SIZE - 2 * _MARGIN) * x)
    down = centres[None, :, None] - column(_MARGIN + (SIZE - 2 * _MARGIN) * y)
    u, v = cosine * across + sine * down, cosine * down - sine * across
    level = coverage(_distance(shape, u, v, radius)) * np.float32(255) + np.float32(0.5)
    return level.astype(np.uint8)[..., None]


def _distance(shape: int, u: Floats, v: Floats, radius: Floats) -> Floats:
    if shape == 0:
        return rectangle(u, v, radius, radius)
    if shape == 1:
        return ellipse(u, v, radius * 1.3, radius * 0.75)
    return _heart(u / radius, v / radius) * radius


def _heart(u: Floats, v: Floats) -> Floats:
    """Return the distance to a heart about as large as the unit square: a turned square with a round lobe per side."""
    side, up = np.abs(u), -v - 0.18
    half = np.float32(np.sqrt(0.5))
    body = rectangle((side - up) * half, (side + up) * half, 0.70, 0.70)  # corners left, right, up and down
    lobe = np.sqrt((side - 0.495) * (side - 0.495) + (up - 0.495) * (up - 0.495)) - 0.70
    return np.minimum(body, lobe)
