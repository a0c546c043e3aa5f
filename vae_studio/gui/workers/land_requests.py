"""What the land under the points asks the decoder: tiles of pictures, density, stretch or support."""

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from vae_studio.data.image_set import Pictures
from vae_studio.gui.plots.land_kind import DECODED, LANDS, SUPPORT
from vae_studio.gui.plots.tile_grid import TileKey
from vae_studio.latent.cloud import Cloud
from vae_studio.latent.codes import Floats
from vae_studio.latent.grid import cell_middles, mosaic
from vae_studio.latent.plane import Plane

if TYPE_CHECKING:
    from vae_studio.runs.snapshot import Snapshot

_OF_DATA = ("density", SUPPORT)
_LARGEST = 128  # pixels of a picture's longer side in a tile


@dataclass(frozen=True, eq=False)
class Order:
    """Tiles of one kind that are wanted, the most wanted first."""

    kind: str
    keys: tuple[TileKey, ...]
    generation: int
    era: int  # of the cache, which may be cleared meanwhile
    plane: Plane
    cloud: Cloud | None


@dataclass(frozen=True, eq=False)
class Drawn:
    """What was drawn of an order, and how long it took."""

    order: Order
    contents: list[npt.NDArray[Any]]  # uint8 [n H, n W, C] or float32 [n, n], one for each key
    seconds: float
    counted: int | None = None  # pictures that density or support come from, 0 for all of them


def draw_tiles(snapshot: "Snapshot", order: Order) -> Drawn:
    """Draw the tiles of an order, all in one batch."""
    start = time.perf_counter()
    cells = LANDS[order.kind].cells
    middles = [cell_middles(key.rect, cells, cells) for key in order.keys]
    codes = order.plane.to_code(np.concatenate(middles)) if middles else np.zeros((0, order.plane.dim), np.float32)
    contents: list[npt.NDArray[Any]]
    if order.kind == DECODED:
        pictures = _reduced(snapshot.decode(codes))
        contents = [mosaic(tile, cells) for tile in pictures.reshape(-1, cells * cells, *pictures.shape[1:])]
    else:
        contents = list(_values(snapshot, order, codes).reshape(-1, cells, cells))
    return Drawn(order, contents, time.perf_counter() - start, _counted(order))


def _counted(order: Order) -> int | None:
    if order.kind not in _OF_DATA or order.cloud is None:
        return None
    density = order.cloud.density.thinned
    return density.pictures if density.sampled else 0


def _values(snapshot: "Snapshot", order: Order, codes: Floats) -> Floats:
    """Return a number for each code [N, D], [N]; nan where nothing is known."""
    if order.kind == "stretch":
        from vae_studio.latent.stretch import log_stretch

        axes = order.plane.axes
        used = axes[np.linalg.norm(axes, axis=1) > 0]
        return log_stretch(snapshot.metric(codes, used)).astype(np.float32)
    cloud = order.cloud
    if cloud is None or cloud.codes.dim != order.plane.dim or not cloud.density.pictures:
        return np.full(len(codes), np.nan, np.float32)
    density = cloud.density.thinned
    values = density.support(codes) if order.kind == SUPPORT else density.log_density(codes)
    return values.astype(np.float32)


def _reduced(pictures: Pictures) -> Pictures:
    """Return large pictures smaller, by whole steps: a tile shows them at about 48 pixels."""
    _, height, width, channels = pictures.shape
    step = -(-max(height, width) // _LARGEST)
    if step == 1:
        return pictures
    high, wide = min(step, height), min(step, width)
    rows, columns = height // high, width // wide
    blocks = pictures[:, : rows * high, : columns * wide].reshape(-1, rows, high, columns, wide, channels)
    smaller: Pictures = blocks.mean(axis=(2, 4)).astype(np.uint8)
    return smaller
