"""Selections on the map: which points lie in a box or inside a lasso."""

import numpy as np
import numpy.typing as npt

from vae_studio.latent.grid import Rect

Rows = npt.NDArray[np.int64]
_Doubles = npt.NDArray[np.float64]
_Flags = npt.NDArray[np.bool_]

_CELLS = 256  # across and down the lasso
_FEW = 20_000  # points that are compared with the lasso directly
_FLAT = 1e-30  # a side of a lasso that is shorter has no cells
_PAIRS = 4_000_000  # of points and edges in memory at a time


def inside_box(xy: npt.NDArray[np.floating], rect: Rect) -> Rows:
    """Return the rows of the points xy [N, 2] in a box, edges included, ascending; nan lies nowhere."""
    x0, x1 = sorted((rect[0], rect[2]))
    y0, y1 = sorted((rect[1], rect[3]))
    x, y = xy[:, 0], xy[:, 1]
    return np.flatnonzero((x >= x0) & (x <= x1) & (y >= y0) & (y <= y1))


def inside_polygon(xy: npt.NDArray[np.floating], corners: npt.ArrayLike) -> Rows:
    """Return the rows of the points xy [N, 2] inside the closed polygon of corners [V, 2], ascending.

    Inside by the even-odd rule, so that a loop drawn within a loop is a hole. Points of cells that the line does not
    touch are decided by their cell; only the others are compared with the line, so that a million points take a
    moment. Fewer than three corners, or corners that are not finite, hold nothing.
    """
    corners = np.asarray(corners, np.float64).reshape(-1, 2)
    corners = corners[np.isfinite(corners).all(axis=1)]
    if len(corners) < 3:
        return np.zeros(0, np.int64)
    low, high = corners.min(axis=0), corners.max(axis=0)
    box = (low[0], low[1], high[0], high[1])
    if len(xy) <= _FEW or (high - low < _FLAT).any():
        rows = inside_box(xy, box)
        return rows[_odd(xy[rows].astype(np.float64), corners)]
    within, touched = _cells(corners, low, (high - low) / _CELLS)
    # 0 outside, 1 inside, 2 near the line, with a rim of cells for all that lies beyond the box.
    kinds = np.zeros((_CELLS + 2, _CELLS + 2), np.uint8)
    kinds[1:-1, 1:-1] = np.where(touched, 2, within)
    kinds[[0, -1]] = kinds[[1, -2]] & 2
    kinds[:, [0, -1]] = kinds[:, [1, -2]] & 2
    if (high - low).min() < 1e-3 * np.abs(corners).max():  # zoomed in so far that single precision would count
        xy = xy.astype(np.float64)
    found = kinds.ravel()[_cell_numbers(xy, low, high)]
    near = np.flatnonzero(found == 2)
    found[near] = _odd(xy[near].astype(np.float64), corners)
    return np.flatnonzero(found)


def _cell_numbers(xy: npt.NDArray[np.floating], low: _Doubles, high: _Doubles) -> npt.NDArray[np.int32]:
    """Return the cell of each point, [N]; what lies beyond the box, or nowhere, is in the rim."""
    numbers = np.zeros(len(xy), np.int32)
    for axis, stride in ((0, 1), (1, _CELLS + 2)):
        place = (xy[:, axis] - xy.dtype.type(low[axis])) * xy.dtype.type(_CELLS / (high - low)[axis])
        np.floor(place, out=place)
        np.clip(place, -1, _CELLS, out=place)
        np.nan_to_num(place, copy=False, nan=-1)
        numbers += (place.astype(np.int32) + 1) * np.int32(stride)
    return numbers


def _odd(points: _Doubles, corners: _Doubles) -> _Flags:
    """Tell for each point [P, 2] whether a ray to its right crosses the line an odd number of times."""
    order = np.argsort(points[:, 1], kind="stable")
    x, y = points[order, 0], points[order, 1]
    (x0, y0), (x1, y1) = corners.T, np.roll(corners, -1, axis=0).T
    # Half open, so that a corner on the ray counts once; and only the points at the height of an edge meet it.
    first, last = np.searchsorted(y, np.minimum(y0, y1)), np.searchsorted(y, np.maximum(y0, y1))
    across, rise = x1 - x0, np.where(y1 == y0, 1, y1 - y0)
    crossings = np.zeros(len(points), np.int64)
    meetings = np.cumsum(last - first)
    for edges in np.split(np.arange(len(corners)), np.flatnonzero(np.diff(meetings // _PAIRS)) + 1):
        edge, point = _runs(edges, first, last)
        share = (y[point] - y0[edge]) / rise[edge]  # of the edge; its slope may leave the range of floats
        left = x[point] < x0[edge] + share * across[edge]
        crossings += np.bincount(point[left], minlength=len(points))
    answer = np.empty(len(points), bool)
    answer[order] = crossings % 2 == 1
    return answer


def _runs(which: Rows, first: Rows, last: Rows) -> tuple[Rows, Rows]:
    """Return each of `which` as often as its run is long, and the members first ... last - 1 of its run."""
    counts = (last - first)[which]
    owner = np.repeat(which, counts)
    members = np.arange(len(owner)) - np.repeat(np.cumsum(counts) - counts, counts) + first[owner]
    return owner, members


def _cells(corners: _Doubles, low: _Doubles, size: _Doubles) -> tuple[_Flags, _Flags]:
    """Return which cells have their middle inside, and which the line may touch, both [rows, columns]."""
    (x0, y0), (x1, y1) = ((corners - low) / size).T, ((np.roll(corners, -1, axis=0) - low) / size).T
    # All rows that an edge passes through, and where it does.
    lowest, highest = np.floor(np.minimum(y0, y1)).astype(np.int64), np.floor(np.maximum(y0, y1)).astype(np.int64)
    edge, row = _runs(np.arange(len(corners)), lowest, highest + 1)
    rise = np.where(y1 == y0, 1, y1 - y0)[edge]
    share = [np.clip((height - y0[edge]) / rise, 0, 1) for height in (row, row + 1)]
    share[1] = np.where((y1 == y0)[edge], 1, share[1])
    entered, left = (x0[edge] + part * (x1 - x0)[edge] for part in share)
    first, last = np.minimum(entered, left).astype(np.int64), np.maximum(entered, left).astype(np.int64)
    touched = np.zeros((_CELLS + 2, _CELLS + 4), np.int64)  # +1 and -1 where a run of touched cells begins and ends
    for beside in (-1, 0, 1):  # one cell more on each side: rounding must not decide
        at = np.clip(row + beside, 0, _CELLS + 1)
        np.add.at(touched, (at, np.maximum(first - 1, 0)), 1)
        np.add.at(touched, (at, last + 2), -1)
    across, down = np.meshgrid(np.arange(_CELLS) + 0.5, np.arange(_CELLS) + 0.5)
    within = _odd(np.stack([across.ravel(), down.ravel()], axis=1), (corners - low) / size)
    return within.reshape(_CELLS, _CELLS), touched.cumsum(axis=1)[:_CELLS, :_CELLS] > 0
