"""A page: cells of one size in rows, filled one after the other."""

import math
from dataclasses import dataclass

import numpy as np

from vae_studio.data.image_set import Pictures
from vae_studio.errors import UsageError
from vae_studio.plural import counted

_MOST_PIXELS = 1 << 27  # 400 MB of colour while the page is put together
_SPREAD = 1.35  # how much wider than square a page may get to have its last row full


@dataclass(frozen=True)
class Page:
    """Where the cells of a page lie."""

    count: int
    width: int  # of a cell, in pixels
    height: int
    columns: int
    gap: int

    @classmethod
    def of(cls, count: int, size: tuple[int, int], columns: int = 0, gap: int = 0) -> "Page":
        """Lay out `count` cells of a size (width, height); 0 columns make the page about as wide as high.

        Raises UsageError when the page would be too large.
        """
        width, height = size
        page = cls(count, width, height, min(count, columns) or _columns(count, width, height), gap)
        if math.prod(page.size) > _MOST_PIXELS:
            raise UsageError(
                f"{counted(count, 'frame')} of {width} x {height} pixels are too many for one sheet; "
                "ask for fewer frames or a smaller size."
            )
        return page

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the page in pixels."""
        rows = -(-self.count // self.columns)
        return self.columns * (self.width + self.gap) + self.gap, rows * (self.height + self.gap) + self.gap

    def corner(self, number: int) -> tuple[int, int]:
        """Return the left and top of a cell."""
        row, column = divmod(number, self.columns)
        return self.gap + column * (self.width + self.gap), self.gap + row * (self.height + self.gap)

    def paper(self, colour: tuple[int, ...]) -> Pictures:
        """Return an empty page in one colour, [H, W, C]."""
        width, height = self.size
        return np.full((height, width, len(colour)), colour, np.uint8)

    def put(self, paper: Pictures, number: int, picture: Pictures) -> None:
        """Draw a picture [h, w, 1 or 3], no larger than a cell, onto the paper [H, W, C]."""
        left, top = self.corner(number)
        height, width, _ = picture.shape
        paper[top : top + height, left : left + width, :3] = picture
        paper[top : top + height, left : left + width, 3:] = 255


def _columns(count: int, width: int, height: int) -> int:
    """Return the number of columns that leaves the fewest cells empty on a page near to a square."""
    square = math.sqrt(count * height / width)
    few, many = max(1, math.floor(square)), max(1, math.ceil(square * _SPREAD))
    return min(
        range(few, min(count, many) + 1), key=lambda columns: (-count % columns, abs(columns - square)), default=1
    )
