"""Colours of a GIF: one palette for all frames, and the way from a picture to its indices."""

from typing import Protocol

import numpy as np
import numpy.typing as npt
from PIL import Image

from vae_studio.data.image_set import Pictures

Indices = npt.NDArray[np.uint8]  # [H, W], places in the palette
Mask = npt.NDArray[np.bool_]  # [H, W]

_SAMPLE_PIXELS = 1 << 15
_GRAIN = 0.25  # amplitude of the dither as a share of the mean error; twice as much shows twice as many false edges
_STEPS = 64  # levels of a channel that the look-up table tells apart


class Colours(Protocol):
    """A palette [256, 3] and what a picture looks like in it."""

    palette: npt.NDArray[np.uint8]

    def indices(self, frame: Pictures, shown: Indices | None, exact: bool = False) -> Indices:
        """Return the indices of a frame [H, W, C], given those that are `shown` before it; `exact` forbids savings."""


class Greys:
    """All 256 greys, of which a tolerance leaves fewer: neighbours become alike, which compresses."""

    palette = np.arange(256, dtype=np.uint8)[:, None].repeat(3, axis=1)

    def __init__(self, tolerance: int = 0) -> None:
        self._tolerance = tolerance
        self._off = np.uint8(tolerance // 2)  # rounding takes one half of it, staying as before may take all

    def indices(self, frame: Pictures, shown: Indices | None, exact: bool = False) -> Indices:
        """Return the grey levels, or those shown where they are as good."""
        levels = frame[..., 0]
        if exact or not self._tolerance:
            return levels
        fresh = self._rounded(levels)
        if shown is None:
            return fresh
        error = np.maximum(levels, shown)
        error -= np.minimum(levels, shown)
        return chosen(error <= self._tolerance, shown, fresh)

    def _rounded(self, levels: Indices) -> Indices:
        step = 2 * self._off + np.uint8(1)
        rounded: Indices = levels + self._off * (levels <= 255 - self._off)  # the highest stay bytes
        rounded //= step  # bytes by bytes: a third of what looking them up takes
        rounded *= step
        return rounded


class FewColours:
    """The colours of drawings and sprites, 256 at most: nothing is lost."""

    def __init__(self, packed: npt.NDArray[np.uint32]) -> None:
        self._packed = packed  # sorted
        self.palette = np.zeros((256, 3), np.uint8)
        self.palette[: len(packed)] = np.stack([packed >> 16, packed >> 8 & 255, packed & 255], axis=1)
        self._others = ManyColours(self.palette[: len(packed)], 0)

    def indices(self, frame: Pictures, shown: Indices | None, exact: bool = False) -> Indices:  # noqa: ARG002
        """Return the exact colours; a colour that the sample has not met gets the nearest."""
        packed = pack(frame)
        places = np.minimum(np.searchsorted(self._packed, packed), len(self._packed) - 1)
        known = self._packed[places] == packed
        found = places.astype(np.uint8)
        return found if known.all() else np.where(known, found, self._others.indices(frame, shown))


class ManyColours:
    """A palette picked for the frames; what lies between two of its colours is dithered.

    The dither is an ordered pattern fixed to the screen, and a pixel keeps its colour until that is wrong by more than
    the pattern itself would allow and the tolerance. So nothing flickers where nothing happens, as error diffusion
    would, and still areas cost no bytes.
    """

    def __init__(self, palette: npt.NDArray[np.uint8], grain: float, tolerance: int = 0) -> None:
        self.palette = np.zeros((256, 3), np.uint8)
        self.palette[: len(palette)] = palette
        self._table = _table(palette)
        self._grain = grain
        self._tolerance = tolerance
        self._pattern: npt.NDArray[np.int16] | None = None

    def indices(self, frame: Pictures, shown: Indices | None, exact: bool = False) -> Indices:
        """Return the nearest colours of the dithered frame, or those shown where they are as good."""
        step = 256 // _STEPS
        wanted = frame.astype(np.int16)
        if self._pattern is None or self._pattern.shape[:2] != frame.shape[:2]:
            self._pattern = _pattern(frame.shape[0], frame.shape[1], self._grain)
        dithered = np.clip(wanted + self._pattern, 0, 255) // step
        fresh: Indices = self._table[
            (dithered[..., 0].astype(np.intp) * _STEPS + dithered[..., 1]) * _STEPS + dithered[..., 2]
        ]
        if shown is None:
            return fresh
        error = np.abs(self.palette.astype(np.int16)[shown] - wanted).max(axis=2)
        return np.where(error <= self._grain + 1 + (0 if exact else self._tolerance), shown, fresh)


def colours_for(sample: Pictures, tolerance: int = 0) -> Colours:
    """Pick the palette for coloured frames of which `sample` [N, H, W, 3] is a spread."""
    flat = sample.reshape(-1, 3)
    drawn = flat[np.random.default_rng(0).integers(len(flat), size=_SAMPLE_PIXELS)]
    if len(np.unique(pack(drawn))) <= 256 and len(packed := np.unique(pack(flat))) <= 256:
        return FewColours(packed)
    drawn = drawn.reshape(-1, 256, 3)
    # Median cut, then k-means: on blends of photos a tenth less error than median cut alone.
    picked = Image.fromarray(drawn).quantize(256, Image.Quantize.MEDIANCUT, 1).getpalette()
    palette = np.array(picked, np.uint8).reshape(-1, 3)
    error = np.abs(palette[ManyColours(palette, 0).indices(drawn, None)].astype(np.int16) - drawn)
    return ManyColours(palette, _GRAIN * float(error.mean()), tolerance)


def pack(pixels: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint32]:
    """Return colours [..., 3] as one number each, [...]."""
    wide = pixels.astype(np.uint32)
    packed: npt.NDArray[np.uint32] = wide[..., 0] << np.uint32(16) | wide[..., 1] << np.uint32(8) | wide[..., 2]
    return packed


def chosen(mask: Mask, first: Indices, other: Indices | np.uint8) -> Indices:
    """Return `first` where `mask` is true, else `other`: numpy.where for bytes, at three times its speed."""
    result: Indices = np.bitwise_xor(first, other)
    result &= np.negative(mask.view(np.uint8))
    result ^= other
    return result


def _table(palette: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Return the index of the nearest colour for each of 64 x 64 x 64 colours."""
    step = 256 // _STEPS
    levels = (np.arange(_STEPS) * step + step // 2).astype(np.uint8)
    cube = np.stack(np.meshgrid(levels, levels, levels, indexing="ij"), axis=-1).reshape(_STEPS, -1, 3)
    image = Image.new("P", (1, 1))
    image.putpalette(np.concatenate([palette, palette[:1].repeat(256 - len(palette), axis=0)]).tobytes())
    nearest = np.asarray(Image.fromarray(cube).quantize(palette=image, dither=Image.Dither.NONE)).ravel()
    return np.where(nearest < len(palette), nearest, np.uint8(0))


def _pattern(height: int, width: int, grain: float) -> npt.NDArray[np.int16]:
    """Return Bayer's 8 x 8 pattern between -grain and grain, other in each channel, [H, W, 3]."""
    bayer = np.zeros((1, 1))
    for _ in range(3):
        bayer = np.block([[4 * bayer, 4 * bayer + 2], [4 * bayer + 3, 4 * bayer + 1]])
    tile = ((bayer + 0.5) / 64 - 0.5) * 2 * grain
    channels = np.stack([tile, tile[::-1], tile[:, ::-1]], axis=-1)
    return np.round(np.tile(channels, (height // 8 + 1, width // 8 + 1, 1))[:height, :width]).astype(np.int16)
