"""How places on the plane become pixels, for millions of points at a time, block by block in the processor's cache."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Keys = npt.NDArray[np.uint16]
_BLOCK = 1 << 15  # points whose intermediate results stay in the cache: three times as fast as whole arrays
_SAMPLE = 200_000  # points that tell how many are seen


@dataclass(frozen=True)
class Points:
    """Places with the key that each is drawn with; `shown` [N] leaves some out."""

    x: Floats  # [N]
    y: Floats  # [N]
    key: Keys  # [N]
    shown: npt.NDArray[np.bool_] | None = None

    def __len__(self) -> int:
        return len(self.x)

    def last(self, count: int) -> "Points":
        """Return the points that are drawn last and so are seen best."""
        start = max(len(self) - count, 0)
        shown = None if self.shown is None else self.shown[start:]
        return Points(self.x[start:], self.y[start:], self.key[start:], shown)


@dataclass(frozen=True)
class Lens:
    """A place (x, y) is seen at the pixel (left + scale x, top - scale y) of a picture."""

    scale: float  # pixels per unit
    left: float  # where the origin is seen
    top: float
    width: int  # of the picture, pixels
    height: int

    def count(self, points: Points) -> int:
        """Return how many points are seen; of very many only the last ones are looked at, and the rest estimated."""
        sample = points.last(_SAMPLE)
        seen = sum(len(key) for _, _, key in self.inside(sample, 0))
        return round(seen * len(points) / max(len(sample), 1))

    def inside(self, points: Points, pad: int) -> Iterator[tuple[Floats, Floats, Keys]]:
        """Yield pixels and keys of the points that are seen, or lie so many pixels beside the picture."""
        for left, top, block in self._blocks(points):
            near = (left >= -pad) & (left < self.width + pad) & (top >= -pad) & (top < self.height + pad)
            if points.shown is not None:
                near &= points.shown[block]
            yield left[near], top[near], points.key[block][near]

    def write(self, points: Points, margin: int) -> Keys:
        """Return the picture with a margin, [height + 2 margin, width + 2 margin], in which each pixel holds a key.

        Where several points fall, the last one stays. Points outside lie on the outermost row or column.
        """
        columns, rows = self.width + 2 * margin, self.height + 2 * margin
        canvas = np.zeros(rows * columns, np.uint16)
        low, right, bottom = np.float32(0), np.float32(columns - 1), np.float32(rows - 1)
        place, down = np.empty(_BLOCK, np.int32), np.empty(_BLOCK, np.int32)
        for left, top, block in self._blocks(points, margin):
            p, d = place[: len(left)], down[: len(left)]
            for pixels, most, whole in ((left, right, p), (top, bottom, d)):
                np.fmax(pixels, low, out=pixels)  # of a number and none, fmax takes the number
                np.minimum(pixels, most, out=pixels)
                np.copyto(whole, pixels, casting="unsafe")  # positive, so casting rounds down
            np.multiply(d, np.int32(columns), out=d)
            np.add(p, d, out=p)
            if points.shown is None:
                canvas[p] = points.key[block]
            else:
                shown = points.shown[block]
                canvas[p[shown]] = points.key[block][shown]
        return canvas.reshape(rows, columns)

    def _blocks(self, points: Points, margin: int = 0) -> Iterator[tuple[Floats, Floats, slice]]:
        """Yield the pixels of one block after the other; the arrays are used again for the next one."""
        scale = np.float32(self.scale)
        across, up = np.float32(self.left + margin), np.float32(self.top + margin)
        left, top = np.empty(_BLOCK, np.float32), np.empty(_BLOCK, np.float32)
        with np.errstate(over="ignore", invalid="ignore"):  # strays far out
            for start in range(0, len(points), _BLOCK):
                block = slice(start, min(start + _BLOCK, len(points)))
                size = block.stop - start
                np.multiply(points.x[block], scale, out=left[:size])
                np.add(left[:size], across, out=left[:size])
                np.multiply(points.y[block], -scale, out=top[:size])
                np.add(top[:size], up, out=top[:size])
                yield left[:size], top[:size], block
