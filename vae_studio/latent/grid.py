"""A grid of cells over a part of the map, and the pictures that lie at their middles laid out as one."""

import numpy as np

from vae_studio.data.image_set import Pictures
from vae_studio.latent.codes import Floats

Rect = tuple[float, float, float, float]  # x0, y0, x1, y1 on the map


def cell_middles(rect: Rect, columns: int, rows: int) -> Floats:
    """Return the middles of the cells, xy [rows * columns, 2], row by row, the highest y first."""
    x0, y0, x1, y1 = rect
    across = x0 + (np.arange(columns) + 0.5) / columns * (x1 - x0)
    down = y1 - (np.arange(rows) + 0.5) / rows * (y1 - y0)
    x, y = np.meshgrid(across, down)
    return np.stack([x.ravel(), y.ravel()], axis=1).astype(np.float32)


def mosaic(pictures: Pictures, columns: int) -> Pictures:
    """Lay pictures [rows * columns, H, W, C] out without gaps, [rows * H, columns * W, C]."""
    count, height, width, channels = pictures.shape
    rows = count // columns
    cells = pictures.reshape(rows, columns, height, width, channels).transpose(0, 2, 1, 3, 4)
    return np.ascontiguousarray(cells.reshape(rows * height, columns * width, channels))
