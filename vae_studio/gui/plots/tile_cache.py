"""Tiles that are kept, the ones used last in memory of a limited size."""

from collections import OrderedDict
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PySide6.QtGui import QImage

from vae_studio.gui.plots.tile_grid import TileKey

Content = QImage | npt.NDArray[np.float32]  # decoded pictures, or values [n, n] with the highest y first
_LIMIT = 96 << 20  # bytes
_UP, _DOWN = 6, 2  # levels that are searched for something to show meanwhile


@dataclass(frozen=True, eq=False)
class _Kept:
    content: Content
    generation: int
    size: int


class TileCache:
    """Holds tiles by their keys; those of an earlier generation are shown until newer ones come."""

    def __init__(self, limit: int = _LIMIT) -> None:
        self._limit = limit
        self._tiles: OrderedDict[TileKey, _Kept] = OrderedDict()
        self._generations: dict[str, int] = {}
        self._size = 0
        self.era = 0  # grows when all is forgotten
        self.version = 0  # grows whenever another tile would be found

    def __len__(self) -> int:
        return len(self._tiles)

    @property
    def size(self) -> int:
        """The bytes that all tiles take."""
        return self._size

    def generation(self, kind: str) -> int:
        """Return the number that new tiles of a kind are stamped with."""
        return self._generations.get(kind, 0)

    def expire(self, kind: str) -> None:
        """Have all tiles of a kind drawn anew; the old ones stay in sight until then."""
        self._generations[kind] = self.generation(kind) + 1

    def clear(self) -> None:
        """Forget all tiles."""
        self.era += 1
        self._tiles.clear()
        self._size = 0
        self.version += 1

    def put(self, key: TileKey, content: Content, generation: int) -> None:
        """Keep a tile unless there is a newer one; the ones used longest ago go when it gets too much."""
        before = self._tiles.get(key)
        if before is not None and before.generation > generation:
            return
        size = content.sizeInBytes() if isinstance(content, QImage) else content.nbytes
        self._drop(key)
        self._tiles[key] = _Kept(content, generation, size)
        self._size += size
        while self._size > self._limit and len(self._tiles) > 1:
            self._drop(next(iter(self._tiles)))
        self.version += 1

    def fresh(self, key: TileKey) -> bool:
        """Tell whether a tile is there and of the newest generation."""
        kept = self._tiles.get(key)
        return kept is not None and kept.generation >= self.generation(key.kind)

    def get(self, key: TileKey) -> Content | None:
        """Return a tile, or None; it counts as used."""
        kept = self._tiles.get(key)
        if kept is None:
            return None
        self._tiles.move_to_end(key)
        return kept.content

    def around(self, key: TileKey) -> tuple[TileKey, Content] | None:
        """Return the smallest larger tile around one that is not there."""
        for levels in range(1, _UP + 1):
            larger = key.above(levels)
            content = self.get(larger)
            if content is not None:
                return larger, content
        return None

    def inside(self, key: TileKey, levels: int = _DOWN) -> list[tuple[TileKey, Content]]:
        """Return smaller tiles within one that is not there."""
        found = []
        for smaller in key.below():
            content = self.get(smaller)
            if content is not None:
                found.append((smaller, content))
            elif levels > 1:
                found += self.inside(smaller, levels - 1)
        return found

    def _drop(self, key: TileKey) -> None:
        kept = self._tiles.pop(key, None)
        self._size -= 0 if kept is None else kept.size
