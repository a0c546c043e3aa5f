"""The approximate posterior q(z|x): a diagonal Gaussian (Kingma and Welling, 2014, appendix B)."""

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class DiagonalGaussian:
    """A Gaussian per picture with independent dimensions."""

    mu: Tensor  # [N, D]
    log_var: Tensor  # [N, D]

    def reparameterize(self, generator: torch.Generator | None) -> Tensor:
        """Return one sample per picture, z = mu + sigma * epsilon, [N, D]; gradients reach mu and log_var."""
        noise = torch.empty_like(self.mu).normal_(generator=generator)
        return self.mu + torch.exp(0.5 * self.log_var) * noise

    def kl_per_dim(self) -> Tensor:
        """Return KL(q(z|x) || N(0, 1)) for each dimension, [N, D], in nats."""
        return 0.5 * (self.mu.square() + self.log_var.exp() - 1.0 - self.log_var)

    def log_prob(self, z: Tensor) -> Tensor:
        """Return log q(z|x), summed over dimensions, [N], in nats."""
        return self.log_prob_per_dim(z).sum(dim=-1)

    def log_prob_per_dim(self, z: Tensor) -> Tensor:
        """Return log q(z_d|x) in nats, [N, D]; z [M, 1, D] is taken under every posterior, [M, N, D]."""
        return _log_normal(z, self.mu, self.log_var)


def standard_normal_log_prob(z: Tensor) -> Tensor:
    """Return the log density of the prior N(0, I) at z [..., D], summed over dimensions, in nats."""
    return _log_normal(z, torch.zeros_like(z), torch.zeros_like(z)).sum(dim=-1)


def _log_normal(z: Tensor, mu: Tensor, log_var: Tensor) -> Tensor:
    log_two_pi = 1.8378770664093453
    return -0.5 * (log_two_pi + log_var + (z - mu).square() * torch.exp(-log_var))
