"""The frames of a film: decoded along a path and brought to size, a batch at a time."""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Literal

import numpy as np
import numpy.typing as npt
from PIL import Image

from vae_studio.data.image_set import Pictures
from vae_studio.latent.codes import Decode
from vae_studio.latent.path import Curve

Resampling = Literal["nearest", "bilinear", "bicubic", "lanczos"]

_BATCH = 32


def frames(
    curve: Curve,
    moments: npt.NDArray[np.float64],
    decode: Decode,
    size: int = 0,
    resampling: Resampling = "lanczos",
    batch: int = _BATCH,
) -> Iterator[Pictures]:
    """Yield the frame [H, W, C] at each of the moments on a curve.

    `batch` of them are decoded at a time, but brought to size one by one: large frames are many times what was decoded.
    """
    for start in range(0, len(moments), batch):
        for picture in decode(curve(moments[start : start + batch])):
            yield resize(picture[None], size, resampling)[0]


def resize(pictures: Pictures, size: int, resampling: Resampling = "lanczos") -> Pictures:
    """Return pictures [N, h, w, C] at the same aspect, the longer side `size` pixels; 0 keeps them as they are."""
    count, height, width, channels = pictures.shape
    scale = size / max(height, width)
    new = (max(1, round(width * scale)), max(1, round(height * scale)))
    if size == 0 or new == (width, height):
        return pictures
    resized = np.empty((count, new[1], new[0], channels), np.uint8)
    filter_ = Image.Resampling[resampling.upper()]

    def bring(indices: range) -> None:
        for index in indices:
            picture = pictures[index, ..., 0] if channels == 1 else pictures[index]
            resized[index] = np.asarray(Image.fromarray(picture).resize(new, filter_)).reshape(resized.shape[1:])

    threads = min(os.cpu_count() or 1, count)
    if threads < 2:
        bring(range(count))
        return resized
    with ThreadPoolExecutor(threads) as pool:  # Pillow lets other threads run while it resizes
        list(pool.map(bring, (range(first, count, threads) for first in range(threads))))
    return resized
