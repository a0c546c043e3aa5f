"""The frames of a film: decoded along a path and brought to size, a batch at a time."""

from collections.abc import Iterator
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
    """Yield the frame [H, W, C] at each of the moments on a curve; no more than `batch` are held at a time."""
    for start in range(0, len(moments), batch):
        yield from resize(decode(curve(moments[start : start + batch])), size, resampling)


def resize(pictures: Pictures, size: int, resampling: Resampling = "lanczos") -> Pictures:
    """Return pictures [N, h, w, C] at the same aspect, the longer side `size` pixels; 0 keeps them as they are."""
    count, height, width, channels = pictures.shape
    scale = size / max(height, width)
    new = (max(1, round(width * scale)), max(1, round(height * scale)))
    if size == 0 or new == (width, height):
        return pictures
    resized = np.empty((count, new[1], new[0], channels), np.uint8)
    filter_ = Image.Resampling[resampling.upper()]
    for picture, target in zip(pictures, resized, strict=True):
        image = Image.fromarray(picture[..., 0] if channels == 1 else picture)
        target[:] = np.asarray(image.resize(new, filter_)).reshape(target.shape)
    return resized
