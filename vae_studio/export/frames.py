"""The frames of a film: decoded along a path and brought to size, a batch at a time."""

import os
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Literal

import numpy as np
import numpy.typing as npt
from PIL import Image

from vae_studio.data.image_set import Pictures
from vae_studio.latent.codes import Decode
from vae_studio.latent.path import Curve

Resampling = Literal["nearest", "bilinear", "bicubic", "lanczos"]

_BATCH = 32
_AHEAD = 4  # frames for each thread; large ones are many times what was decoded


def frames(
    curve: Curve,
    moments: npt.NDArray[np.float64],
    decode: Decode,
    size: int = 0,
    resampling: Resampling = "lanczos",
    batch: int = _BATCH,
) -> Iterator[Pictures]:
    """Yield the frame [H, W, C] at each of the moments on a curve.

    `batch` of them are decoded at a time; some are brought to size in other threads while the caller uses the last.
    """
    threads = os.cpu_count() or 1
    with ThreadPoolExecutor(threads) as pool:  # Pillow lets other threads run while it resizes
        ahead: deque[Future[Pictures]] = deque()
        for start in range(0, len(moments), batch):
            for picture in decode(curve(moments[start : start + batch])):
                ahead.append(pool.submit(_resized, picture, size, resampling))
                if len(ahead) > _AHEAD * threads:
                    yield ahead.popleft().result()
        while ahead:
            yield ahead.popleft().result()


def resize(pictures: Pictures, size: int, resampling: Resampling = "lanczos") -> Pictures:
    """Return pictures [N, h, w, C] at the same aspect, the longer side `size` pixels; 0 keeps them as they are."""
    if _target(pictures.shape[1:], size) == pictures.shape[1:3]:
        return pictures
    return np.stack([_resized(picture, size, resampling) for picture in pictures])


def _resized(picture: Pictures, size: int, resampling: Resampling) -> Pictures:
    height, width = _target(picture.shape, size)
    if (height, width) == picture.shape[:2]:
        return picture
    image = Image.fromarray(picture[..., 0] if picture.shape[2] == 1 else picture)
    return np.asarray(image.resize((width, height), Image.Resampling[resampling.upper()])).reshape(height, width, -1)


def _target(shape: tuple[int, ...], size: int) -> tuple[int, int]:
    """Return height and width of a picture of `shape` (H, W, C) brought to size."""
    height, width = shape[:2]
    scale = size / max(height, width) if size else 1.0
    return max(1, round(height * scale)), max(1, round(width * scale))
