"""The approximate posterior q(z|x), and the usual one: a diagonal Gaussian (Kingma and Welling, 2014, appendix B)."""

from dataclasses import dataclass
from typing import Protocol, Self

import torch
from torch import Tensor


@dataclass(frozen=True)
class Drawn:
    """A code drawn from each posterior of a batch."""

    z: Tensor  # [N, D]
    # Where draws were accepted or rejected, the log ratio of their density to that of the proposals, [N]: the part of
    # the gradient that does not go through z (Naesseth et al., 2017). None where there is no such part.
    log_ratio: Tensor | None = None


class Posterior(Protocol):
    """A distribution over codes for each picture of a batch, made of mu and log_var alone."""

    @property
    def mu(self) -> Tensor:
        """The mean, or the mean direction, [N, D]."""
        ...

    @property
    def log_var(self) -> Tensor:
        """The log variance, [N, D]."""
        ...

    def draw(self, generator: torch.Generator | None) -> Drawn:
        """Return one sample per picture, with what its gradient needs."""
        ...

    def reparameterize(self, generator: torch.Generator | None) -> Tensor:
        """Return one sample per picture, [N, D]."""
        ...

    def log_prob(self, z: Tensor) -> Tensor:
        """Return log q(z|x), [N], in nats."""
        ...

    def kl_per_dim(self) -> Tensor:
        """Return the KL to the usual prior of this family, in nats; its sum over the last axis is the whole."""
        ...

    def rows(self, chosen: slice) -> Self:
        """Return the posteriors of some pictures of the batch."""
        ...

    def repeated(self, times: int) -> Self:
        """Return the posteriors of the whole batch, as many times over."""
        ...


@dataclass(frozen=True)
class DiagonalGaussian:
    """A Gaussian per picture with independent dimensions."""

    mu: Tensor  # [N, D]
    log_var: Tensor  # [N, D]

    def draw(self, generator: torch.Generator | None) -> Drawn:
        """Return one sample per picture."""
        return Drawn(self.reparameterize(generator))

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

    def rows(self, chosen: slice) -> "DiagonalGaussian":
        """Return the posteriors of some pictures of the batch."""
        return DiagonalGaussian(self.mu[chosen], self.log_var[chosen])

    def repeated(self, times: int) -> "DiagonalGaussian":
        """Return the posteriors of the whole batch, as many times over."""
        return DiagonalGaussian(self.mu.repeat(times, 1), self.log_var.repeat(times, 1))


def standard_normal_log_prob(z: Tensor) -> Tensor:
    """Return the log density of the prior N(0, I) at z [..., D], summed over dimensions, in nats."""
    return _log_normal(z, torch.zeros_like(z), torch.zeros_like(z)).sum(dim=-1)


def _log_normal(z: Tensor, mu: Tensor, log_var: Tensor) -> Tensor:
    log_two_pi = 1.8378770664093453
    return -0.5 * (log_two_pi + log_var + (z - mu).square() * torch.exp(-log_var))
