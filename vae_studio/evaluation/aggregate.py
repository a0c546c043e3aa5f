"""The aggregate posterior: all codes together, which the prior stands for when codes are drawn."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from vae_studio.latent.codes import Codes

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Moments:
    """Mean and covariance of the aggregate posterior q(z), the mean of all q(z|x)."""

    mean: Floats  # [D]
    covariance: Floats  # [D, D]

    @classmethod
    def of(cls, codes: Codes) -> "Moments":
        """Return the moments of codes [N, D], exactly: the spread of the means plus the posteriors' own."""
        mu = codes.mu.astype(np.float64)
        mean = mu.mean(axis=0)
        centred = mu - mean
        own = np.exp(codes.log_var.astype(np.float64)).mean(axis=0)
        return cls(mean, centred.T @ centred / len(mu) + np.diag(own))

    @property
    def variance(self) -> Floats:
        """The variance of each dimension, [D]."""
        return np.diagonal(self.covariance)

    @property
    def distance(self) -> float:
        """KL to N(0, I) in nats, of the Gaussian with these moments: at most the aggregate posterior's own."""
        _, log_determinant = np.linalg.slogdet(self.covariance)
        return float(0.5 * (self.mean @ self.mean + self.variance.sum() - len(self.mean) - log_determinant))

    @property
    def worst(self) -> int:
        """The dimension that differs most from the prior's by itself."""
        return int(np.argmax(self.mean**2 + self.variance - 1 - np.log(np.maximum(self.variance, 1e-300))))
