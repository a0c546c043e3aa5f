"""The cloud: the codes of pictures, which pictures they belong to, and the plane they are seen on."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from vae_studio.data.image_set import ImageSet
from vae_studio.latent.codes import Codes, Floats
from vae_studio.latent.density import Density
from vae_studio.latent.neighbours import Neighbours
from vae_studio.latent.plane import Plane, plane_for


@dataclass(frozen=True, eq=False)
class Cloud:
    """Codes of some or all pictures of a set."""

    codes: Codes  # [M, D]
    indices: npt.NDArray[np.int64]  # [M], which picture of the set each code belongs to
    labels: npt.NDArray[np.int64] | None  # [M]
    label_names: tuple[str, ...]
    total: int  # pictures in the set; more than M when not all are encoded

    @classmethod
    def of(cls, images: ImageSet, codes: Codes, indices: npt.NDArray[np.int64] | None = None) -> "Cloud":
        """Return the cloud of a set's pictures, or of those at `indices` [M]."""
        shown = np.arange(len(images), dtype=np.int64) if indices is None else indices
        labels = None if images.labels is None else images.labels[shown]
        return cls(codes, shown, labels, images.label_names, len(images))

    def only(self, rows: npt.NDArray[Any]) -> "Cloud":
        """Return the cloud of some rows, by index or mask, in that order; the pictures keep their numbers."""
        labels = None if self.labels is None else self.labels[rows]
        return Cloud(self.codes.subset(rows), self.indices[rows], labels, self.label_names, self.total)

    @cached_property
    def plane(self) -> Plane:
        """The plane of the map."""
        return plane_for(self.codes)

    def seen_on(self, plane: Plane) -> "Cloud":
        """Return the same cloud on a plane that was laid through other codes, so that two can be compared."""
        same = replace(self)
        same.__dict__["plane"] = plane  # where the cached property looks first
        return same

    @cached_property
    def xy(self) -> Floats:
        """Where each code lies on the map, [M, 2]."""
        return self.plane.to_plane(self.codes.mu)

    @cached_property
    def neighbours(self) -> Neighbours:
        """A search among all codes, in all dimensions."""
        return Neighbours(self.codes.mu)

    def nearest(self, z: npt.ArrayLike, k: int) -> tuple[npt.NDArray[np.int64], Floats]:
        """Return the numbers of the k pictures whose codes lie nearest to z [D], and their distances."""
        rows, distances = self.neighbours.nearest(z, k)
        return self.indices[rows], distances

    @cached_property
    def density(self) -> Density:
        """How much data lies at a code."""
        return Density.of(self.codes)

    def support(self, z: npt.ArrayLike) -> float:
        """Return how densely data lies at z [D], as a percentile among codes drawn for the pictures themselves.

        50 means: half of them lie in emptier places; 0 means that none lies as lonely.
        """
        return float(self.density.support(np.reshape(np.asarray(z, np.float64), (1, -1)))[0])
