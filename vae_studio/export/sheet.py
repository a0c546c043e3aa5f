"""Contact sheets, and pictures as PNG files."""

import math
from pathlib import Path

import numpy as np
from PIL import Image

from vae_studio.data.image_set import Pictures
from vae_studio.errors import UsageError
from vae_studio.files import replacing

_LONG = 512  # pixels; a sheet that is shorter is hard to see


def sheet(
    pictures: Pictures, columns: int | None = None, gap: int = 2, scale: int = 1, background: int = 255
) -> Pictures:
    """Lay pictures [N, H, W, C] out in rows, each pixel `scale` pixels wide, and return one picture [H', W', 3].

    Without `columns` the sheet is about as wide as high. A scale of 0 is the smallest with which its longer side has
    512 pixels. Raises UsageError when there is no picture.
    """
    count, height, width, _ = pictures.shape
    if count == 0:
        raise UsageError("There is no picture to put on the sheet; ask for at least one.")
    columns = min(count, columns or math.ceil(math.sqrt(count * height / width)))
    rows = math.ceil(count / columns)
    scale = scale or max(1, min(_scale(rows, height, gap), _scale(columns, width, gap)))
    step_y, step_x = height * scale + gap, width * scale + gap
    page = np.full((rows * step_y + gap, columns * step_x + gap, 3), background, np.uint8)
    for number, picture in enumerate(pictures):
        top, left = gap + number // columns * step_y, gap + number % columns * step_x
        page[top : top + height * scale, left : left + width * scale] = picture.repeat(scale, 0).repeat(scale, 1)
    return page


def _scale(cells: int, side: int, gap: int) -> int:
    """Return the smallest scale with which so many cells in a row are long enough."""
    return math.ceil((_LONG - gap - cells * gap) / (cells * side))


def write_png(path: Path, picture: Pictures) -> None:
    """Write a picture [H, W, C] as a PNG; raises ExportError when the file cannot be written."""
    pixels = np.ascontiguousarray(picture[..., 0] if picture.shape[2] == 1 else picture)
    with replacing(path) as file:
        Image.fromarray(pixels).save(file, format="PNG")
