"""How faithful a map of two dimensions is to the neighbours in the full code space."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from vae_studio.errors import UsageError
from vae_studio.latent.codes import Floats
from vae_studio.plural import counted

_NEIGHBOURS = 10
_COUNTED = 2000  # distances between all pairs of them fit the second that a user waits
_Distances = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Faithfulness:
    """Two measures, both 1 for a perfect map, computed among some of the points."""

    trustworthiness: float  # whether neighbours on the map are neighbours (Venna and Kaski, 2001)
    kept: float  # share of the true neighbours that are neighbours on the map
    neighbours: int
    counted: int  # points the figures were computed among
    total: int

    @classmethod
    def of(cls, mu: Floats, xy: Floats, neighbours: int = _NEIGHBOURS, seed: int = 0) -> "Faithfulness":
        """Compare codes mu [N, D] with their places xy [N, 2], row by row; rows that are not finite do not count.

        Raises UsageError for fewer than five points.
        """
        if len(mu) != len(xy):
            raise ValueError(f"codes and places must match, not {len(mu)} and {len(xy)}")
        rows = np.flatnonzero(np.isfinite(mu).all(axis=1) & np.isfinite(xy).all(axis=1))
        if len(rows) < 5:
            raise UsageError(
                f"The map has {counted(len(rows), 'point')}, too few to say how faithful it is; show at least five."
            )
        if len(rows) > _COUNTED:
            rows = np.sort(np.random.default_rng(seed).choice(rows, _COUNTED, replace=False))
        count = len(rows)
        k = min(neighbours, (count - 1) // 2)
        true, shown = _distances(mu[rows]), _distances(xy[rows])
        near = np.argpartition(shown, k - 1, axis=1)[:, :k]
        # The rank of each neighbour on the map among the true ones: how many lie truly nearer.
        order = np.argsort(true, axis=1)
        ranks = np.empty_like(order)
        np.put_along_axis(ranks, order, np.broadcast_to(np.arange(count), (count, count)), axis=1)
        beyond = np.maximum(np.take_along_axis(ranks, near, axis=1) - (k - 1), 0)
        trust = 1 - 2 * float(beyond.sum()) / (count * k * (2 * count - 3 * k - 1))
        return cls(trust, float((beyond == 0).mean()), k, count, len(mu))

    def sentence(self) -> str:
        """Return both in words, with the number of points they were counted among."""
        among = f"among {self.counted:,} of {self.total:,} points" if self.counted < self.total else "among all points"
        return (
            f"{self.kept:.0%} of each point's {self.neighbours} true neighbours are neighbours here, "
            f"trustworthiness {self.trustworthiness:.2f} ({among})."
        )


def _distances(points: Floats) -> _Distances:
    """Return the squared distances between all pairs, [N, N], each point infinitely far from itself."""
    centred = (points - points.mean(axis=0, dtype=np.float64)).astype(np.float64)
    size = np.abs(centred).max()
    centred = (centred / (size if size > 0 else 1)).astype(np.float32)
    squares = np.einsum("nd,nd->n", centred, centred)
    pairs: _Distances = squares[:, None] + squares[None] - 2 * (centred @ centred.T)
    np.fill_diagonal(pairs, np.inf)
    return pairs
