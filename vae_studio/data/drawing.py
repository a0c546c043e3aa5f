"""Anti-aliased drawing of many pictures at once: signed distances in pixels, negative inside, and a canvas.

Everything done per pixel is a sum, product, quotient, root or comparison, which IEEE 754 rounds alike everywhere,
so that the same numbers give the same pictures on every machine.
"""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[Any]  # float32; numpy keeps that when a Python number joins in, its type stubs do not
_TINY = 1e-9  # keeps the middle of an ellipse from being 0 / 0


class Box(NamedTuple):
    """The part of the canvas that a shape can touch, in whole pixels."""

    left: int
    top: int
    right: int
    bottom: int

    def grid(self) -> tuple[Floats, Floats]:
        """Return the centres of the pixels: x [1, 1, w] and y [1, h, 1]."""
        x = np.arange(self.left, self.right, dtype=np.float32) + np.float32(0.5)
        y = np.arange(self.top, self.bottom, dtype=np.float32) + np.float32(0.5)
        return x[None, None, :], y[None, :, None]


class Canvas:
    """A block of colour pictures under the brush, planar so that every shape is painted in long runs of memory."""

    def __init__(self, count: int, size: int) -> None:
        self.planes: Floats = np.zeros((count, 3, size, size), np.float32)  # [B, 3, H, W] in [0, 1]

    def paint(self, box: Box, alpha: Floats, colour: Floats, rows: npt.NDArray[np.intp] | slice = slice(None)) -> None:
        """Lay a colour [B, 3] over a box with opacity alpha [B, h, w], on all pictures or on some rows."""
        where = (rows, slice(None), slice(box.top, box.bottom), slice(box.left, box.right))
        under = self.planes[where]
        self.planes[where] = under + (colour[:, :, None, None] - under) * alpha[:, None]

    def pictures(self) -> npt.NDArray[np.uint8]:
        """Return the finished pictures, [B, H, W, 3]."""
        levels = (np.clip(self.planes, 0, 1) * np.float32(255) + np.float32(0.5)).astype(np.uint8)
        return np.ascontiguousarray(levels.transpose(0, 2, 3, 1))


def column(values: npt.ArrayLike) -> Floats:
    """Turn one number per picture into a shape that broadcasts over pixels, [B, 1, 1]."""
    return np.asarray(values, np.float32).reshape(-1, 1, 1)


def coverage(distance: Floats) -> Floats:
    """Return the share of each pixel that lies inside."""
    share: Floats = np.clip(np.float32(0.5) - distance, 0, 1)
    return share


def soft(distance: Floats, width: float) -> Floats:
    """Return 1 well inside and 0 outside, falling smoothly over `width` pixels before the edge."""
    return _smooth(distance * np.float32(-1 / width))


def circle(x: Floats, y: Floats, radius: Floats | float) -> Floats:
    """Return the distance to a circle around the origin."""
    distance: Floats = np.sqrt(x * x + y * y) - radius
    return distance


def ellipse(x: Floats, y: Floats, a: Floats | float, b: Floats | float) -> Floats:
    """Return the distance to an ellipse around the origin with half axes a and b, to first order."""
    u, v = x / a, y / b
    f = np.sqrt(u * u + v * v + np.float32(_TINY))
    u, v = u / a, v / b
    g = np.sqrt(u * u + v * v + np.float32(_TINY) / (a * b))
    return np.asarray(f * (f - 1) / g, np.float32)


def rectangle(x: Floats, y: Floats, a: Floats | float, b: Floats | float) -> Floats:
    """Return the distance to a rectangle around the origin with half sides a and b."""
    u, v = np.abs(x) - a, np.abs(y) - b
    outside_u, outside_v = np.maximum(u, 0), np.maximum(v, 0)
    distance: Floats = np.sqrt(outside_u * outside_u + outside_v * outside_v) + np.minimum(np.maximum(u, v), 0)
    return distance


def union(one: Floats, other: Floats) -> Floats:
    """Return the distance to two shapes taken together."""
    nearer: Floats = np.minimum(one, other)
    return nearer


def below(y: Floats, curve: Floats) -> Floats:
    """Return the distance to the region above a curve that gives a height for each column, [B, 1, w]."""
    slope: Floats = np.gradient(curve, axis=-1).astype(np.float32)
    distance: Floats = (y - curve) / np.sqrt(1 + slope * slope)
    return distance


def ramp(t: Floats, start: float, end: float) -> Floats:
    """Go smoothly from 0 at `start` to 1 at `end`."""
    return _smooth((t - np.float32(start)) * np.float32(1 / (end - start)))


def _smooth(t: Floats) -> Floats:
    inside: Floats = np.clip(t, 0, 1)
    smooth: Floats = inside * inside * (3 - 2 * inside)
    return smooth


def palette(*colours: str) -> Floats:
    """Return colours written as six hexadecimal digits, [K, 3] in [0, 1]."""
    return np.array([list(bytes.fromhex(colour)) for colour in colours], np.float32) / np.float32(255)


def along(colours: Floats, position: Floats) -> Floats:
    """Return the colours found along a palette at positions in [0, 1], mixed between neighbours, [B, 3]."""
    place = position.astype(np.float64) * (len(colours) - 1)
    low = np.clip(place.astype(np.intp), 0, len(colours) - 2)
    share = (place - low).astype(np.float32)[:, None]
    return colours[low] + (colours[low + 1] - colours[low]) * share


def mix(one: Floats, other: Floats | float, share: float) -> Floats:
    """Return a colour on the way from one to the other."""
    return one + (other - one) * np.float32(share)
