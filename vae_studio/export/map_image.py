"""The map as a picture: codes as dots over what the decoder would draw there."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

from vae_studio.data.image_set import Pictures
from vae_studio.errors import UsageError
from vae_studio.export.palette import label_colours
from vae_studio.latent.codes import Floats
from vae_studio.latent.grid import cell_middles, mosaic

Extent = tuple[float, float, float, float]  # left, right, bottom, top on the map
_Image = npt.NDArray[np.float32]  # [S, S, 3] in 0..255

_PAPER = 250.0
_TOUCHES = 1 << 21  # pixels touched by the dots that are drawn at a time
_RIM = 1.3  # pixels of light around the dots, so that they stand out from dark and from busy pictures
_DIM = 0.35  # share of paper mixed into the decoded pictures, for the same reason


def extent_of(xy: Floats, margin: float = 0.06) -> Extent:
    """Return a square part of the map that shows all but the farthest thousandth of points, xy [N, 2], on each side."""
    good = xy[np.isfinite(xy).all(axis=1)]
    if len(good) == 0:
        return (-3.0, 3.0, -3.0, 3.0)
    low, high = np.quantile(good.astype(np.float64), [0.001, 0.999], axis=0)
    centre = (low + high) / 2
    half = max(float((high - low).max()) / 2 * (1 + 2 * margin), 1e-3)
    return (centre[0] - half, centre[0] + half, centre[1] - half, centre[1] + half)


def grid_points(extent: Extent, count: int) -> Floats:
    """Return the centres of count x count cells, xy [count * count, 2], row by row from the top left.

    Decoded and brought to [count, count, H, W, C], they are the background of `draw_map`.
    """
    left, right, bottom, top = extent
    return cell_middles((left, bottom, right, top), count, count)


def draw_map(
    xy: Floats,
    labels: npt.NDArray[np.int64] | None,
    label_names: Sequence[str],
    background: Pictures | None,
    extent: Extent,
    size: int = 1024,
    legend: bool = True,
) -> Pictures:
    """Draw codes xy [N, 2] in the colours of their labels [N] and return a picture [size, size, 3].

    `background` holds the decoded pictures [G, G, H, W, C] of `grid_points(extent, G)`; it is paler under points, and
    as it is where there are none. Points outside the extent or with a value that is not finite are left out; labels
    below zero are drawn grey.
    """
    if not (extent[0] < extent[1] and extent[2] < extent[3]):
        raise UsageError("The part of the map to draw is empty; give left < right and bottom < top.")
    canvas = _paper(background, size, _DIM if len(xy) else 0.0)
    places = _places(xy, extent, size)
    inside = np.isfinite(places).all(axis=1) & (np.abs(places - size / 2) < size).all(axis=1)
    places = places[inside]
    radius = size * 0.35 / np.sqrt(max(1, len(places)))
    radius = float(np.clip(radius, max(size / 700, 0.45), max(size / 170, 1.1)))  # on a small map dots stay dots
    colours = _colours(labels, label_names, len(xy))[inside]
    if background is not None:
        canvas = _dotted(canvas, places, np.full((len(places), 3), 255, np.float32), radius + _RIM, 0.6)
    canvas = _dotted(canvas, places, colours, radius, 0.85)
    picture = np.clip(np.round(canvas), 0, 255).astype(np.uint8)
    return picture if labels is None or not legend else _with_legend(picture, labels, label_names, places)


def _paper(background: Pictures | None, size: int, dim: float) -> _Image:
    if background is None:
        return np.full((size, size, 3), _PAPER, np.float32)
    _, columns, height, width, channels = background.shape
    ground = mosaic(background.reshape(-1, height, width, channels), columns)
    image = Image.fromarray(ground[..., 0] if channels == 1 else ground).convert("RGB")
    pixels = np.asarray(image.resize((size, size), Image.Resampling.BICUBIC), np.float32)
    return pixels * np.float32(1 - dim) + np.float32(dim * _PAPER)


def _places(xy: Floats, extent: Extent, size: int) -> Floats:
    """Return where points lie in the picture, in pixels from its top left corner, [N, 2]."""
    left, right, bottom, top = extent
    x = (xy[:, 0].astype(np.float64) - left) / (right - left) * size
    y = (top - xy[:, 1].astype(np.float64)) / (top - bottom) * size
    return np.stack([x, y], axis=1).astype(np.float32)


def _colours(labels: npt.NDArray[np.int64] | None, label_names: Sequence[str], count: int) -> _Image:
    if labels is None:
        return label_colours(1).astype(np.float32).repeat(count, axis=0)
    palette = label_colours(max(len(label_names), int(labels.max(initial=0)) + 1)).astype(np.float32)
    return np.where((labels < 0)[:, None], np.float32(128), palette[np.maximum(labels, 0)])


def _dotted(canvas: _Image, places: Floats, colours: _Image, radius: float, opacity: float) -> _Image:
    """Lay antialiased dots over a canvas [S, S, 3]; where dots overlap, their colours mix whatever their order."""
    size = len(canvas)
    sums = np.zeros((5, size * size))  # of cover, of log transparency, of cover times each channel
    reach = int(np.ceil(radius + 0.5))
    around = np.stack(np.meshgrid(*[np.arange(-reach, reach + 1)] * 2), axis=-1).reshape(-1, 2)
    step = max(1, _TOUCHES // len(around))
    for start in range(0, len(places), step):
        place = places[start : start + step, None]
        pixel = np.floor(place).astype(np.int64) + around  # [points, pixels around each, 2]
        cover = np.clip(radius + 0.5 - np.linalg.norm(pixel + 0.5 - place, axis=2), 0, 1) * opacity
        hit = (cover > 0) & (pixel >= 0).all(axis=2) & (pixel < size).all(axis=2)
        index, share = pixel[hit] @ np.array([1, size]), cover[hit]
        colour = colours[start : start + step][np.nonzero(hit)[0]]
        for row, weight in enumerate((share, np.log1p(-share), *(colour.T * share))):
            sums[row] += np.bincount(index, weight, size * size)
    cover_sum, log_transparency, mixed = sums[0], sums[1], sums[2:].T
    alpha = (1 - np.exp(log_transparency))[:, None]
    mixed = mixed / np.where(cover_sum > 0, cover_sum, 1)[:, None]
    laid: _Image = (canvas.reshape(-1, 3) * (1 - alpha) + mixed * alpha).astype(np.float32).reshape(canvas.shape)
    return laid


def _with_legend(
    picture: Pictures, labels: npt.NDArray[np.int64], label_names: Sequence[str], places: Floats
) -> Pictures:
    """Put the names of the labels that occur into the corner where they hide the fewest points."""
    size = len(picture)
    line = max(12, size // 42)
    occurring = [int(label) for label in np.unique(labels) if label >= 0][: max(1, (size - 4 * line) // line)]
    if not occurring:
        return picture
    names = [label_names[label] if label < len(label_names) else str(label) for label in occurring]
    names = [name if len(name) <= 24 else name[:23] + "…" for name in names]
    font = ImageFont.load_default(line * 0.72)
    width = int(max(font.getlength(name) for name in names) + line * 2.1)
    height = int(line * (len(names) + 0.8))
    far_x, far_y = size - width - line // 2, size - height - line // 2
    corners = [(x, y) for x in (far_x, line // 2) for y in (line // 2, far_y)]
    left, top = min(
        corners, key=lambda c: int(((places >= c) & (places <= (c[0] + width, c[1] + height))).all(axis=1).sum())
    )
    image = Image.fromarray(picture)
    draw = ImageDraw.Draw(image, "RGBA")
    draw.rounded_rectangle((left, top, left + width, top + height), line // 3, fill=(255, 255, 255, 225))
    palette = label_colours(max(len(label_names), occurring[-1] + 1))
    for row, (label, name) in enumerate(zip(occurring, names, strict=True)):
        middle = top + line * (row + 0.9)
        red, green, blue = (int(value) for value in palette[label])
        draw.circle((left + line * 0.9, middle), line * 0.3, fill=(red, green, blue, 255))
        draw.text((left + line * 1.6, middle), name, fill=(30, 30, 30, 255), font=font, anchor="lm")
    return np.asarray(image)
