"""The density of the aggregate posterior: how much data lies at a code."""

import math
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from vae_studio.data.progress import Progress, silent
from vae_studio.latent.codes import Codes
from vae_studio.latent.grid import Rect, cell_middles
from vae_studio.latent.plane import Plane

_Doubles = npt.NDArray[np.float64]

_FEW, _MANY = 16, 256  # neighbours that are counted: the estimate varies by about 1 / sqrt of it
_FEWEST = 256  # draws; a handful of pictures give several each, not so many that each is a land of its own
_TREE_DIM, _TREE_POINTS = 8, 100_000  # up to here a k-d tree answers in a fraction of a millisecond
_PRODUCT_POINTS, _PRODUCT_NUMBERS = 16_384, 1 << 21  # above it one matrix product over a part of the pictures does
_MAP_DIM, _MAP_POINTS = 4, 4096  # so that ten thousand places take less than a second
_REFERENCES = 400
_AT_A_TIME = 256
_INFORMATIVE = 0.01  # share of a dimension's variance that comes from the pictures


@dataclass(frozen=True, eq=False)
class Density:
    """A nearest-neighbour density of codes drawn from the posteriors, q(z) = mean over pictures of q(z|x).

    Dimensions that carry nothing about the pictures are left out: the decoder ignores them, so no place is empty for
    their sake. Each other one is measured in its own standard deviations, which keeps the estimate consistent
    (Loftsgaarden and Quesenberry, 1965).
    """

    points: npt.NDArray[np.float32]  # [M, A], drawn, in standard deviations from the middle
    middle: _Doubles  # [A]
    scale: _Doubles  # [A]
    kept: npt.NDArray[np.int64]  # [A], the dimensions that carry something
    dim: int  # D
    pictures: int  # whose posteriors were drawn from; fewer than `total` when that would be slow
    total: int

    @classmethod
    def of(cls, codes: Codes, seed: int = 0) -> "Density":
        """Draw from the posteriors of codes; rows with a value that is not finite are left out."""
        rng = np.random.default_rng(seed)
        usable = codes.finite_rows()
        kept = np.arange(codes.dim)
        most = _most(codes.dim)
        chosen = usable if len(usable) <= most else np.sort(rng.choice(usable, most, replace=False))
        mu = codes.mu[chosen].astype(np.float64)
        deviation = np.exp(np.clip(codes.log_var[chosen].astype(np.float64), -60, 60) / 2)
        if len(chosen):
            told = mu.var(axis=0)
            share = told > _INFORMATIVE * (told + (deviation**2).mean(axis=0))
            kept = np.flatnonzero(share) if share.any() else kept
        mu, deviation = mu[:, kept], deviation[:, kept]
        each = max(1, math.ceil(_FEWEST / max(1, len(chosen))))
        draws = np.repeat(mu, each, axis=0)
        draws += np.repeat(deviation, each, axis=0) * rng.standard_normal(draws.shape)
        middle = draws.mean(axis=0) if len(draws) else np.zeros(len(kept))
        scale = draws.std(axis=0) if len(draws) else np.ones(len(kept))
        scale = np.maximum(scale, 1e-6 * (1 + np.abs(middle)))  # codes that are all equal have none
        points = ((draws - middle) / scale).astype(np.float32)
        return cls(points, middle, scale, kept, codes.dim, len(chosen), len(codes))

    @property
    def sampled(self) -> bool:
        """Tell whether not all pictures are counted."""
        return self.pictures < self.total

    def log_density(self, z: npt.ArrayLike, progress: Progress = silent) -> _Doubles:
        """Return log q at codes z [N, D], [N], in nats; -inf for a code that is not finite or where nothing is known.

        Of the dimensions that carry nothing, it is the density over the others.
        """
        dim = len(self.kept)
        if len(self.points) == 0:
            return np.full(len(np.atleast_2d(z)), -np.inf)
        ball = dim / 2 * math.log(math.pi) - math.lgamma(dim / 2 + 1)
        count = self._nearest
        height = math.log(count / len(self.points)) - ball - float(np.log(self.scale).sum())
        radius = np.maximum(self._radius(z, progress), 1e-6)
        answer: _Doubles = height - dim * np.log(radius)
        return answer

    def support(self, z: npt.ArrayLike, progress: Progress = silent) -> _Doubles:
        """Return the density at codes z [N, D] as a percentile among the codes that real pictures have, [N].

        50 means that half of the codes drawn for real pictures lie in emptier places, 0 that none does.
        """
        lonely = self._references
        if len(lonely) == 0:
            return np.zeros(len(np.atleast_2d(z)))
        # Equal loneliness counts half, so that codes that are all equal are not called empty.
        radius = self._radius(z, progress)
        below = np.searchsorted(lonely, radius, "left")
        through = np.searchsorted(lonely, radius, "right")
        share: _Doubles = 1 - (below + through) / 2 / len(lonely)
        return share * 100

    @cached_property
    def thinned(self) -> "Density":
        """The density that maps are drawn from: in more than four dimensions, of some of the drawn codes only."""
        if len(self.kept) <= _MAP_DIM or len(self.points) <= _MAP_POINTS:
            return self
        some = np.random.default_rng(0).choice(len(self.points), _MAP_POINTS, replace=False)
        return replace(self, points=self.points[some], pictures=min(self.pictures, _MAP_POINTS))

    def support_map(
        self, plane: Plane, rect: Rect, columns: int, rows: int, progress: Progress = silent
    ) -> npt.NDArray[np.float64]:
        """Return the support at the middles of a grid over the map, [rows, columns], the highest y first."""
        middles = plane.to_code(cell_middles(rect, columns, rows))
        return self.thinned.support(middles, progress).reshape(rows, columns)

    def log_density_map(
        self, plane: Plane, rect: Rect, columns: int, rows: int, progress: Progress = silent
    ) -> npt.NDArray[np.float64]:
        """Return log q at the middles of a grid over the map, [rows, columns], the highest y first."""
        middles = plane.to_code(cell_middles(rect, columns, rows))
        return self.thinned.log_density(middles, progress).reshape(rows, columns)

    def _radius(self, z: npt.ArrayLike, progress: Progress) -> _Doubles:
        """Return the distance to the k-th nearest drawn code, [N], in standard deviations; inf when not finite."""
        rows = np.atleast_2d(np.asarray(z, np.float64))
        good = np.flatnonzero(np.isfinite(rows).all(axis=1))
        radius = np.full(len(rows), np.inf)
        query = (rows[good][:, self.kept] - self.middle) / self.scale
        for start in range(0, len(good), _AT_A_TIME):
            progress(start / len(good), "Looking for data.")
            part = slice(start, start + _AT_A_TIME)
            radius[good[part]] = self._to_nth(query[part], self._nearest)
        return radius

    def _to_nth(self, query: _Doubles, count: int) -> _Doubles:
        if self.points.shape[1] <= _TREE_DIM:
            distances: _Doubles = self._tree.query(query, k=[count])[0][:, 0]
            return distances
        asked = np.clip(query, -1e15, 1e15).astype(np.float32)
        # For a single code a plain loop: threads of a matrix product wait for each other while a training runs beside.
        product = asked @ self.points.T if len(asked) > 1 else np.einsum("nd,d->n", self.points, asked[0])[None]
        squares = self._squares - 2 * product
        nth = np.partition(squares, count - 1, axis=1)[:, count - 1].astype(np.float64)
        far: _Doubles = np.sqrt(np.maximum(nth + (asked.astype(np.float64) ** 2).sum(axis=1), 0))
        return far

    @property
    def _nearest(self) -> int:
        """How many neighbours weigh noise against blur best, but for a constant: N^(4 / (4 + D))."""
        best = round(0.5 * math.pow(len(self.points), 4 / (4 + len(self.kept))))
        return min(len(self.points), max(_FEW, min(_MANY // len(self.kept), best)))

    @cached_property
    def _tree(self) -> Any:
        from scipy.spatial import cKDTree

        return cKDTree(self.points, compact_nodes=False, balanced_tree=False)

    @cached_property
    def _squares(self) -> npt.NDArray[np.float32]:
        squares: npt.NDArray[np.float32] = np.einsum("nd,nd->n", self.points, self.points)
        return squares

    @cached_property
    def _references(self) -> _Doubles:
        """The loneliness of some of the drawn codes among the others, ascending, [R]."""
        if len(self.points) == 0:
            return np.zeros(0)
        count = min(self._nearest + 1, len(self.points))  # the nearest of all is the code itself
        some = np.linspace(0, len(self.points) - 1, min(len(self.points), _REFERENCES)).astype(np.int64)
        parts = np.array_split(self.points[some].astype(np.float64), max(1, len(some) // _AT_A_TIME))
        return np.sort(np.concatenate([self._to_nth(part, count) for part in parts]))


def _most(dim: int) -> int:
    """Return how many pictures can be asked within a drag."""
    return _TREE_POINTS if dim <= _TREE_DIM else min(_PRODUCT_POINTS, _PRODUCT_NUMBERS // dim)
