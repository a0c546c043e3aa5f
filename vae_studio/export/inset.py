"""An inset: a small map on the frames of a film, with the way and a marker that walks it."""

from typing import Literal

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

from vae_studio.data.image_set import Pictures
from vae_studio.errors import UsageError
from vae_studio.export.map_image import Extent, draw_map, extent_of
from vae_studio.latent.cloud import Cloud
from vae_studio.latent.codes import Floats

InsetPlace = Literal["none", "top-left", "top-right", "bottom-left", "bottom-right", "beside"]

_SMALLEST_FRAME = 64  # pixels; on less the map is a smudge
_SHARE = 0.36  # of the frame's shorter side
_MARGIN = 0.025
_FINE = 4  # the marker is drawn so much larger and brought down, for smooth edges; a large map only twice
_LARGE = 1024
_LARGEST_DRAWING = 2048  # of the dots; beyond it they are brought to size, as drawing them takes gigabytes
_WAY, _HALO, _MARKER = (40, 40, 46), (255, 255, 255), (228, 38, 52)
_CORNER = 0.05  # radius of the map's corners, in sides


class Inset:
    """A map drawn once, onto which a marker is put for each frame."""

    def __init__(self, cloud: Cloud, way: Floats, place: InsetPlace, frame: tuple[int, int]) -> None:
        """Draw the codes of a cloud and a way, codes [W, D], for frames of (width, height).

        Raises UsageError when the frames are too small.
        """
        width, height = frame
        if min(frame) < _SMALLEST_FRAME:
            raise UsageError(
                f"A map needs frames at least {_SMALLEST_FRAME} pixels wide and high, but these have "
                f"{width} x {height}; choose a larger size."
            )
        self._place, self._plane = place, cloud.plane
        self._side = height if place == "beside" else round(min(frame) * _SHARE)
        self._margin = max(2, round(min(frame) * _MARGIN))
        self._thick = max(1.2, self._side / 110)  # of the way, in pixels
        places = self._plane.to_plane(way)
        self._extent = _widened(extent_of(cloud.xy), places)
        drawn = min(self._side, _LARGEST_DRAWING)
        dots = draw_map(cloud.xy, cloud.labels, cloud.label_names, None, self._extent, drawn, legend=False)
        ground = Image.fromarray(dots).resize((self._side, self._side))
        self._map = np.asarray(self._with_way(ground, self._pixels(places)))
        self._mask = _rounded(self._side)

    def put(self, frame: Pictures, code: Floats) -> Pictures:
        """Return a frame [H, W, C] in colour with the map on it and the marker at a code [D]."""
        height, width, _ = frame.shape
        colour = np.broadcast_to(frame, (height, width, 3))
        drawn = self._marked(code)
        if self._place == "beside":
            return np.concatenate([colour, drawn], axis=1)
        top = self._margin if self._place.startswith("top") else height - self._margin - self._side
        left = self._margin if self._place.endswith("left") else width - self._margin - self._side
        whole = colour.copy()
        area = whole[top : top + self._side, left : left + self._side]
        area[:] = np.round(area * (1 - self._mask) + drawn * self._mask).astype(np.uint8)
        return whole

    def _pixels(self, xy: Floats) -> npt.NDArray[np.float64]:
        left, right, bottom, top = self._extent
        share = np.stack([(xy[:, 0] - left) / (right - left), (top - xy[:, 1]) / (top - bottom)], axis=1)
        pixels: npt.NDArray[np.float64] = share.astype(np.float64) * self._side
        return pixels

    def _with_way(self, image: Image.Image, pixels: npt.NDArray[np.float64]) -> Image.Image:
        fine = _FINE if self._side < _LARGE else 2
        points = [(float(x) * fine, float(y) * fine) for x, y in pixels]
        for colour, share, thick in ((_HALO, 0.8, 2.6 * self._thick), (_WAY, 1.0, self._thick)):
            mask = Image.new("L", (image.width * fine, image.height * fine))
            ImageDraw.Draw(mask).line(points, fill=round(255 * share), width=round(thick * fine), joint="curve")
            image.paste(colour, mask=mask.reduce(fine))
        return image

    def _marked(self, code: Floats) -> Pictures:
        (x, y), radius = self._pixels(self._plane.to_plane(code[None]))[0], self._side * 0.026 + 2
        reach = int(radius + self._thick) + 2
        left, top = int(x) - reach, int(y) - reach
        mask_size = (2 * reach + 1) * _FINE
        image = Image.fromarray(self._map)
        for colour, size in ((_WAY, radius + 1), (_HALO, radius + 0.5), (_MARKER, radius - self._thick)):
            mask = Image.new("L", (mask_size, mask_size))
            ImageDraw.Draw(mask).circle(((x - left) * _FINE, (y - top) * _FINE), size * _FINE, fill=255)
            image.paste(colour, (left, top), mask.reduce(_FINE))
        return np.asarray(image)


def _widened(extent: Extent, xy: Floats) -> Extent:
    """Return a square part of the map that shows an extent and all points xy [N, 2]."""
    left, right, bottom, top = extent
    room = 0.05 * (right - left)
    low, high = xy.min(axis=0).astype(float) - room, xy.max(axis=0).astype(float) + room
    left, right = min(left, low[0]), max(right, high[0])
    bottom, top = min(bottom, low[1]), max(top, high[1])
    half = max(right - left, top - bottom) / 2
    x, y = (left + right) / 2, (bottom + top) / 2
    return (x - half, x + half, y - half, y + half)


def _rounded(side: int) -> npt.NDArray[np.float32]:
    """Return how much of each pixel a square with round corners covers, [S, S, 1]."""
    fine = _FINE if side < _LARGE else 2
    mask = Image.new("L", (side * fine, side * fine))
    last = side * fine - 1
    ImageDraw.Draw(mask).rounded_rectangle((0, 0, last, last), _CORNER * side * fine, fill=255)
    return np.asarray(mask.reduce(fine), np.float32)[..., None] / np.float32(255)
