"""Tiles of the map: a quad-tree of squares, each level with sides half as long as the one before."""

import math
from typing import NamedTuple

from vae_studio.latent.grid import Rect

TILE = 96.0  # pixels of the screen that a tile's side has, about
_LOWEST, _HIGHEST = -40, 40
_MOST = 4096  # tiles in sight, however strange the view


class TileKey(NamedTuple):
    """One square: its sides are 2^-level long, the one of column 0 and row 0 begins at the origin; rows count up."""

    kind: str
    level: int
    column: int
    row: int

    @property
    def rect(self) -> Rect:
        """The square: x0, y0, x1, y1."""
        side = 2.0**-self.level
        return self.column * side, self.row * side, (self.column + 1) * side, (self.row + 1) * side

    def above(self, levels: int = 1) -> "TileKey":
        """Return the larger square around this one, so many levels up."""
        return TileKey(self.kind, self.level - levels, self.column >> levels, self.row >> levels)

    def below(self) -> "list[TileKey]":
        """Return the four squares within this one."""
        column, row = 2 * self.column, 2 * self.row
        return [TileKey(self.kind, self.level + 1, column + i, row + j) for j in (0, 1) for i in (0, 1)]

    def within(self, larger: "TileKey") -> tuple[float, float, float]:
        """Return where this square lies in a larger one around it: left, top and side as shares of it."""
        parts = 1 << (self.level - larger.level)
        column, row = self.column - larger.column * parts, self.row - larger.row * parts
        return column / parts, 1 - (row + 1) / parts, 1 / parts


def level_for(scale: float, tile: float = TILE) -> int:
    """Return the level whose tiles are about `tile` pixels wide in a view of so many pixels per unit."""
    return min(max(round(math.log2(scale / tile)), _LOWEST), _HIGHEST)


def tiles_in(kind: str, rect: Rect, level: int) -> list[TileKey]:
    """Return the tiles of a level that cover a part of the map, those in its middle first."""
    x0, y0, x1, y1 = (edge * 2.0**level for edge in rect)
    if not all(map(math.isfinite, (x0, y0, x1, y1))) or (x1 - x0 + 2) * (y1 - y0 + 2) > _MOST:
        return []
    columns, rows = range(math.floor(x0), math.ceil(x1)), range(math.floor(y0), math.ceil(y1))
    across, up = (x0 + x1) / 2 - 0.5, (y0 + y1) / 2 - 0.5
    keys = [TileKey(kind, level, column, row) for row in rows for column in columns]
    return sorted(keys, key=lambda key: (key.column - across) ** 2 + (key.row - up) ** 2)
