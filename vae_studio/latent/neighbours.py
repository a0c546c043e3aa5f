"""The nearest codes: which real pictures lie closest to a point."""

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from vae_studio.errors import UsageError
from vae_studio.latent.codes import Floats

_TREE_DIM = 12  # from here on a k-d tree visits nearly every point and plain arithmetic is faster


@dataclass(frozen=True, eq=False)
class Neighbours:
    """An exact search among points; rows with a value that is not finite are never found."""

    points: Floats  # [N, D]

    def nearest(self, z: npt.ArrayLike, k: int = 1) -> tuple[npt.NDArray[np.int64], Floats]:
        """Return indices and distances of the k points nearest to z, nearest first.

        z is [D] or [M, D] and both answers are [k] or [M, k], with fewer than k when there are no more points.
        Raises UsageError when z is not finite or has another number of dimensions.
        """
        query = np.asarray(z, np.float64)
        dim = self.points.shape[1]
        if query.ndim not in (1, 2) or query.shape[-1] != dim:
            raise UsageError(
                f"The points here have {dim} dimensions, so a code of {query.shape[-1:]} cannot be compared."
            )
        if not np.isfinite(query).all():
            raise UsageError("A code with a value that is not a finite number has no neighbours; choose another code.")
        rows = query.reshape(-1, dim)
        k = min(k, len(self._usable))
        if k < 1:
            found, distances = np.zeros((len(rows), 0), np.int64), np.zeros((len(rows), 0))
        elif dim < _TREE_DIM:
            distances, found = self._tree.query(rows, k=np.arange(1, k + 1))
        else:
            distances, found = self._compare(rows, k)
        shape = (*query.shape[:-1], k)
        return self._usable[found].reshape(shape), distances.astype(np.float32).reshape(shape)

    @cached_property
    def _usable(self) -> npt.NDArray[np.int64]:
        return np.flatnonzero(np.isfinite(self.points).all(axis=1))

    @cached_property
    def _tree(self) -> Any:
        from scipy.spatial import cKDTree

        # Median splits and tight boxes would double the time to build and save next to nothing at a click.
        return cKDTree(self._finite, compact_nodes=False, balanced_tree=False)

    @cached_property
    def _finite(self) -> Floats:
        return self.points if len(self._usable) == len(self.points) else self.points[self._usable]

    def _compare(self, rows: npt.NDArray[np.float64], k: int) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.int64]]:
        distances, found = np.empty((len(rows), k)), np.empty((len(rows), k), np.int64)
        for row, code in enumerate(rows):
            near = self._candidates(code, k)
            offsets = self._finite[near] - code
            squares = np.einsum("nd,nd->n", offsets, offsets)
            best = np.argsort(squares, kind="stable")[:k]
            found[row], distances[row] = near[best], np.sqrt(squares[best])
        return distances, found

    def _candidates(self, code: npt.NDArray[np.float64], k: int) -> npt.NDArray[np.int64]:
        """Return points of which the k nearest to a code are some, in a single pass over all numbers.

        That is |p|^2 - 2 p.z, in single precision; so all are kept that rounding may have moved.
        """
        unit = max(1.0, float(np.abs(code).max()))  # so that a far code overflows nothing
        largest, reach = float(self._squares.max()), float(np.linalg.norm(code / unit))
        slack = 2.0**-21 * math.sqrt(len(code)) * (largest / unit + math.sqrt(largest) * reach)
        if not math.isfinite(slack):
            return np.arange(len(self._finite))
        approximate = self._squares / np.float32(unit) - 2 * (self._finite @ (code / unit).astype(np.float32))
        kth = np.partition(approximate, k - 1)[k - 1]
        return np.flatnonzero(approximate <= kth + np.float32(slack))

    @cached_property
    def _squares(self) -> Floats:
        with np.errstate(over="ignore"):
            squares: Floats = np.einsum("nd,nd->n", self._finite, self._finite)
        return squares
