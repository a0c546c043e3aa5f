"""Codes: where each picture lies in the latent space, and how surely."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from vae_studio.data.image_set import Pictures
from vae_studio.latent.book_prior import BookPrior
from vae_studio.latent.prior import NORMAL, CodePrior, PointPrior

Floats = npt.NDArray[np.float32]
Decode = Callable[[Floats], Pictures]  # z [N, D] -> uint8 [N, H, W, C]


ACTIVE_VARIANCE = 0.01  # of the posterior mean over the data (Burda, Grosse and Salakhutdinov, 2016, section 5.2)


@dataclass(frozen=True, eq=False)
class Codes:
    """Posterior means and log variances, a row for each picture, and the prior that they are measured against."""

    mu: Floats  # [N, D]
    log_var: Floats  # [N, D]
    prior: CodePrior = NORMAL

    def __post_init__(self) -> None:
        if self.mu.ndim != 2 or self.mu.shape != self.log_var.shape:
            raise ValueError(f"mu and log_var must both be [N, D], not {self.mu.shape} and {self.log_var.shape}")

    def __len__(self) -> int:
        return len(self.mu)

    @property
    def dim(self) -> int:
        """The number of latent dimensions, D."""
        return int(self.mu.shape[1])

    @property
    def are_points(self) -> bool:
        """Whether no posterior was learned: then log_var says nothing."""
        return isinstance(self.prior, PointPrior)

    @property
    def are_entries(self) -> bool:
        """Whether each code is made of entries of a code book: between them lies nothing."""
        return isinstance(self.prior, BookPrior)

    def kl_per_dim(self) -> npt.NDArray[np.float64]:
        """Return the mean KL of each dimension's posterior to the prior, [D], in nats.

        Empty where no dimension has one of its own: on a sphere, of entries of a code book, of points.
        """
        return self.prior.kl_per_dim(self.mu, self.log_var)

    def active_units(self) -> int:
        """Return the number of dimensions whose posterior mean varies by more than ACTIVE_VARIANCE."""
        return int((self.mu.astype(np.float64).var(axis=0) > ACTIVE_VARIANCE).sum())

    def finite_rows(self) -> npt.NDArray[np.int64]:
        """Return the rows whose values are all finite."""
        return np.flatnonzero(np.isfinite(self.mu).all(axis=1) & np.isfinite(self.log_var).all(axis=1))

    def subset(self, indices: npt.NDArray[Any]) -> "Codes":
        """Return the codes of some pictures, by index or mask."""
        return Codes(self.mu[indices], self.log_var[indices], self.prior)
