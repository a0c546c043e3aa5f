"""The Gaussian likelihood with one fixed standard deviation."""

import math

import torch
from torch import Tensor

from vae_studio.objectives.likelihood_options import GaussianOptions


class Gaussian:
    """Squared error over 2 sigma^2 plus the normaliser; a density, so its nats can be negative."""

    def __init__(self, options: GaussianOptions) -> None:
        self.sigma = options.sigma

    def negative_log_prob(self, output: Tensor, x: Tensor) -> Tensor:
        """Return -log p(x|z), [N], in nats."""
        normaliser = math.log(self.sigma) + 0.5 * math.log(2 * math.pi)
        error = 0.5 * ((x - self.mean(output)) / self.sigma).square() + normaliser
        return error.flatten(1).sum(dim=1)

    def mean(self, output: Tensor) -> Tensor:
        """Return the means, kept in [0, 1] by a sigmoid, as grey values are."""
        return torch.sigmoid(output)
