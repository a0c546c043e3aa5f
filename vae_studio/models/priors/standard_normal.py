"""The standard normal prior of the first VAE (Kingma and Welling, 2014)."""

from torch import Tensor

from vae_studio.models.posterior import DiagonalGaussian, Posterior, standard_normal_log_prob
from vae_studio.models.prior import Encode
from vae_studio.models.priors.catalogue import NormalPriorOptions


class StandardNormal:
    """N(0, I), with diagonal Gaussians as posteriors."""

    def __init__(self, options: NormalPriorOptions | None = None, shape: tuple[int, int, int] | None = None) -> None:
        """Take what every prior is built of; this one needs nothing."""

    def posterior(self, mu: Tensor, log_var: Tensor) -> Posterior:
        """Return diagonal Gaussians."""
        return DiagonalGaussian(mu, log_var)

    def for_decoder(self, z: Tensor) -> Tensor:
        """Return the codes as they are."""
        return z

    def now(self, encode: Encode) -> "StandardNormal":  # noqa: ARG002  one signature
        """Return itself: it learns nothing."""
        return self

    def log_prob(self, z: Tensor) -> Tensor:
        """Return log p(z) of codes z [N, D], [N], in nats."""
        return standard_normal_log_prob(z)

    def kl(self, posterior: Posterior, z: Tensor) -> Tensor:  # noqa: ARG002  known exactly
        """Return KL(q(z|x) || N(0, I)), [N], in nats."""
        return posterior.kl_per_dim().sum(dim=1)

    def kl_per_dim(self, posterior: Posterior, z: Tensor) -> Tensor:  # noqa: ARG002
        """Return the KL of each dimension, [N, D]."""
        return posterior.kl_per_dim()
