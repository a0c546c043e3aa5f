"""As many pictures as are wanted, of any size, made of MNIST in a file."""

from pathlib import Path

import numpy as np
from numpy.lib.format import open_memmap
from PIL import Image

from vae_studio.data.image_set import ImageSet

_BLOCK = 10_000


def write_tiled(path: Path, images: ImageSet, count: int, side: int) -> Path:
    """Write `count` digits of `side` pixels as .npy, the later ones mirrored and shifted, block by block."""
    file = open_memmap(path, "w+", np.uint8, (count, side, side, 1))
    for start in range(0, count, _BLOCK):
        places = np.arange(start, min(start + _BLOCK, count))
        block = np.roll(images.pictures[places % len(images)], start // len(images), axis=2)
        file[start : start + len(places)] = block if side == block.shape[1] else _resized(block, side)
    file.flush()
    return path


def _resized(block: np.ndarray, side: int) -> np.ndarray:
    large = [np.asarray(Image.fromarray(picture[..., 0]).resize((side, side))) for picture in block]
    return np.stack(large)[..., None]
