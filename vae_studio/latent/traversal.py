"""Traversals: what each dimension of the code does to the picture, the most informative dimension first."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from vae_studio.errors import UsageError
from vae_studio.latent.codes import Codes, Floats

_REACH = 2.5  # standard deviations of the codes to either side: nearly all of them


@dataclass(frozen=True, eq=False)
class Traversals:
    """Walks along single dimensions through one code."""

    order: npt.NDArray[np.int64]  # [R], dimensions, most informative first
    kl: npt.NDArray[np.float64]  # [R], nats that each tells about a picture on average; nan where that is unknown
    values: Floats  # [R, F], what that dimension is set to
    codes: Floats  # [R, F, D]

    @classmethod
    def of(
        cls, codes: Codes, around: npt.ArrayLike, frames: int = 9, dims: int | None = None, reach: float = _REACH
    ) -> "Traversals":
        """Walk each dimension over the range of the data, `reach` standard deviations to either side of its middle.

        The other dimensions stay as in the code `around` [D]; `dims` keeps only the most informative. Pictures whose
        codes are not finite do not count. Raises UsageError for a code that is not finite or of another length, and
        for fewer than two frames.
        """
        z = np.asarray(around, np.float32)
        if z.shape != (codes.dim,) or not np.isfinite(z).all():
            raise UsageError(f"A traversal starts at a code of {codes.dim} finite numbers; choose a point on the map.")
        if frames < 2:
            raise UsageError("A traversal needs at least two pictures for each dimension; ask for more frames.")
        kl, middle, spread = _of_each_dimension(codes)
        told = np.where(np.isnan(kl), spread, kl)  # on a sphere no dimension has a KL of its own
        order = np.argsort(-told, kind="stable")[:dims]
        share = np.linspace(-reach, reach, frames)
        values = (middle[order, None] + spread[order, None] * share).astype(np.float32)
        walked = np.tile(z, (len(order), frames, 1))
        walked[np.arange(len(order))[:, None], np.arange(frames), order[:, None]] = values
        return cls(order, kl[order], values, walked)


def _of_each_dimension(
    codes: Codes,
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return KL, middle and standard deviation of the aggregate posterior, each [D]."""
    good = codes.subset(codes.finite_rows())
    if len(good) == 0:  # nothing is known of the data: the prior
        return np.zeros(codes.dim), np.zeros(codes.dim), np.ones(codes.dim)
    good = Codes(good.mu, np.clip(good.log_var, -60, 60), good.prior)
    variance = good.mu.astype(np.float64).var(axis=0) + np.exp(good.log_var.astype(np.float64)).mean(axis=0)
    kl = good.kl_per_dim()
    return kl if len(kl) else np.full(codes.dim, np.nan), good.mu.astype(np.float64).mean(axis=0), np.sqrt(variance)
