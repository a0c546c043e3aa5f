"""The cloud: the codes of pictures, which pictures they belong to, and the plane they are seen on."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from vae_studio.data.image_set import ImageSet
from vae_studio.latent.codes import Codes, Floats
from vae_studio.latent.neighbours import Neighbours
from vae_studio.latent.plane import Plane, plane_for

_SURROUNDING = 8  # codes that tell how densely real pictures lie


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

    @cached_property
    def plane(self) -> Plane:
        """The plane of the map."""
        return plane_for(self.codes)

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

    def support(self, z: npt.ArrayLike) -> float:
        """Return how densely real pictures lie around z [D], as a percentile among the codes themselves.

        50 means: half of the real pictures have emptier surroundings, measured by the distance to the eighth
        nearest code; 0 means that no real picture lies as lonely.
        """
        if len(self.codes) <= _SURROUNDING:
            return 100.0
        _, distances = self.neighbours.nearest(z, _SURROUNDING)
        return float((self._loneliness > distances[-1]).mean() * 100) if len(distances) else 0.0

    @cached_property
    def _loneliness(self) -> Floats:
        """The distance from some codes to their eighth nearest other code, [S]."""
        sample = self.codes.mu[np.linspace(0, len(self.codes) - 1, min(len(self.codes), 500)).astype(np.int64)]
        sample = sample[np.isfinite(sample).all(axis=1)]
        _, distances = self.neighbours.nearest(sample, _SURROUNDING + 1)  # the nearest of all is the code itself
        loneliness: Floats = distances[:, -1]
        return loneliness
