"""The VampPrior: a mixture of the posteriors of learned pictures (Tomczak and Welling, 2018)."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from vae_studio.models.posterior import DiagonalGaussian, Posterior
from vae_studio.models.prior import Encode
from vae_studio.models.priors.catalogue import VampPriorOptions

_EDGE = 0.02  # pictures begin inside black and white, where the sigmoid still has a slope
_JITTER = 0.05  # of the mean picture's pixels, so that no two pseudo-inputs are alike
_NUMBERS = 1 << 24  # densities in memory at a time where nothing is learned


@dataclass(frozen=True)
class Mixture:
    """p(z) = 1/K sum_k q(z|u_k)."""

    components: DiagonalGaussian  # [K, D]

    def log_prob(self, z: Tensor) -> Tensor:
        """Return log p(z) of codes z [N, D], [N], in nats."""
        return self._by_parts(z, lambda log_q: log_q.sum(dim=2).logsumexp(dim=1)) - self._log_count

    def kl(self, posterior: Posterior, z: Tensor) -> Tensor:
        """Return log q(z|x) - log p(z) of one sample z [N, D] of each posterior, [N]: its mean is the KL."""
        return posterior.log_prob(z) - self.log_prob(z)

    def kl_per_dim(self, posterior: Posterior, z: Tensor) -> Tensor:
        """Return the same between the marginals of each dimension, [N, D]; they do not add up to the whole."""
        assert isinstance(posterior, DiagonalGaussian)
        marginal = self._by_parts(z, lambda log_q: log_q.logsumexp(dim=1)) - self._log_count
        return posterior.log_prob_per_dim(z) - marginal

    @property
    def _log_count(self) -> float:
        return math.log(len(self.components.mu))

    def _by_parts(self, z: Tensor, of: Callable[[Tensor], Tensor]) -> Tensor:
        """Return `of` the densities of z under each component and dimension, [N, K, D], some rows at a time."""
        rows = len(z) if torch.is_grad_enabled() else max(1, _NUMBERS // self.components.mu.numel())
        return torch.cat([of(self.components.log_prob_per_dim(part[:, None])) for part in torch.split(z, rows)])


class VampPrior(nn.Module):
    """K learned pictures, the pseudo-inputs, whose posteriors together are the prior.

    They are kept as logits, so that every step of the optimiser leaves pictures in [0, 1].
    """

    def __init__(self, options: VampPriorOptions, shape: tuple[int, int, int]) -> None:
        super().__init__()
        self.options = options
        height, width, channels = shape
        self.logits = nn.Parameter(torch.zeros(options.components, channels, height, width))

    def begin(self, pictures: Tensor, seed: int) -> None:
        """Begin with K of some pictures [N, C, H, W], or with their mean and noise; the same for the same seed."""
        noise = torch.Generator().manual_seed(seed)
        count = self.options.components
        if self.options.start == "pictures":
            start = pictures[torch.randperm(len(pictures), generator=noise)[:count]]
        else:
            mean = pictures.mean(dim=0, keepdim=True)
            start = mean + _JITTER * torch.randn((count, *mean.shape[1:]), generator=noise)
        with torch.no_grad():
            self.logits.copy_(start.clamp(_EDGE, 1 - _EDGE).logit())

    def pseudo_inputs(self) -> Tensor:
        """Return the learned pictures, [K, C, H, W] in [0, 1], channels last in memory."""
        return self.logits.sigmoid().contiguous(memory_format=torch.channels_last)

    def posterior(self, mu: Tensor, log_var: Tensor) -> Posterior:
        """Return diagonal Gaussians."""
        return DiagonalGaussian(mu, log_var)

    def for_decoder(self, z: Tensor) -> Tensor:
        """Return the codes as they are."""
        return z

    def now(self, encode: Encode) -> Mixture:
        """Return the mixture of the pseudo-inputs' posteriors; gradients reach encoder and pseudo-inputs."""
        components = encode(self.pseudo_inputs())
        assert isinstance(components, DiagonalGaussian)
        return Mixture(components)
