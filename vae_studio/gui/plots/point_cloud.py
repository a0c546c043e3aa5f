"""The points of the map as plain arrays: places, labels, which are hidden, which is nearest, and the glide."""

import colorsys
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from vae_studio.gui.plots.point_raster import draw_order, keys

_BLOCK = 1 << 16  # points that are compared at a time, within the cache
_EDGE = 20_000  # points that tell how far a cloud reaches

Floats = npt.NDArray[np.float32]
Integers = npt.NDArray[np.int32]  # half the memory of the usual ones, and enough for two thousand million points
Colours = npt.NDArray[np.uint8]  # [L, 3]


def distinct_colours(count: int) -> Colours:
    """Return colours that are easily told apart, for labels that bring none."""
    turns = [((0.58 + n * 0.6180339887) % 1.0, 0.64 - 0.1 * (n % 2), 0.62 - 0.08 * (n % 3)) for n in range(count)]
    rows = [colorsys.hls_to_rgb(hue, lightness, saturation) for hue, lightness, saturation in turns]
    return np.array(np.round(np.array(rows, np.float64).reshape(-1, 3) * 255), np.uint8)


@dataclass(eq=False)
class PointCloud:
    """Points kept in drawing order; `start` holds the places they glide from."""

    x: Floats  # [N]
    y: Floats  # [N]
    labels: Integers | None  # [N]
    indices: Integers  # [N] the real picture's number
    key: npt.NDArray[np.uint16]  # [N]
    start: tuple[Floats, Floats] | None = None
    progress: float = 1.0  # of the glide
    hidden: frozenset[int] = field(default_factory=frozenset)  # labels
    selection: npt.NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))  # numbers of pictures
    _visible: tuple[frozenset[int], npt.NDArray[np.bool_]] | None = None  # for which hidden labels, [N]
    _marked: tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]] | None = None  # for which selection, [N]

    @classmethod
    def of(cls, xy: npt.ArrayLike, labels: npt.ArrayLike | None, indices: npt.ArrayLike | None) -> "PointCloud":
        """Make a cloud; raises ValueError when the lengths do not match."""
        places = np.asarray(xy, np.float32).reshape(-1, 2)
        count = len(places)
        named, numbers = (None if given is None else np.asarray(given) for given in (labels, indices))
        if any(given is not None and len(given) != count for given in (named, numbers)):
            raise ValueError(f"{count} points need as many labels and indices")
        order = draw_order(count)
        named = None if named is None else named.astype(np.int32, copy=False)[order]
        return cls(
            places[:, 0][order],  # column by column: gathering whole rows takes ten times as long
            places[:, 1][order],
            named,
            order if numbers is None else numbers.astype(np.int32, copy=False)[order],
            keys(np.zeros(count, np.uint8) if named is None else named),
        )

    def __len__(self) -> int:
        return len(self.x)

    def colour_by(self, steps: npt.NDArray[np.uint8] | None) -> None:
        """Give the points, in the order they were given in, colours of these numbers [N], or those of their labels."""
        if steps is not None:
            self.key = keys(steps[draw_order(len(self))])
        else:
            self.key = keys(np.zeros(len(self), np.uint8) if self.labels is None else self.labels)

    @property
    def xy(self) -> Floats:
        """Where the points are going, [N, 2]."""
        return np.column_stack([self.x, self.y])

    def edge(self) -> Floats:
        """Return some of the points, evenly chosen, that tell how far the cloud reaches, [M, 2]."""
        step = max(1, len(self) // _EDGE)
        return np.column_stack([self.x[::step], self.y[::step]])

    def gliding_from(self, before: "PointCloud") -> bool:
        """Start this cloud where the other one is seen now; False when they do not show the same pictures."""
        if len(before) != len(self) or not np.array_equal(before.indices, self.indices):
            return False
        self.start, self.progress = before.seen(), 0.0
        return True

    def seen(self) -> tuple[Floats, Floats]:
        """Return x and y as drawn now, somewhere on the glide."""
        if self.start is None or self.progress >= 1:
            self.start = None
            return self.x, self.y
        share = np.float32(self.progress * self.progress * (3 - 2 * self.progress))  # eases in and out
        before_x, before_y = self.start
        return before_x + (self.x - before_x) * share, before_y + (self.y - before_y) * share

    def visible(self) -> npt.NDArray[np.bool_] | None:
        """Return which points are shown, or None when all are."""
        if not self.hidden or self.labels is None:
            return None
        if self._visible is None or self._visible[0] != self.hidden:
            shown = np.ones(len(self), np.bool_)
            for label in self.hidden:
                shown &= self.labels != label
            self._visible = (self.hidden, shown)
        return self._visible[1]

    def marked(self) -> npt.NDArray[np.bool_] | None:
        """Return which points are shown and selected, or None when no picture is selected."""
        if len(self.selection) == 0:
            return None
        if self._marked is None or self._marked[0] is not self.selection:
            chosen = np.zeros(1 + max(int(self.selection[-1]), int(self.indices.max(initial=0))), np.bool_)
            chosen[self.selection] = True
            self._marked = (self.selection, chosen[self.indices])
        shown = self.visible()
        return self._marked[1] if shown is None else self._marked[1] & shown

    def nearest(self, x: float, y: float, within: float) -> int | None:
        """Return the row of the shown point nearest to a place, or None when none is within the distance.

        A plain scan, block by block: it takes a millisecond per million points, and needs no tree that training would
        outdate at once.
        """
        across, down = self.seen()
        shown = self.visible()
        best, least = None, np.float32(within) ** 2
        for start in range(0, len(self), _BLOCK):
            block = slice(start, start + _BLOCK)
            near = np.flatnonzero(np.abs(across[block] - np.float32(x)) <= within)  # nothing else is looked at
            if shown is not None:
                near = near[shown[block][near]]
            squared = (across[block][near] - np.float32(x)) ** 2 + (down[block][near] - np.float32(y)) ** 2
            squared[np.isnan(squared)] = np.inf
            if len(squared) == 0:
                continue
            first = int(squared.argmin())
            if squared[first] < least or (best is None and squared[first] == least):
                best, least = start + int(near[first]), squared[first]
        return best
