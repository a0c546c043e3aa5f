"""Points drawn into a picture with numpy: round, soft-edged dots, a million of them within a frame or two.

Each pixel keeps one small number, a key that holds the dot's place in the drawing order and its colour. Few dots are
stamped one by one at their exact place. Many are written as single pixels, and the whole picture is then grown to the
dots' size by taking the greatest key around each pixel, which costs the same for any number of points.
"""

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from vae_studio.gui.plots.lens import Lens, Points

Rgba = npt.NDArray[np.uint32]  # [height, width], 0xAARRGGBB, colours multiplied by alpha
_MOST_STAMPED = 250_000  # pixels to be touched one by one; above that growing is faster
_BAND = 48  # rows that are grown at a time
_SHADES = 24  # steps of a stamped dot's soft edge
_CORE, _RIM = 0.7, 0.15  # coverage from which a pixel counts as inside a grown dot, or as its soft edge


def dot_radius(visible: int, area: float) -> float:
    """Return a radius in pixels at which so many dots fill an area of so many pixels well, in quarter steps."""
    if visible <= 0:
        return 4.0
    return float(np.clip(np.round(0.45 * np.sqrt(area / visible) * 4) / 4, 0.5, 4.0))


@lru_cache(maxsize=1)  # while training, the same number of points comes again and again
def draw_order(count: int) -> npt.NDArray[np.int32]:
    """Return a fixed shuffle of the points, so that no label always covers the others and nothing flickers."""
    order = np.random.default_rng(0).permutation(np.arange(count, dtype=np.int32))
    order.flags.writeable = False
    return order


def keys(colour_of: npt.NDArray[np.integer]) -> npt.NDArray[np.uint16]:
    """Return the key of each point: drawing order in the high byte, 1 + colour number modulo 255 in the low one."""
    order = np.linspace(0, 255, len(colour_of), dtype=np.float32).astype(np.uint16)
    order <<= 8
    order |= (colour_of % 255 + 1).astype(np.uint16)
    return order


def rasterise(
    points: Points,
    lens: Lens,
    colours: npt.NDArray[np.uint8],  # [L, 3]
    radius: float,
    seen: int | None = None,
    opacity: float = 0.92,
) -> Rgba:
    """Draw the dots; those outside are left out, of overlapping ones the greatest key is seen.

    `seen` says how many there are to be drawn, about, when that is known.
    """
    pad = int(np.ceil(radius)) + 1
    frame = (lens.width, lens.height, pad)
    if len(points) == 0 or lens.width <= 0 or lens.height <= 0:
        return np.zeros((max(lens.height, 0), max(lens.width, 0)), np.uint32)
    most = _MOST_STAMPED // (2 * pad + 1) ** 2
    if (lens.count(points) if seen is None else seen) <= most:
        parts = list(lens.inside(points, pad))
        left, top, key = (np.concatenate(part) for part in zip(*parts, strict=True))
        if len(left) <= 2 * most:  # the guess was right
            return _stamped(left, top, key, colours, frame, radius, opacity)
    return _grown(lens.write(points, 2 * pad), colours, frame, radius, opacity)


def _palette(colours: npt.NDArray[np.uint8], alpha: npt.NDArray[np.float64]) -> Rgba:
    """Return 0xAARRGGBB for each low byte of a key (rows; 0 is nothing) and each alpha: [256, A]."""
    rgb = colours[(np.arange(256) - 1) % len(colours)].astype(np.float64)
    words = np.round(alpha * 255).astype(np.uint32)[None, :] << 24
    for channel, shift in ((0, 16), (1, 8), (2, 0)):
        words = words | (np.round(rgb[:, channel, None] * alpha).astype(np.uint32) << shift)
    words[0] = 0
    return np.asarray(words, np.uint32)


def _stamped(
    left: npt.NDArray[np.float32],
    top: npt.NDArray[np.float32],
    key: npt.NDArray[np.uint16],
    colours: npt.NDArray[np.uint8],
    frame: tuple[int, int, int],
    radius: float,
    opacity: float,
) -> Rgba:
    width, height, pad = frame
    stride = width + 4 * pad
    column, row = np.floor(left).astype(np.int64), np.floor(top).astype(np.int64)
    steps = np.arange(1 - pad, pad)  # what lies further off is not covered
    across = (column[:, None] + steps + np.float32(0.5) - left[:, None]) ** 2  # [n, k]
    down = (row[:, None] + steps + np.float32(0.5) - top[:, None]) ** 2
    coverage = down[:, :, None] + across[:, None, :]  # [n, k, k], at first the squared distance: all in one array
    np.sqrt(coverage, out=coverage)
    np.subtract(radius + 0.5, coverage, out=coverage)
    np.clip(coverage, 0, 1, out=coverage)
    coverage *= _SHADES
    full = coverage.astype(np.uint32)
    touched = np.flatnonzero(full > 0)  # of truth values it takes a fifth of the time
    # coverage first, then drawing order: of two full pixels the later dot is seen
    full <<= 16
    full |= key.astype(np.uint32)[:, None, None]
    place = ((row + 2 * pad) * stride + column + 2 * pad)[:, None, None] + (steps[:, None] * stride + steps)
    canvas = np.zeros((height + 4 * pad) * stride, np.uint32)
    np.maximum.at(canvas, place.ravel()[touched], full.ravel()[touched])
    canvas = canvas.reshape(-1, stride)[2 * pad : 2 * pad + height, 2 * pad : 2 * pad + width].ravel()
    drawn = np.flatnonzero(canvas > 0)
    seen = canvas[drawn]
    table = _palette(colours, np.arange(_SHADES + 1) / _SHADES * opacity)
    out = np.zeros(height * width, np.uint32)
    out[drawn] = table.ravel().take((seen & 255) * (_SHADES + 1) + (seen >> 16))
    return out.reshape(height, width)


def _grown(
    canvas: npt.NDArray[np.uint16],  # [height + 4 pad, width + 4 pad]
    colours: npt.NDArray[np.uint8],
    frame: tuple[int, int, int],
    radius: float,
    opacity: float,
) -> Rgba:
    width, height, pad = frame
    core_steps, rim_steps = _disc(radius)
    table = _palette(colours, np.array([opacity, opacity * 0.4])).T.ravel()  # full pixels, then those of the edge
    out = np.empty((height, width), np.uint32)
    for top in range(0, height, _BAND):  # a band of rows stays in the processor's cache
        rows = min(_BAND, height - top)
        band = canvas[top : top + rows + 4 * pad]
        place = _greatest(band, core_steps, (width, rows, pad))
        if rim_steps:
            drawn = place > 0
            rim = _greatest(band, rim_steps, (width, rows, pad))
            rim &= 255
            rim |= 256
            place &= 255
            np.copyto(place, rim, where=~drawn)
        else:
            place &= 255
        table.take(place, mode="clip", out=out[top : top + rows])  # clip: without a check of each index
    return out


def _greatest(
    canvas: npt.NDArray[np.uint16], steps: list[tuple[int, int]], frame: tuple[int, int, int]
) -> npt.NDArray[np.uint16]:
    width, height, pad = frame
    best = np.zeros((height, width), np.uint16)
    for down, right in steps:
        y, x = 2 * pad - down, 2 * pad - right
        np.maximum(best, canvas[y : y + height, x : x + width], out=best)
    return best


def _disc(radius: float) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """Return the steps (down, right) to a dot's full pixels and to those of its soft edge."""
    reach = int(np.ceil(radius + 0.5))
    core, rim = [(0, 0)], []
    for down in range(-reach, reach + 1):
        for right in range(-reach, reach + 1):
            coverage = radius + 0.5 - float(np.hypot(down, right))
            if (down, right) == (0, 0):
                continue
            if coverage >= _CORE:
                core.append((down, right))
            elif coverage >= _RIM:
                rim.append((down, right))
    return core, rim
