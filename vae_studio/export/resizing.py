"""Pictures brought to size by two matrix products: Pillow's filters in less time."""

from functools import lru_cache
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt
from PIL import Image

from vae_studio.data.image_set import Pictures

Resampling = Literal["nearest", "bilinear", "bicubic", "lanczos"]

_Matrix = npt.NDArray[np.float32]

_STEPS = 64, 32, 16, 8  # lines of a band
_ALONE = 1 << 18  # multiplications that numpy's BLAS does in the calling thread; more it shares out, and waits


class _Band(NamedTuple):
    """Some lines of the new picture, the lines of the old one that they come from, and how much of each."""

    new: slice
    old: slice
    weights: _Matrix


def resize(pictures: Pictures, size: int, resampling: Resampling = "lanczos") -> Pictures:
    """Return pictures [N, h, w, C] at the same aspect, the longer side `size` pixels; 0 keeps them as they are."""
    if _target(pictures.shape[1:], size) == pictures.shape[1:3]:
        return pictures
    return np.stack([resized(picture, size, resampling) for picture in pictures])


def resized(picture: Pictures, size: int, resampling: Resampling = "lanczos") -> Pictures:
    """Return one picture [h, w, C] brought to size; hardly a pixel is not the very one that Pillow makes."""
    height, width, channels = picture.shape
    tall, wide = _target(picture.shape, size)
    if (tall, wide) == (height, width):
        return picture
    columns = picture.transpose(1, 0, 2).reshape(width, -1)
    across = _product(columns, wide, resampling).reshape(wide, height, channels)
    rows = across.transpose(1, 0, 2).reshape(height, -1)
    return _product(rows, tall, resampling).reshape(tall, wide, channels)


def _product(lines: Pictures, target: int, resampling: Resampling) -> Pictures:
    """Return lines [n, M] brought to [target, M]."""
    exact = lines.astype(np.float32)
    levels = np.empty((target, lines.shape[1]), np.uint8)
    for band in _bands(*lines.shape, target, resampling):
        made = band.weights @ exact[band.old]
        made += 0.5
        levels[band.new] = np.clip(made, 0, 255, out=made)
    return levels


@lru_cache
def _bands(length: int, across: int, target: int, resampling: Resampling) -> list[_Band]:
    """Return the bands of a picture of so many old lines, each so long, and so many new ones."""
    pixels = Image.fromarray(np.eye(length, dtype=np.float32))
    weights = np.asarray(pixels.resize((target, length), Image.Resampling[resampling.upper()])).T
    bands: list[_Band] = []
    for step in _STEPS:
        bands = [_band(weights, slice(start, start + step)) for start in range(0, target, step)]
        if max(band.weights.size for band in bands) * across <= _ALONE:
            break
    return bands


def _band(weights: _Matrix, new: slice) -> _Band:
    used = np.flatnonzero(weights[new].any(axis=0))
    old = slice(int(used[0]), int(used[-1]) + 1)
    return _Band(new, old, np.ascontiguousarray(weights[new, old]))


def _target(shape: tuple[int, ...], size: int) -> tuple[int, int]:
    """Return height and width of a picture of `shape` (H, W, C) brought to size."""
    height, width = shape[:2]
    scale = size / max(height, width) if size else 1.0
    return max(1, round(height * scale)), max(1, round(width * scale))
