"""The uniform prior on the sphere (Davidson et al., 2018)."""

import math

import torch
from torch import Tensor

from vae_studio.models.posterior import Posterior
from vae_studio.models.prior import Encode
from vae_studio.models.priors.catalogue import SpherePriorOptions
from vae_studio.models.von_mises_fisher import VonMisesFisher, on_sphere


class Sphere:
    """All directions alike, with von Mises-Fisher distributions as posteriors; codes have length 1."""

    def __init__(self, options: SpherePriorOptions | None = None, shape: tuple[int, int, int] | None = None) -> None:
        """Take what every prior is built of; this one needs nothing."""

    def posterior(self, mu: Tensor, log_var: Tensor) -> Posterior:
        """Return von Mises-Fisher distributions."""
        return VonMisesFisher.of(mu, log_var)

    def for_decoder(self, z: Tensor) -> Tensor:
        """Return codes z [..., D] at the length of draws from a standard normal, for which decoders are made."""
        return on_sphere(z) * math.sqrt(z.shape[-1])

    def now(self, encode: Encode) -> "Sphere":  # noqa: ARG002  one signature
        """Return itself: it learns nothing."""
        return self

    def log_prob(self, z: Tensor) -> Tensor:
        """Return the same for all codes z [N, D], [N]: minus the log of the sphere's surface."""
        return torch.full_like(z[:, 0], -log_surface(z.shape[1]))

    def kl(self, posterior: Posterior, z: Tensor) -> Tensor:  # noqa: ARG002  known exactly
        """Return KL(q(z|x) || uniform), [N], in nats."""
        return posterior.kl_per_dim().sum(dim=1)

    def kl_per_dim(self, posterior: Posterior, z: Tensor) -> None:  # noqa: ARG002
        """Return nothing: the dimensions share one length."""
        return


def log_surface(dim: int) -> float:
    """Return the log of the surface of the unit sphere in `dim` dimensions: log(2 pi^(D/2) / Gamma(D/2))."""
    return math.log(2) + dim / 2 * math.log(math.pi) - math.lgamma(dim / 2)
