"""The Gaussian likelihood whose standard deviation is learned (Rybkin, Daniilidis and Levine, 2021)."""

import math

import torch
from torch import Tensor, nn

from vae_studio.objectives.likelihood_options import SigmaGaussianOptions

_LEAST = 1 / 510  # half a grey level: pictures of bytes tell nothing finer
_MEMORY = 0.98  # of the mean squared error, per step


class SigmaGaussian(nn.Module):
    """Squared error over 2 sigma^2 plus the normaliser, with one sigma for all pixels; its nats can be negative.

    By gradient, log sigma is a weight. Optimal, sigma^2 in training is the batch's own mean squared error, which is the
    sigma that makes the batch likeliest (equation 6); where no gradient is wanted it is the running mean of those, so
    that pictures are never measured with a sigma that was fitted to them.
    """

    log_sigma: Tensor
    error: Tensor

    def __init__(self, options: SigmaGaussianOptions) -> None:
        super().__init__()
        self.optimal = options.estimate == "optimal"
        if self.optimal:
            self.register_buffer("error", torch.zeros(()))  # mean squared error; 0: not known yet
        else:
            self.log_sigma = nn.Parameter(torch.tensor(math.log(options.start)))

    def negative_log_prob(self, output: Tensor, x: Tensor) -> Tensor:
        """Return -log p(x|z), [N], in nats."""
        squared = (x - self.mean(output)).square()
        variance = self._variance(squared).clamp(min=_LEAST**2)
        normaliser = 0.5 * (variance.log() + math.log(2 * math.pi))
        return (0.5 * squared / variance + normaliser).flatten(1).sum(dim=1)

    def mean(self, output: Tensor) -> Tensor:
        """Return the means, kept in [0, 1] by a sigmoid, as grey values are."""
        return torch.sigmoid(output)

    def _variance(self, squared: Tensor) -> Tensor:
        if not self.optimal:
            return (2 * self.log_sigma).exp()
        if not torch.is_grad_enabled():
            return torch.where(self.error > 0, self.error, 1)
        mean = squared.mean()
        with torch.no_grad():
            before = torch.where(self.error > 0, self.error, mean)
            self.error.copy_(_MEMORY * before + (1 - _MEMORY) * mean)
        return mean
