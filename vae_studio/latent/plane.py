"""The plane that the map shows: every point of it is an exact code."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from vae_studio.errors import UsageError
from vae_studio.latent.codes import Codes, Floats

_Doubles = npt.NDArray[np.float64]


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
    largest = np.abs(axes).argmax(axis=1)
    return Plane(origin, axes * np.where(axes[[0, 1], largest] < 0, -1.0, 1.0)[:, None])


def plane_for(codes: Codes) -> Plane:
    """Return the plane a map shows unless told otherwise: the codes as they are up to two dimensions, else PCA."""
    return raw_plane(codes.dim) if codes.dim <= 2 else pca_plane(codes.mu)
