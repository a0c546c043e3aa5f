"""The plane that the map shows: every point of it is an exact code."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from vae_studio.errors import UsageError
from vae_studio.latent.codes import Codes, Floats

_Doubles = npt.NDArray[np.float64]
_FLAT = 1e-5  # share of the distances between three codes below which they count as one line


@dataclass(frozen=True, eq=False)
class Plane:
    """A flat sheet through the code space.

    The axes are orthonormal rows; with one latent dimension the second is zero, so that y on the map means nothing.
    """

    origin: _Doubles  # [D]
    axes: _Doubles  # [2, D]

    @property
    def dim(self) -> int:
        """The number of latent dimensions, D."""
        return len(self.origin)

    def to_code(self, xy: npt.ArrayLike) -> Floats:
        """Return the codes z [N, D] of points on the map, xy [N, 2]."""
        return (self.origin + np.asarray(xy, np.float64) @ self.axes).astype(np.float32)

    def to_plane(self, z: npt.ArrayLike) -> Floats:
        """Return where codes z [N, D] fall on the map, xy [N, 2]: their orthogonal projection."""
        return self._project(z).astype(np.float32)

    def distance(self, z: npt.ArrayLike) -> Floats:
        """Return how far codes z [N, D] lie off the plane, [N]."""
        distances: Floats = np.linalg.norm(self._off(z), axis=-1).astype(np.float32)
        return distances

    def through(self, z: npt.ArrayLike) -> "Plane":
        """Return the plane shifted along its normal so that it passes through the code z [D]."""
        return replace(self, origin=self.origin + self._off(z))

    def moved(self, direction: npt.ArrayLike, amount: float) -> "Plane":
        """Return the plane shifted by `amount` along a direction [D]; what of it lies in the plane is left out.

        So a place of the map keeps its x and y while a depth slider moves the plane.
        """
        way = np.asarray(direction, np.float64)
        return replace(self, origin=self.origin + amount * (way - (way @ self.axes.T) @ self.axes))

    def depth(self, z: npt.ArrayLike, directions: npt.ArrayLike) -> _Doubles:
        """Return how far codes z [N, D] lie off the plane along each of the directions [K, D], [N, K]."""
        return self._off(z) @ np.asarray(directions, np.float64).T

    def depth_directions(self, mu: Floats, count: int = 1) -> _Doubles:
        """Return the directions off the plane in which codes mu [N, D] spread most, orthonormal, [up to count, D].

        There are D - 2 in all; rows of mu that are not finite are ignored. Signs are as in `pca_plane`.
        """
        used = self.axes[np.linalg.norm(self.axes, axis=1) > 0]
        good = mu[np.isfinite(mu).all(axis=1)].astype(np.float64)
        off = self._off(good - good.mean(axis=0) + self.origin) if len(good) else np.zeros((1, self.dim))
        spread, directions = np.linalg.eigh(off.T @ off - (1 + (off**2).sum()) * used.T @ used)
        del spread  # ascending; the plane's own axes were pushed to its very start
        return _signed(directions.T[::-1][: min(count, self.dim - len(used))])

    def _project(self, z: npt.ArrayLike) -> _Doubles:
        return (np.asarray(z, np.float64) - self.origin) @ self.axes.T

    def _off(self, z: npt.ArrayLike) -> _Doubles:
        return np.asarray(z, np.float64) - self.origin - self._project(z) @ self.axes


def raw_plane(dim: int, i: int = 0, j: int = 1) -> Plane:
    """Return the plane of the latent dimensions i and j as they are; raises UsageError when there are none such."""
    axes = np.zeros((2, dim))
    for axis, chosen in enumerate((i, j)):
        if 0 <= chosen < dim:
            axes[axis, chosen] = 1
        elif dim > 1 or chosen < 0 or axis == 0:
            raise UsageError(f"There is no latent dimension {chosen}: this model has 0 to {dim - 1}.")
    if i == j:
        raise UsageError(f"The map needs two different latent dimensions, not {i} twice.")
    return Plane(np.zeros(dim), axes)


def pca_plane(mu: Floats) -> Plane:
    """Return the plane through the mean of codes, mu [N, D], along the two directions in which they spread most.

    Rows with a value that is not finite are ignored. Each axis points where its largest component is positive, so that
    the map does not flip between epochs.
    """
    dim = mu.shape[1]
    good = mu[np.isfinite(mu).all(axis=1)].astype(np.float64)
    raw = raw_plane(dim)
    if dim < 2 or len(good) == 0:
        return raw
    origin = good.mean(axis=0)
    good -= origin
    spread, directions = np.linalg.eigh(good.T @ good)
    if spread[-1] <= np.finfo(np.float32).eps ** 2 * len(good) * (origin @ origin):  # all equal but for rounding
        return replace(raw, origin=origin)
    axes = directions.T[[-1, -2]]
    return Plane(origin, _signed(axes))


def plane_through(codes: npt.ArrayLike) -> Plane:
    """Return the plane through three codes [3, D]: x runs from the first to the second, the third has y > 0.

    The first code is at (0, 0). Raises UsageError when they are not finite or lie on one line.
    """
    first, second, third = np.asarray(codes, np.float64)
    if not np.isfinite([first, second, third]).all():
        raise UsageError("One of the three codes has a value that is not a finite number; choose another picture.")
    across, up = second - first, third - first
    reach = max(np.linalg.norm(across), np.linalg.norm(up), 1e-3 * np.abs([first, second, third]).max())
    if np.linalg.norm(across) <= _FLAT * reach:
        raise UsageError("The first two of the three codes are the same; choose three different pictures.")
    x = across / np.linalg.norm(across)
    up = up - (up @ x) * x
    if np.linalg.norm(up) <= _FLAT * reach:
        raise UsageError("The three codes lie on one line, which fixes no plane; choose another third picture.")
    up -= (up @ x) * x  # once more: the first time loses digits when the angle is small
    return Plane(first, np.stack([x, up / np.linalg.norm(up)]))


def _signed(axes: _Doubles) -> _Doubles:
    """Return axes [K, D] that point where their largest component is positive."""
    if len(axes) == 0:
        return axes
    largest = np.take_along_axis(axes, np.abs(axes).argmax(axis=1)[:, None], axis=1)
    signed: _Doubles = axes * np.where(largest < 0, -1.0, 1.0)
    return signed


def plane_for(codes: Codes) -> Plane:
    """Return the plane a map shows unless told otherwise: the codes as they are up to two dimensions, else PCA."""
    return raw_plane(codes.dim) if codes.dim <= 2 else pca_plane(codes.mu)
